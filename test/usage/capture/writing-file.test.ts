import { expect, test } from 'bun:test';
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { importKey } from '../../../src/usage/capture/frame.ts';
import { pathOfFile } from '../../../src/usage/capture/file-name.ts';
import { WritingFile } from '../../../src/usage/capture/writing-file.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { aKeptCall } from '../../help/a-kept-call.ts';

const folder = temporaryFolders();
const id = '2026-11-25.7f3a9c21';
const begin = async (captures: string): Promise<WritingFile> =>
  WritingFile.begin(captures, id, await importKey(new Uint8Array(32)));

test('a file is for its owner alone, and holds nothing that can be read', async () => {
  const captures = folder();
  const file = await begin(captures);
  await file.append(aKeptCall('req_planted', 'a planted prompt', 'a planted answer'));
  await file.end();
  const path = pathOfFile(captures, id);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(file.bytes).toBeLessThan(statSync(path).size + 1);
  expect(readFileSync(path, 'latin1')).not.toContain('planted');
});

test('a file that is there already is never written into', async () => {
  const captures = folder();
  const file = await begin(captures);
  await expect(begin(captures)).rejects.toMatchObject({ code: 'EEXIST' });
  await file.end();
});

test('it notices that it was deleted, or that another one has its name', async () => {
  const captures = folder();
  const file = await begin(captures);
  expect(await file.isThere()).toBe(true);
  renameSync(pathOfFile(captures, id), `${captures}/moved`);
  expect(await file.isThere()).toBe(false);
  const other = await begin(captures);
  expect(await file.isThere()).toBe(false);
  expect(await other.isThere()).toBe(true);
  rmSync(pathOfFile(captures, id));
  expect(await other.isThere()).toBe(false);
  await file.giveUp();
  await other.giveUp();
});
