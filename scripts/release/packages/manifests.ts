import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import { completionScript } from '../../../src/cli/completion.ts';
import { declare } from '../../../src/cli/program.ts';
import { deployFiles } from './deploy.ts';
import type { Facts } from './facts.ts';
import { manualPage } from './man.ts';
import { marker, markerFile } from './markers.ts';
import { fromTemplate, type Values } from './template.ts';

const name = product.binary;

/** What people take from the folder of a release itself. */
export const installScripts = ['install.sh', 'install.ps1'] as const;

/** Templates of what is given to stores, by the path below `manifests/`. */
function storeFiles(wingetId: string): ReadonlyMap<string, string> {
  return new Map([
    [`homebrew/${name}.rb`, 'homebrew/formula.rb'],
    [`chocolatey/${name}.nuspec`, 'chocolatey/package.nuspec'],
    ['chocolatey/tools/chocolateyinstall.ps1', 'chocolatey/tools/chocolateyinstall.ps1'],
    ['chocolatey/tools/chocolateybeforemodify.ps1', 'chocolatey/tools/chocolateybeforemodify.ps1'],
    [`winget/${wingetId}.yaml`, 'winget/version.yaml'],
    [`winget/${wingetId}.installer.yaml`, 'winget/installer.yaml'],
    [`winget/${wingetId}.locale.en-US.yaml`, 'winget/locale.yaml'],
    ['snap/snapcraft.yaml', 'snap/snapcraft.yaml'],
    ['aur/PKGBUILD', 'aur/PKGBUILD'],
    ['aur/.SRCINFO', 'aur/SRCINFO'],
  ]);
}

/** What a Mac needs beside the binary to make the `.pkg`: `sh package.sh BINARY FOLDER`. */
export function macTexts(facts: Facts, values: Values): Map<string, string> {
  const program = declare(() => Promise.resolve(), { write: () => {} });
  return new Map([
    ...['package.sh', 'uninstall.sh', 'distribution.xml'].map((file): [string, string] => [
      file,
      fromTemplate(`macos/${file}`, values),
    ]),
    [`${name}.1`, manualPage(program, facts.version, facts.date.slice(0, 10))],
    [`_${name}`, completionScript('zsh', program)],
    [markerFile, `${marker('pkg', facts)}\n`],
  ]);
}

/**
 * What is text and made for one release, by path: the install scripts, `deploy/` for containers and clusters, and with
 * `all`, `manifests/` for the stores.
 *
 * @throws where a file that a manifest names by its hash is not in the release
 */
export function releaseTexts(
  facts: Facts,
  values: Values,
  which: 'all' | 'scripts' = 'all',
): Map<string, string> {
  if (facts.latest === undefined)
    throw new Error('Nobody has said where the release is: set RELEASE_REPOSITORY.');
  const texts = new Map<string, string>();
  for (const path of installScripts) texts.set(path, fromTemplate(`install/${path}`, values));
  for (const [path, text] of deployFiles(values)) texts.set(`deploy/${path}`, text);
  if (which === 'scripts') return texts;
  const { WINGET_ID: wingetId } = values;
  for (const [path, template] of storeFiles(String(wingetId)))
    texts.set(`manifests/${path}`, fromTemplate(template, values));
  return texts;
}

/** Writes texts below `folder`; scripts of the shell can be run. */
export function writeTexts(folder: string, texts: ReadonlyMap<string, string>): void {
  for (const [path, text] of texts) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    chmodSync(place, path.endsWith('.sh') ? 0o755 : 0o644);
  }
}
