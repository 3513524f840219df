import { expect, test } from 'bun:test';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldLogPath } from '../../src/base/log-archive.ts';
import { LogFollower } from '../../src/cli/log-follower.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

async function following(text: string | undefined = 'before\n') {
  const path = join(folder(), 'proxy.log');
  if (text !== '') writeFileSync(path, text);
  const follower = new LogFollower(path);
  const size = await follower.start();
  return { path, follower, size };
}

test('only what comes after the start is followed, in whole lines', async () => {
  const { path, follower, size } = await following();
  expect(size).toBe(7);
  expect(await follower.look()).toEqual([]);
  appendFileSync(path, 'one\ntw');
  expect(await follower.look()).toEqual(['one']);
  appendFileSync(path, 'o\n\nthree\n');
  expect(await follower.look()).toEqual(['two', 'three']);
  await follower.close();
});

test('a file that is renamed is read to its end, then the new one from its beginning', async () => {
  const { path, follower } = await following();
  appendFileSync(path, 'one\n');
  expect(await follower.look()).toEqual(['one']);
  appendFileSync(path, 'two\n');
  renameSync(path, oldLogPath(path, 1));
  appendFileSync(oldLogPath(path, 1), 'late\n');
  writeFileSync(path, 'three\n');
  expect(await follower.look()).toEqual(['two', 'late', 'three']);
  expect(await follower.look()).toEqual([]);
  await follower.close();
});

test('several files that came and went between two looks are all read', async () => {
  const { path, follower } = await following();
  for (const number of [1, 2, 3]) {
    appendFileSync(path, `${number}\n`);
    renameSync(path, oldLogPath(path, number));
  }
  writeFileSync(path, '4\n');
  expect(await follower.look()).toEqual(['1', '2', '3', '4']);
  await follower.close();
});

test('while there is no file nothing is missed', async () => {
  const { path, follower, size } = await following('');
  expect(size).toBe(0);
  expect(await follower.look()).toEqual([]);
  writeFileSync(path, 'first\n');
  expect(await follower.look()).toEqual(['first']);
  rmSync(path);
  expect(await follower.look()).toEqual([]);
  writeFileSync(path, 'second\n');
  expect(await follower.look()).toEqual(['second']);
  await follower.close();
});

test('a file emptied where it is is followed from its beginning', async () => {
  const { path, follower } = await following('a long line before\n');
  truncateSync(path);
  expect(await follower.look()).toEqual([]);
  appendFileSync(path, 'one\n');
  expect(await follower.look()).toEqual(['one']);
  await follower.close();
});
