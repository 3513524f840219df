import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { oldLogs } from '../../src/base/log-archive.ts';
import { LogFile, type LogFileOptions } from '../../src/base/log-file.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { runScript, startScript } from '../help/a-process.ts';
import { mayMount, mountSmallDisk, resizeDisk, unmount } from '../help/a-small-disk.ts';

const folder = temporaryFolders();
const script = new URL('write-log.ts', import.meta.url);

function aFile(more: Partial<LogFileOptions> = {}) {
  const path = more.path ?? join(folder(), 'logs', 'proxy.log');
  const clock = new HandClock(Date.now());
  const told: string[] = [];
  const file = new LogFile({
    path,
    isOwnFolder: true,
    limits: { maxBytes: 10_000, keepFiles: 5, keepDays: 5 },
    clock,
    onTrouble: (reason) => void told.push(`trouble: ${reason}`),
    onRecovery: (lost) => void told.push(`recovered, lost ${lost}`),
    ...more,
  });
  const read = (): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  /** The clock goes on until `check` says yes: the disk takes real time, everything else the clock's. */
  const turnUntil = (check: () => boolean): Promise<void> =>
    until(async () => {
      if (check()) return true;
      await clock.turn(100);
      return false;
    });
  return { path, clock, file, told, read, turnUntil };
}

