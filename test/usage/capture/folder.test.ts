import { expect, test } from 'bun:test';
import { mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, makeFolder, removeFile } from '../../../src/usage/capture/folder.ts';
import { temporaryFolders } from '../../help/a-folder.ts';

const folder = temporaryFolders();

test('files are told in the order in which they were written; what is something else is left alone', async () => {
  const captures = folder();
  const write = (id: string, second: number): void => {
    writeFileSync(join(captures, `${id}.capture`), 'xyz');
    utimesSync(join(captures, `${id}.capture`), second, second);
  };
  write('2026-11-25.00000001', 2);
  write('2026-11-25.00000002', 1);
  writeFileSync(join(captures, 'notes.txt'), '');
  mkdirSync(join(captures, '2026-11-25.00000003.capture'));
  symlinkSync('/etc/passwd', join(captures, '2026-11-25.00000004.capture'));
  expect(await filesIn(captures)).toEqual([
    { id: '2026-11-25.00000002', bytes: 3, writtenAt: 1_000 },
    { id: '2026-11-25.00000001', bytes: 3, writtenAt: 2_000 },
  ]);
  await removeFile(captures, '2026-11-25.00000001');
  await removeFile(captures, '2026-11-25.00000001');
  expect(await filesIn(captures)).toHaveLength(1);
});

test('a folder that is not there has no files, and is made for its owner alone', async () => {
  const captures = join(folder(), 'capture');
  expect(await filesIn(captures)).toEqual([]);
  await makeFolder(captures);
  expect(statSync(captures).mode & 0o777).toBe(0o700);
});

test('a link is refused, wherever it leads, and so is what is no folder', async () => {
  const home = folder();
  const elsewhere = folder();
  symlinkSync(elsewhere, join(home, 'capture'));
  writeFileSync(join(home, 'file'), '');
  for (const name of ['capture', 'file']) {
    await expect(filesIn(join(home, name))).rejects.toMatchObject({ code: 'capture-refused' });
    await expect(makeFolder(join(home, name))).rejects.toMatchObject({ code: 'capture-refused' });
  }
});
