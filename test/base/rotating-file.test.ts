import { describe, expect, test } from 'bun:test';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { oldLogs } from '../../src/base/log-archive.ts';
import { RotatingFile, type RotatingFileOptions } from '../../src/base/rotating-file.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

function aFile(more: Partial<RotatingFileOptions> = {}) {
  const path = more.path ?? join(folder(), 'logs', 'proxy.log');
  const clock = new HandClock(Date.now());
  const opened: number[] = [];
  const file = new RotatingFile({
    path,
    isOwnFolder: true,
    maxBytes: () => 100,
    clock,
    onOpened: () => void opened.push(clock.now()),
    ...more,
  });
  const append = async (text: string): Promise<number> => file.append(Buffer.from(text));
  const read = (): string => readFileSync(path, 'utf8');
  const old = async (): Promise<string[]> =>
    (await oldLogs(path)).map((one) => readFileSync(one.path, 'utf8'));
  return { path, clock, file, append, read, old, opened };
}

describe('the file', () => {
  test('and its folder are made for their owner alone', async () => {
    const { path, append, file, read } = aFile();
    await append('one\n');
    expect(read()).toBe('one\n');
    await file.close();
    if (process.platform === 'win32') return;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  test('goes on where it ended', async () => {
    const { path, append, file } = aFile();
    await append('one\n');
    await file.close();
    const { append: more, file: next } = aFile({ path });
    await more('two\n');
    await next.close();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  test('that others could read is closed to them, where the folder is ours', async () => {
    if (process.platform === 'win32') return;
    for (const [isOwnFolder, mode] of [
      [true, 0o600],
      [false, 0o644],
    ] as const) {
      const path = join(folder(), 'proxy.log');
      writeFileSync(path, 'x\n');
      chmodSync(path, 0o644);
      const { append, file } = aFile({ path, isOwnFolder });
      await append('one\n');
      await file.close();
      expect(statSync(path).mode & 0o777).toBe(mode);
    }
  });

  test('keeps the rights of a folder that is not ours', async () => {
    if (process.platform === 'win32') return;
    const shared = folder();
    chmodSync(shared, 0o755);
    const { append, file } = aFile({ path: join(shared, 'proxy.log'), isOwnFolder: false });
    await append('one\n');
    await file.close();
    expect(statSync(shared).mode & 0o777).toBe(0o755);
    expect(statSync(join(shared, 'proxy.log')).mode & 0o777).toBe(0o600);
  });

  test('must be one: a device, a pipe or a folder is refused', async () => {
    const path = join(folder(), 'proxy.log');
    if (process.platform !== 'win32') {
      Bun.spawnSync(['mkfifo', path]);
      await expect(aFile({ path }).append('x\n')).rejects.toThrow('is not a file');
      await expect(aFile({ path: '/dev/null', isOwnFolder: false }).append('x\n')).rejects.toThrow(
        'is not a file',
      );
      expect(existsSync('/dev/null')).toBe(true);
      rmSync(path);
    }
    mkdirSync(path);
    await expect(aFile({ path }).append('x\n')).rejects.toThrow();
  });

  test('whose last line was cut by a crash gets the next line on one of its own', async () => {
    const path = join(folder(), 'proxy.log');
    writeFileSync(path, 'one\n{"half');
    const { append, file } = aFile({ path });
    await append('two\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('one\n{"half\ntwo\n');
  });
});

describe('a new file', () => {
  test('begins before the old one would become too large', async () => {
    const { append, read, old, file } = aFile();
    await append(`${'a'.repeat(59)}\n`);
    await append(`${'b'.repeat(39)}\n`);
    expect(await old()).toEqual([]);
    await append('c\n');
    expect(read()).toBe('c\n');
    expect(await old()).toEqual([`${'a'.repeat(59)}\n${'b'.repeat(39)}\n`]);
    await file.close();
  });

  test('does not begin for a line that no file has room for', async () => {
    const { append, read, old, file } = aFile();
    await append(`${'a'.repeat(500)}\n`);
    expect(read()).toHaveLength(501);
    expect(await old()).toEqual([]);
    await file.close();
  });

  test('begins with the first line of a new day (UTC), named after the last line of the old one', async () => {
    const path = join(folder(), 'proxy.log');
    const clock = new HandClock(Date.UTC(2026, 10, 22, 23, 59, 59));
    const { append, read, old, file } = aFile({ path, clock });
    await append('sunday\n');
    await clock.turn(999);
    await append('still sunday\n');
    expect(await old()).toEqual([]);
    await clock.turn(1);
    await append('monday\n');
    expect(read()).toBe('monday\n');
    expect(await old()).toEqual(['sunday\nstill sunday\n']);
    expect(readdirSync(dirname(path))).toContain('proxy-2026-11-22T23-59-59.999Z.log');
    await file.close();
  });

  test('begins at a start on another day as well', async () => {
    const path = join(folder(), 'proxy.log');
    writeFileSync(path, 'long ago\n');
    utimesSync(path, 86_400, 86_400);
    const { append, old, file } = aFile({ path });
    await append('today\n');
    expect(await old()).toEqual(['long ago\n']);
    await file.close();
  });

  test('never replaces one that is there', async () => {
    const { append, old, file } = aFile();
    // The clock stands still: all of them end at the same moment.
    for (const letter of ['a', 'b', 'c', 'd']) await append(`${letter.repeat(80)}\n`);
    expect(await old()).toEqual(['a', 'b', 'c'].map((letter) => `${letter.repeat(80)}\n`));
    await file.close();
  });

  test('begins for the link, not in its place, where the path is a link', async () => {
    if (process.platform === 'win32') return;
    const there = folder();
    const path = join(folder(), 'proxy.log');
    symlinkSync(join(there, 'real.log'), path);
    writeFileSync(join(there, 'real.log'), '');
    const { append, file, old } = aFile({ path });
    await append(`${'a'.repeat(80)}\n`);
    await append(`${'b'.repeat(80)}\n`);
    await file.close();
    expect(await old()).toEqual([`${'a'.repeat(80)}\n`]);
    expect(readFileSync(path, 'utf8')).toBe(`${'b'.repeat(80)}\n`);
    expect(readdirSync(there)).toHaveLength(2);
  });
});

describe('a file that somebody else', () => {
  test('moved away is left to them: the next line is in a new one', async () => {
    const { path, append, read, file, opened } = aFile();
    await append('one\n');
    renameSync(path, `${path}.1`);
    await append('two\n');
    expect(read()).toBe('two\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\n');
    expect(opened).toHaveLength(2);
    await file.close();
  });

  test('removed with its folder is made again', async () => {
    const { path, append, read, file } = aFile();
    await append('one\n');
    rmSync(dirname(path), { recursive: true });
    await append('two\n');
    expect(read()).toBe('two\n');
    await file.close();
  });

  test('emptied where it is goes on at its beginning', async () => {
    const { path, append, read, old, file } = aFile();
    await append(`${'a'.repeat(90)}\n`);
    truncateSync(path);
    await append(`${'b'.repeat(90)}\n`);
    expect(read()).toBe(`${'b'.repeat(90)}\n`);
    expect(await old()).toEqual([]);
    await file.close();
  });

  test('writes to as well is measured with what they wrote', async () => {
    const { path, append, read, old, file } = aFile();
    await append('ours\n');
    appendFileSync(path, `${'theirs'.repeat(16)}\n`);
    await append('ours again\n');
    expect(read()).toBe('ours again\n');
    expect(await old()).toHaveLength(1);
    await file.close();
  });

  test('asked to be opened again is, with no line needed', async () => {
    const { path, append, read, file } = aFile();
    await append('one\n');
    renameSync(path, `${path}.1`);
    file.reopen();
    await append('');
    expect(read()).toBe('');
    await file.close();
  });
});

describe('at the end of the process', () => {
  test('lines go in at once, also where no file is open yet', async () => {
    const { append, file, read } = aFile();
    file.finishNow(new Uint8Array(), Buffer.from('first\n'));
    await append('second\n');
    file.finishNow(new Uint8Array(), Buffer.from('third\n'));
    expect(read()).toBe('first\nsecond\nthird\n');
    await file.close();
  });

  test('a write under way is there once, whether the system has done it or not', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { append, file, read } = aFile({ maxBytes: () => 1e9 });
      await append('first\n');
      const bytes = Buffer.from('under way\n'.repeat(100));
      const writing = file.append(bytes);
      if (round % 2 === 1) await Promise.resolve();
      file.finishNow(bytes, Buffer.from('last\n'));
      await writing;
      const text = read();
      expect(text.match(/last\n/g)).toHaveLength(1);
      // In this test the process does not end, so a write that had not begun is done after all.
      expect(text).toStartWith('first\nunder way\n');
      await file.close();
    }
  });
});
