import { expect, test } from 'bun:test';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { oldLogPath } from '../../src/base/log-archive.ts';
import { lastLines } from '../../src/cli/log-reading.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const all = (line: string): string => line;

/** Lines 1 to 9 in three files, the oldest compressed. */
function aLog(): string {
  const path = join(folder(), 'proxy.log');
  writeFileSync(`${oldLogPath(path, 1)}.gz`, gzipSync('1\n2\n3\n'));
  writeFileSync(oldLogPath(path, 2), '4\n5\n6\n');
  writeFileSync(path, '7\n8\n9\n');
  return path;
}

test('the last lines come oldest first, out of as many files as it takes', async () => {
  const path = aLog();
  for (let count = 0; count <= 9; count += 1)
    expect(await lastLines(path, count, all)).toEqual(
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'].slice(9 - count),
    );
  expect(await lastLines(path, 100, all)).toHaveLength(9);
});

test('lines that are not to be shown do not count', async () => {
  const even = (line: string): string | undefined => (Number(line) % 2 === 0 ? `<${line}>` : undefined);
  expect(await lastLines(aLog(), 3, even)).toEqual(['<4>', '<6>', '<8>']);
});

test('lines are found whole wherever the pieces end in which a file is read', async () => {
  const path = join(folder(), 'proxy.log');
  const lines = Array.from({ length: 3_000 }, (_, at) => `${at}:${'ü'.repeat(at % 97)}`);
  lines[2_000] = 'long'.repeat(60_000);
  writeFileSync(path, `${lines.join('\n')}\n`);
  expect(await lastLines(path, 10_000, all)).toEqual(lines);
  expect(await lastLines(path, 1_500, all)).toEqual(lines.slice(-1_500));
});

test('a line without an end is shown too; what comes after the given size is not', async () => {
  const path = join(folder(), 'proxy.log');
  writeFileSync(path, 'one\ntwo\n');
  appendFileSync(path, 'half');
  expect(await lastLines(path, 5, all)).toEqual(['one', 'two', 'half']);
  expect(await lastLines(path, 5, all, 8)).toEqual(['one', 'two']);
});

test('files that cannot be read do not keep the others back', async () => {
  const path = aLog();
  writeFileSync(`${oldLogPath(path, 1)}.gz`, 'no gzip at all');
  expect(await lastLines(path, 100, all)).toEqual(['4', '5', '6', '7', '8', '9']);
  expect(await lastLines(join(folder(), 'none.log'), 5, all)).toEqual([]);
});

test('of a large compressed file only the lines that are shown are kept', async () => {
  const path = join(folder(), 'proxy.log');
  const lines = Array.from({ length: 50_000 }, (_, at) => `line ${at}`);
  writeFileSync(`${oldLogPath(path, 1)}.gz`, gzipSync(`${lines.join('\n')}\n`));
  expect(await lastLines(path, 5, all)).toEqual(lines.slice(-5));
  expect(await lastLines(path, 4_000, all)).toEqual(lines.slice(-4_000));
});
