import { expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { oldLogPath, oldLogs, tidyOldLogs } from '../../src/base/log-archive.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const dayMs = 86_400_000;
/** Longer after the files were made than any process may still write to them. */
const later = (): number => Date.now() + 60_000;

test('the names of old files sort as their moments do, and tell them', async () => {
  const path = join(folder(), 'proxy.log');
  const moments = [Date.UTC(2026, 10, 22, 23, 59, 58, 123), Date.UTC(2026, 10, 9), Date.UTC(2027, 0, 1)];
  expect(oldLogPath(path, moments[0]!)).toEndWith('/proxy-2026-11-22T23-59-58.123Z.log');
  for (const moment of moments) writeFileSync(oldLogPath(path, moment), 'x\n');
  writeFileSync(`${oldLogPath(path, 5)}.gz`, 'x');
  const found = await oldLogs(path);
  expect(found.map(({ until }) => until)).toEqual([5, ...moments.toSorted((a, b) => a - b)]);
  expect(found.map(({ isCompressed }) => isCompressed)).toEqual([true, false, false, false]);
  expect(found.map((one) => one.path)).toEqual(found.map((one) => one.path).toSorted());
});

test('files that are called otherwise are none of the log, and stay', async () => {
  const path = join(folder(), 'proxy.log');
  const others = [
    'proxy.log',
    'serve.log',
    'proxy-notes.log',
    'proxy-2026-11-22.log',
    'proxy-2026-99-99T99-99-99.999Z.log',
  ];
  for (const name of others) writeFileSync(join(path, '..', name), 'x\n');
  expect(await oldLogs(path)).toEqual([]);
  await tidyOldLogs(path, { keepFiles: 0, keepDays: 1 }, later());
  expect(readdirSync(join(path, '..')).toSorted()).toEqual(others.toSorted());
});

test('a log without an ending in its name has old files as well', async () => {
  const path = join(folder(), 'proxylog');
  writeFileSync(oldLogPath(path, 7), 'x\n');
  expect((await oldLogs(path)).map(({ until }) => until)).toEqual([7]);
});

test('no folder means no old files', async () => {
  expect(await oldLogs('/nowhere/at/all/proxy.log')).toEqual([]);
});

test('the newest are kept: so many, and none that is older than so many days', async () => {
  const path = join(folder(), 'proxy.log');
  const now = later();
  const ages = [0.1, 1, 2, 3, 40];
  for (const age of ages) writeFileSync(oldLogPath(path, Math.floor(now - age * dayMs)), 'x\n');
  const left = async (): Promise<number[]> =>
    (await oldLogs(path)).map(({ until }) => Math.round(((now - until) / dayMs) * 10) / 10).toReversed();
  await tidyOldLogs(path, { keepFiles: 10, keepDays: 30 }, now);
  expect(await left()).toEqual([0.1, 1, 2, 3]);
  await tidyOldLogs(path, { keepFiles: 2, keepDays: 30 }, now);
  expect(await left()).toEqual([0.1, 1]);
  await tidyOldLogs(path, { keepFiles: 0, keepDays: 30 }, now);
  expect(await left()).toEqual([]);
});

test('what is kept is compressed, for nobody else to read, and holds the same', async () => {
  const path = join(folder(), 'proxy.log');
  const old = oldLogPath(path, Date.now());
  const text = '{"event":"call"}\n'.repeat(10_000);
  writeFileSync(old, text);
  await tidyOldLogs(path, { keepFiles: 5, keepDays: 5 }, later());
  expect(readdirSync(join(path, '..'))).toEqual([`${old.slice(old.lastIndexOf('/') + 1)}.gz`]);
  expect(gunzipSync(readFileSync(`${old}.gz`)).toString()).toBe(text);
  expect(statSync(`${old}.gz`).size).toBeLessThan(text.length / 20);
  if (process.platform !== 'win32') expect(statSync(`${old}.gz`).mode & 0o777).toBe(0o600);
});

test('a file that was the current one a moment ago is left alone: somebody may still write to it', async () => {
  const path = join(folder(), 'proxy.log');
  const old = oldLogPath(path, Date.now());
  writeFileSync(old, 'x\n');
  await tidyOldLogs(path, { keepFiles: 5, keepDays: 5 }, Date.now());
  expect(readFileSync(old, 'utf8')).toBe('x\n');
});

test('what cannot be compressed stays, and keeps nothing else from being tidied', async () => {
  const path = join(folder(), 'proxy.log');
  mkdirSync(oldLogPath(path, Date.now() - 2_000));
  writeFileSync(oldLogPath(path, Date.now() - 1_000), 'x\n');
  await tidyOldLogs(path, { keepFiles: 5, keepDays: 5 }, later());
  expect((await oldLogs(path)).map(({ isCompressed }) => isCompressed)).toEqual([false, true]);
  expect(readdirSync(join(path, '..')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what a killed process left half compressed is removed when nobody can be at it any more', async () => {
  const path = join(folder(), 'proxy.log');
  writeFileSync(join(path, '..', '.0123456789ab.tmp'), 'half');
  await tidyOldLogs(path, { keepFiles: 5, keepDays: 5 }, later());
  expect(readdirSync(join(path, '..'))).toHaveLength(1);
  await tidyOldLogs(path, { keepFiles: 5, keepDays: 5 }, Date.now() + 2 * 3_600_000);
  expect(readdirSync(join(path, '..'))).toEqual([]);
});
