import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeChecksums } from '../../scripts/release/checksums.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

test('every file is in checksums.txt by name, but for itself and its signature', async () => {
  const here = folder();
  for (const name of ['b', 'a', 'release.json', 'checksums.txt', 'checksums.txt.minisig'])
    writeFileSync(join(here, name), name);
  await writeChecksums(here);
  const lines = readFileSync(join(here, 'checksums.txt'), 'utf8').split('\n');
  expect(lines.map((line) => line.slice(64))).toEqual(['  a', '  b', '  release.json', '']);
  expect(lines[0]).toStartWith('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb');
});

if (process.platform === 'linux') {
  test('sha256sum reads it', async () => {
    const here = folder();
    writeFileSync(join(here, 'a'), 'a');
    await writeChecksums(here);
    const check = (): number =>
      Bun.spawnSync(['sha256sum', '--check', '--strict', 'checksums.txt'], { cwd: here }).exitCode;
    expect(check()).toBe(0);
    writeFileSync(join(here, 'a'), 'b');
    expect(check()).toBe(1);
  });
}