describe('lines', () => {
  test('wait a moment for company, then are in the file', async () => {
    const { file, clock, read, turnUntil } = aFile();
    file.write('one\n');
    file.write('two\n');
    await clock.turn(99);
    expect(read()).toBe('');
    await turnUntil(() => read() !== '');
    expect(read()).toBe('one\ntwo\n');
    await file.close();
  });

  test('do not wait where there are many', async () => {
    const { file, read } = aFile({ limits: { maxBytes: 1e9, keepFiles: 5, keepDays: 5 } });
    for (let count = 0; count < 2_000; count += 1) file.write(`${'x'.repeat(99)}\n`);
    await until(() => read().length >= 131_072);
    await file.close();
    expect(read()).toHaveLength(200_000);
  });

  test('are all there after an orderly end, in order', async () => {
    const { file, read } = aFile();
    for (let count = 0; count < 50; count += 1) {
      file.write(`${count}\n`);
      if (count % 7 === 0) await Promise.resolve();
    }
    await file.close();
    expect(read()).toBe(Array.from({ length: 50 }, (_, count) => `${count}\n`).join(''));
  });

  test('are all there when the process ends at once', async () => {
    const { file, read } = aFile();
    file.write('last words\n');
    file.flushNow();
    expect(read()).toBe('last words\n');
    file.write('too late\n');
    await file.close();
    expect(read()).toBe('last words\n');
  });

  test('go to the limits as they are now', async () => {
    const { file, path, turnUntil } = aFile();
    file.write(`${'a'.repeat(500)}\n`);
    await turnUntil(() => statSync(path, { throwIfNoEntry: false })?.size === 501);
    file.limits = { maxBytes: 100, keepFiles: 5, keepDays: 5 };
    file.write('b\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('b\n');
    expect(await oldLogs(path)).toHaveLength(1);
  });

  test('that somebody else read away go on in a new file when asked (SIGHUP)', async () => {
    const { file, path, read, turnUntil } = aFile();
    file.write('one\n');
    await turnUntil(() => read() !== '');
    renameSync(path, `${path}.1`);
    file.reopen();
    await until(() => readdirSync(dirname(path)).includes('proxy.log'));
    file.write('two\n');
    await file.close();
    expect(read()).toBe('two\n');
  });
});

describe('old files', () => {
  test('are counted, and compressed a moment after they were renamed', async () => {
    const { file, path, read, clock } = aFile({ limits: { maxBytes: 1_000, keepFiles: 2, keepDays: 5 } });
    for (let count = 0; count < 6; count += 1) {
      file.write(`${String(count).repeat(900)}\n`);
      await until(async () => {
        await clock.turn(100);
        return read().startsWith(String(count));
      });
    }
    await until(async () => {
      await clock.turn(1_000);
      const old = await oldLogs(path);
      return old.length === 2 && old.every(({ isCompressed }) => isCompressed);
    });
    const old = (await oldLogs(path)).map((one) => gunzipSync(readFileSync(one.path)).toString()[0]);
    expect(old).toEqual(['3', '4']);
    await file.close();
  });
});

describe('a file that cannot be written', () => {
  test('is told once, lines are kept for it, and when it can be written again they are there', async () => {
    const path = join(folder(), 'logs');
    writeFileSync(path, 'a file where the folder should be');
    const { file, told, clock, turnUntil } = aFile({ path: join(path, 'proxy.log') });
    file.write('one\n');
    await turnUntil(() => told.length > 0);
    expect(file.trouble).toBeDefined();
    file.write('two\n');
    for (let count = 0; count < 5; count += 1) await clock.turn(1_000);
    expect(told).toEqual([expect.stringMatching(/^trouble: /)]);
    rmSync(path);
    await turnUntil(() => told.length > 1);
    expect(told[1]).toBe('recovered, lost 0');
    expect(file.trouble).toBeUndefined();
    expect(readFileSync(join(path, 'proxy.log'), 'utf8')).toBe('one\ntwo\n');
    await file.close();
  });

  test('costs a bounded amount of memory: what is too much is dropped and counted', async () => {
    const path = join(folder(), 'logs');
    writeFileSync(path, 'a file where the folder should be');
    const { file, told, turnUntil } = aFile({
      path: join(path, 'proxy.log'),
      limits: { maxBytes: 1e9, keepFiles: 1, keepDays: 1 },
    });
    const line = `${'x'.repeat(1023)}\n`;
    file.write(line);
    await turnUntil(() => told.length > 0);
    for (let count = 0; count < 3_000; count += 1) file.write(line);
    expect(file.lost).toBe(3_000 - 1_024);
    rmSync(path);
    await turnUntil(() => told.length > 1);
    expect(told[1]).toBe(`recovered, lost ${3_000 - 1_024}`);
    expect(statSync(join(path, 'proxy.log')).size).toBe(1_025 * 1_024);
    expect(file.lost).toBe(0);
    await file.close();
  });

  test('keeps nobody from ending', async () => {
    const path = join(folder(), 'logs');
    writeFileSync(path, 'a file where the folder should be');
    const { file, told } = aFile({ path: join(path, 'proxy.log') });
    file.write('one\n');
    await file.close();
    file.flushNow();
    expect(told).toHaveLength(1);
  });

  test('a folder removed while the proxy runs is made again, for its owner alone', async () => {
    const { file, path, read, told, turnUntil } = aFile();
    file.write('one\n');
    await turnUntil(() => read() !== '');
    rmSync(dirname(path), { recursive: true });
    file.write('two\n');
    await turnUntil(() => read() === 'two\n');
    expect(told).toEqual([]);
    if (process.platform !== 'win32') expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    await file.close();
  });
});

if (process.platform !== 'win32') {
  describe('of a process', () => {
    test('with umask 000, file and folder are closed to others all the same, old ones too', async () => {
      const path = join(folder(), 'home', 'logs', 'proxy.log');
      await runScript(script, [path, 'a', '1000', '0', '50000'], { umask: '000' });
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
      const names = readdirSync(dirname(path));
      expect(names.length).toBeGreaterThan(1);
      for (const name of names) expect(statSync(join(dirname(path), name)).mode & 0o777).toBe(0o600);
    });

    test('on a disk that takes nothing, the log says so and the process goes on', async () => {
      const path = join(folder(), 'logs', 'proxy.log');
      const said = await runScript(script, [path, 'a', '40', '10'], { isDiskFull: true });
      expect(said.match(/trouble: .*/g)).toEqual([expect.stringContaining('EFBIG')]);
      expect(said).toContain('\n40\n');
      expect(said).toContain('closed');
      expect(statSync(path).size).toBe(0);
    });

    test('that is killed, what it wrote while it ran is there, in whole lines', async () => {
      const path = join(folder(), 'logs', 'proxy.log');
      const child = startScript(script, [path, 'a', '100000', '5']);
      const linesThere = (): string[] => (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);
      await until(() => linesThere().length > 50);
      child.kill('SIGKILL');
      await child.exited;
      const lines = linesThere();
      expect(lines.pop()).toBe('');
      expect(lines.length).toBeGreaterThanOrEqual(50);
      for (const [at, line] of lines.entries()) expect(JSON.parse(line)).toMatchObject({ number: at + 1 });
    });

    test('and another one: whole lines, all of them, also while files are renamed under each other', async () => {
      const path = join(folder(), 'logs', 'proxy.log');
      const names = ['a', 'b'];
      // Slowly enough that several writes of both share a file, and less than is ever dropped.
      const writing = names.map((name) => runScript(script, [path, name, '2000', '1', '100000']));
      for (const said of await Promise.all(writing)) expect(said).toEndWith('closed, lost 0\n');
      const files = [...(await oldLogs(path)).map((one) => one.path), path];
      expect(files.length).toBeGreaterThan(5);
      const texts = files.map((file) => readFileSync(file, 'utf8'));
      // They did meet.
      expect(texts.some((text) => names.every((name) => text.includes(`{"name":"${name}"`)))).toBe(true);
      const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
      const numbers = new Map<string, number[]>(names.map((name) => [name, []]));
      for (const line of lines) {
        const { name, number } = JSON.parse(line) as { name: string; number: number };
        numbers.get(name)?.push(number);
      }
      const all = Array.from({ length: 2_000 }, (_, at) => at + 1);
      for (const name of names) expect(numbers.get(name)?.toSorted((a, b) => a - b)).toEqual(all);
    });
  });
}

describe.skipIf(!mayMount)('a full disk', () => {
  test('loses no line that fits into memory, and no line is broken, when there is room again', async () => {
    const disk = folder();
    mountSmallDisk(disk, '64k');
    try {
      const limits = { maxBytes: 1e9, keepFiles: 1, keepDays: 1 };
      const { file, told, path, read, turnUntil } = aFile({ path: join(disk, 'logs', 'proxy.log'), limits });
      let count = 0;
      await turnUntil(() => {
        for (let more = 0; more < 20; more += 1)
          file.write(`${JSON.stringify({ count: (count += 1), x: 'y'.repeat(150) })}\n`);
        return told.length > 0;
      });
      expect(told[0]).toContain('ENOSPC');
      // The last line in it is cut: the disk took what it could.
      expect(read()).not.toEndWith('\n');
      resizeDisk(disk, '4m');
      await turnUntil(() => told.length > 1);
      await file.close();
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      expect(lines.map((line) => (JSON.parse(line) as { count: number }).count)).toEqual(
        Array.from({ length: count }, (_, at) => at + 1),
      );
    } finally {
      unmount(disk);
    }
  });

  test('that is emptied by removing the log goes on with whole lines in a new one', async () => {
    const disk = folder();
    mountSmallDisk(disk, '64k');
    try {
      const limits = { maxBytes: 1e9, keepFiles: 1, keepDays: 1 };
      const { file, told, path, turnUntil } = aFile({ path: join(disk, 'logs', 'proxy.log'), limits });
      await turnUntil(() => {
        for (let more = 0; more < 5; more += 1) file.write(`${JSON.stringify({ x: 'y'.repeat(150) })}\n`);
        return told.length > 0;
      });
      rmSync(path);
      await turnUntil(() => told.length > 1);
      await file.close();
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('x');
    } finally {
      unmount(disk);
    }
  });
});

const isRoot = process.platform === 'win32' || process.getuid?.() === 0;
if (isRoot) console.error('a log without permission: NOT TESTED, as root may write anywhere');

test.skipIf(isRoot)('permission that is taken away and given back loses nothing', async () => {
  const { file, path, told, read, turnUntil } = aFile({ isOwnFolder: false });
  file.write('one\n');
  await turnUntil(() => read() !== '');
  renameSync(path, `${path}.1`);
  chmodSync(dirname(path), 0o500);
  file.write('two\n');
  await turnUntil(() => told.length > 0);
  chmodSync(dirname(path), 0o700);
  await turnUntil(() => read() === 'two\n');
  await file.close();
});
