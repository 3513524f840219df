import { expect, test } from 'bun:test';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compressed } from '../../scripts/release/archives.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const content = Buffer.from('jump to and fro '.repeat(10_000));
const xz = aSystemPart('xz', 'xz-utils');

test('an archive holds the file, and nothing of when and where it was made', async () => {
  const [first, second] = [folder(), folder()].map((here, index) => {
    const path = join(here, 'a-linux-amd64');
    writeFileSync(path, content);
    utimesSync(path, index, index);
    return path;
  });
  const archives = [...(await compressed(first ?? '', 'fast')), ...(await compressed(second ?? '', 'fast'))];
  expect(archives).toEqual([`${first}.gz`, `${second}.gz`]);
  expect(readFileSync(`${first}.gz`).equals(readFileSync(`${second}.gz`))).toBe(true);
  expect(gunzipSync(readFileSync(`${first}.gz`)).equals(content)).toBe(true);
});

test.skipIf(xz === undefined)('a release has a smaller one beside it, for those who have xz', async () => {
  const path = join(folder(), 'a-linux-amd64');
  writeFileSync(path, content);
  expect(await compressed(path, 'strongest')).toEqual([`${path}.gz`, `${path}.xz`]);
  const back = Bun.spawnSync([xz ?? '', '--decompress', '--stdout', `${path}.xz`]);
  expect(Buffer.from(back.stdout).equals(content)).toBe(true);
});
