import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import { declare } from '../../../src/cli/program.ts';
import { deployFiles } from './deploy.ts';
import type { Facts } from './facts.ts';
import { manualPage } from './man.ts';
import { marker, markerFile } from './markers.ts';
import { fromTemplate, type Values } from './template.ts';

const name = product.binary;

/** What people take from the folder of a release itself: its name there, and which text it is. */
export const topLevel: ReadonlyMap<string, string> = new Map([
  ['install.sh', 'install.sh'],
  ['install.ps1', 'install.ps1'],
  [`${name}.rb`, `manifests/homebrew/${name}.rb`],
  ['PKGBUILD', 'manifests/aur/PKGBUILD'],
]);

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
    ['macos/package.sh', 'macos/package.sh'],
    ['macos/uninstall.sh', 'macos/uninstall.sh'],
    ['macos/distribution.xml', 'macos/distribution.xml'],
  ]);
}

/**
 * Everything that is text and made for one release, by path: the install scripts, `manifests/` for the stores,
 * `deploy/` for containers and clusters.
 *
 * @throws where a file that one of them names by its hash is not in the release
 */
export function releaseTexts(facts: Facts, values: Values): Map<string, string> {
  const { WINGET_ID: wingetId } = values;
  const texts = new Map<string, string>();
  for (const path of ['install.sh', 'install.ps1']) texts.set(path, fromTemplate(`install/${path}`, values));
  for (const [path, template] of storeFiles(String(wingetId)))
    texts.set(`manifests/${path}`, fromTemplate(template, values));
  const program = declare(() => Promise.resolve(), { write: () => {} });
  texts.set(`manifests/macos/${name}.1`, manualPage(program, facts.version, facts.date.slice(0, 10)));
  texts.set(`manifests/macos/${markerFile}`, `${marker('pkg', facts)}\n`);
  for (const [path, text] of deployFiles(values)) texts.set(`deploy/${path}`, text);
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
