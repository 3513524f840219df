import { afterEach, describe, expect, test } from 'bun:test';
import { appendFileSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { importKey } from '../../../src/usage/capture/frame.ts';
import { pathOfFile } from '../../../src/usage/capture/file-name.ts';
import { ReadingFile, type FileEnding } from '../../../src/usage/capture/reading-file.ts';
import { WritingFile } from '../../../src/usage/capture/writing-file.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { aKeptCall } from '../../help/a-kept-call.ts';

const folder = temporaryFolders();
const id = '2026-11-25.7f3a9c21';
const key = importKey(new Uint8Array(32).fill(7));

/** Still open after their test. */
const files: WritingFile[] = [];
afterEach(async () => {
  for (const file of files.splice(0)) await file.giveUp();
});

async function begin(captures: string): Promise<WritingFile> {
  const file = await WritingFile.begin(captures, id, await key);
  files.push(file);
  return file;
}

interface Written {
  readonly path: string;
  readonly file: WritingFile;
  /** Bytes after each call. */
  readonly sizes: number[];
}

async function written(count: number, request = 'a prompt'): Promise<Written> {
  const captures = folder();
  const file = await begin(captures);
  const sizes: number[] = [];
  for (let number = 0; number < count; number += 1) {
    await file.append(aKeptCall(`req_${number}`, `${request} ${number}`, `answer ${number}`));
    sizes.push(file.bytes);
  }
  return { path: pathOfFile(captures, id), file, sizes };
}

async function read(path: string): Promise<{ ids: string[]; places: number[]; ending: FileEnding }> {
  const ids: string[] = [];
  const places: number[] = [];
  const ending = await ReadingFile.with(path, await key, (file) =>
    file.calls(({ about, place }) => {
      ids.push(about.requestId);
      places.push(place);
    }),
  );
  return { ids, places, ending };
}

const bodyOf = async (
  path: string,
  place: number,
  part: 'request' | 'answer',
): Promise<string | undefined> => {
  const bytes = await ReadingFile.with(path, await key, (file) => file.body(place, part));
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
};

describe('a file', () => {
  test('gives back what was written, while it is written and after its end', async () => {
    const { path, file } = await written(3);
    expect(await read(path)).toEqual({ ids: ['req_0', 'req_1', 'req_2'], places: [0, 3, 6], ending: 'open' });
    expect(await bodyOf(path, 3, 'request')).toBe('a prompt 1');
    expect(await bodyOf(path, 3, 'answer')).toBe('answer 1');
    await file.end();
    expect((await read(path)).ending).toBe('ended');
    expect(await bodyOf(path, 6, 'answer')).toBe('answer 2');
  });

  test('holds bodies of many pieces, and empty ones', async () => {
    const captures = folder();
    const file = await WritingFile.begin(captures, id, await key);
    const long = randomBytes(2_500_000).toString('latin1');
    await file.append(aKeptCall('req_long', long, ''));
    await file.append(aKeptCall('req_empty', '', 'answer'));
    await file.end();
    const path = pathOfFile(captures, id);
    const [first, second] = (await read(path)).places;
    expect(await bodyOf(path, first!, 'request')).toBe(long);
    expect(await bodyOf(path, first!, 'answer')).toBe('');
    expect(await bodyOf(path, second!, 'request')).toBe('');
    expect(await bodyOf(path, second!, 'answer')).toBe('answer');
  });

  test('has no place but those of calls', async () => {
    const { path } = await written(2);
    for (const place of [1, 2, 4, 6, 1_000_000]) expect(await bodyOf(path, place, 'request')).toBeUndefined();
  });
});

describe('a file that broke off', () => {
  test('at any byte gives all calls that were whole before', async () => {
    const { path, sizes } = await written(3);
    const whole = readFileSync(path);
    for (let size = whole.length; size >= 8; size -= 1) {
      truncateSync(path, size);
      const complete = sizes.filter((end) => end <= size).length;
      const { ids, ending } = await read(path);
      expect([size, ids.length]).toEqual([size, complete]);
      const isBetween = size === 8 || sizes.includes(size);
      expect([size, ending]).toEqual([size, isBetween ? 'open' : 'torn']);
    }
  });

  test('is told from one that was ended, also where it broke off between two calls', async () => {
    const { path, file, sizes } = await written(2);
    await file.end();
    expect((await read(path)).ending).toBe('ended');
    truncateSync(path, sizes[0]);
    expect(await read(path)).toEqual({ ids: ['req_0'], places: [0], ending: 'open' });
  });
});

describe('a file that somebody changed', () => {
  test('is damaged from there on', async () => {
    const { path, sizes } = await written(3);
    const bytes = readFileSync(path);
    const at = sizes[0]! + 10;
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(path, bytes);
    expect(await read(path)).toEqual({ ids: ['req_0'], places: [0], ending: 'damaged' });
  });

  test('gives no call at another place, not twice, and nothing after its end', async () => {
    const { path, file, sizes } = await written(2);
    const bytes = readFileSync(path);
    const [first, second] = [bytes.subarray(8, sizes[0]), bytes.subarray(sizes[0])];
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 8), second, first]));
    expect(await read(path)).toEqual({ ids: [], places: [], ending: 'damaged' });
    writeFileSync(path, Buffer.concat([bytes, first]));
    expect((await read(path)).ending).toBe('damaged');
    writeFileSync(path, bytes);
    await file.end();
    appendFileSync(path, first);
    expect((await read(path)).ending).toBe('damaged');
  });

  test('gives no body whose frame was exchanged for the one of the other body', async () => {
    const captures = folder();
    const file = await begin(captures);
    await file.append(aKeptCall('req_0', 'same length 1', 'same length 2'));
    const path = pathOfFile(captures, id);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = bytes[bytes.length - 1]! ^ 1;
    writeFileSync(path, bytes);
    expect(await bodyOf(path, 0, 'request')).toBe('same length 1');
    expect(await bodyOf(path, 0, 'answer')).toBeUndefined();
  });

  test('takes no memory for lengths that it only claims', async () => {
    const { path } = await written(1);
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(0xff_ff_ff_ff, 8);
    writeFileSync(path, bytes);
    expect(await read(path)).toEqual({ ids: [], places: [], ending: 'torn' });
  });

  test('is none of ours where it begins otherwise, and another key opens nothing of it', async () => {
    const { path } = await written(1);
    const other = await importKey(new Uint8Array(32));
    expect(await ReadingFile.with(path, other, (file) => file.calls(() => {}))).toBe('damaged');
    writeFileSync(path, 'CCPCAP2\n');
    expect((await read(path)).ending).toBe('damaged');
  });

  test('is not read through a link', async () => {
    const { path } = await written(1);
    symlinkSync(path, `${path}.link`);
    await expect(ReadingFile.with(`${path}.link`, await key, () => Promise.resolve())).rejects.toMatchObject({
      code: 'ELOOP',
    });
  });
});
