import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Glob } from 'bun';
import { releaseTexts } from '../../scripts/release/packages/manifests.ts';
import { marker } from '../../scripts/release/packages/markers.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { benches } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { powershellFaults } from '../help/a-powershell.ts';
import { someFacts } from '../help/some-facts.ts';

// There is no PowerShell here to run these: a parser of the language reads them, as the workflow runs them.

const folder = temporaryFolders();
const bench = benches();
const repository = join(import.meta.dir, '..', '..');

/** The scripts of a release whose files are empty. */
function ofARelease(): [string, string][] {
  const release = join(folder(), 'release');
  mkdirSync(release);
  const system = ['linux', 'darwin'].flatMap((name) => [`${name}-amd64.gz`, `${name}-arm64.gz`]);
  const windows = ['amd64', 'arm64'].flatMap((name) => [`windows-${name}.exe.gz`, `windows-${name}.msi`]);
  for (const name of [...system, ...windows])
    writeFileSync(join(release, `claude-code-proxy-${name}`), gzipSync(name));
  const texts = [...releaseTexts(someFacts, releaseValues(someFacts, release))];
  return texts.filter(([path]) => path.endsWith('.ps1'));
}

test('every script for PowerShell that a release has is one', async () => {
  const scripts = ofARelease();
  expect(scripts.map(([path]) => path.replace(/.*\//, '')).toSorted()).toEqual([
    'chocolateybeforemodify.ps1',
    'chocolateyinstall.ps1',
    'install.ps1',
  ]);
  for (const [path, text] of scripts) expect([path, await powershellFaults(text)]).toEqual([path, []]);
});

test('so is every one that the workflow runs', async () => {
  const paths = [...new Glob('scripts/**/*.ps1').scanSync(repository)];
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths)
    expect([path, await powershellFaults(readFileSync(join(repository, path), 'utf8'))]).toEqual([path, []]);
});

test('so is what update names for the .msi', async () => {
  const { update } = JSON.parse(marker('msi', someFacts)) as { update: string };
  expect(update).toContain('Get-FileHash');
  expect(await powershellFaults(update)).toEqual([]);
});

test('so is what completes commands', async () => {
  const { out } = await bench().run(['completion', 'powershell']);
  expect(out).toContain('Register-ArgumentCompleter');
  expect(await powershellFaults(out)).toEqual([]);
});

test('so is everything that the documents tell people to type there', async () => {
  const documents = [...new Glob('docs/**/*.md').scanSync(repository)];
  const typed = documents.flatMap((path) => {
    const text = readFileSync(join(repository, path), 'utf8');
    return [...text.matchAll(/^```powershell\n([\s\S]*?)^```$/gm)].map(
      ([, code = '']) => [path, code] as const,
    );
  });
  expect(typed.length).toBeGreaterThan(5);
  for (const [path, code] of typed) expect([path, await powershellFaults(code)]).toEqual([path, []]);
});

test('what is none is found out', async () => {
  expect(await powershellFaults('if ($x { y }\n')).not.toEqual([]);
  expect(await powershellFaults('$x = @{ a = 1; b = }\n')).toEqual(['1:16 b =']);
  expect(await powershellFaults('function f { param([string]$a, ) }\n')).toEqual(['1:30 ,']);
});
