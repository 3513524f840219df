import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { oldLogs } from '../base/log-archive.ts';

/** What is to be shown of a line; undefined for nothing. */
export type Show = (line: string) => string | undefined;

const chunkBytes = 65_536;
const lineEnd = 10;

/**
 * What `show` makes of the last lines of the log at `path` and of the older files beside it, oldest first, `count`
 * at most. Of the file itself only its first `size` bytes are read.
 */
export async function lastLines(path: string, count: number, show: Show, size?: number): Promise<string[]> {
  const found: string[] = [];
  const files = [...(await oldLogs(path)), { path, isCompressed: false }].toReversed();
  for (const file of files) {
    const missing = count - found.length;
    if (missing <= 0) break;
    const end = file.path === path ? size : undefined;
    const reading = file.isCompressed
      ? lastOfCompressed(file.path, missing, show)
      : lastOfPlain(file.path, missing, show, end);
    // Removed or compressed meanwhile, or not ours to read: the others are still worth showing.
    found.unshift(...(await reading.catch(() => [])));
  }
  return found;
}

async function lastOfPlain(path: string, count: number, show: Show, size?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const line of linesBackwards(path, size)) {
    const shown = show(line);
    if (shown !== undefined) found.push(shown);
    if (found.length >= count) break;
  }
  return found.toReversed();
}

/** There is no way to its end but through it. */
async function lastOfCompressed(path: string, count: number, show: Show): Promise<string[]> {
  const { createGunzip } = await import('node:zlib');
  const found: string[] = [];
  const file = createReadStream(path);
  const plain = createGunzip();
  file.on('error', (error) => plain.destroy(error));
  for await (const line of createInterface({ input: file.pipe(plain) })) {
    const shown = show(line);
    if (shown !== undefined) found.push(shown);
    if (found.length > count * 2 + 1_000) found.splice(0, found.length - count);
  }
  return found.slice(-count);
}

/** @throws the system error */
async function* linesBackwards(path: string, size?: number): AsyncGenerator<string> {
  const file = await open(path, 'r');
  try {
    let end = size ?? (await file.stat()).size;
    // The end of a line whose beginning is still to come.
    let rest: Uint8Array = new Uint8Array();
    while (end > 0) {
      const start = Math.max(0, end - chunkBytes);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      const bytes = Buffer.concat([buffer.subarray(0, bytesRead), rest]);
      const first = start === 0 ? -1 : bytes.indexOf(lineEnd);
      end = start;
      rest = bytes;
      if (start > 0 && first === -1) continue;
      rest = bytes.subarray(0, Math.max(0, first));
      const lines = bytes.toString('utf8', first + 1).split('\n');
      for (const line of lines.toReversed()) if (line !== '') yield line;
    }
  } finally {
    await file.close();
  }
}
