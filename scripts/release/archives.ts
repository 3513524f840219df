import { rename } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** `fast` while one works on it, `strongest` for a release. */
export type Effort = 'fast' | 'strongest';

/** Compresses `path` beside it, the same to the byte each time; resolves with the paths that came to be. */
export async function compressed(path: string, effort: Effort): Promise<string[]> {
  const made = [await gzipped(path, effort)];
  if (effort === 'strongest') made.push(await run(path, '.zst', zstd), await run(path, '.xz', xz(path)));
  return made;
}

/** The same for many, as many at once as there are processors. */
export async function allCompressed(paths: readonly string[], effort: Effort): Promise<void> {
  const waiting = [...paths];
  const work = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
      await compressed(path, effort);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

async function gzipped(path: string, effort: Effort): Promise<string> {
  const [result, partial] = [`${path}.gz`, `${path}.gz.part`];
  // Without the name and the time of the file.
  const gzip = createGzip({ level: effort === 'fast' ? 1 : 9 });
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), gzip, createWriteStream(partial));
  await rename(partial, result);
  return result;
}

/** What the program itself can unpack when it updates (docs/decisions/0405). */
const zstd = ['zstd', '--quiet', '--force', '--keep', '-19', '--single-thread'];

/**
 * One thread: several would cut the file into blocks, as many as there are processors. Jumps of Intel's machine code are
 * made alike first, which every decoder takes back; the filter for ARM is one that those before xz 5.4 do not know.
 */
function xz(path: string): string[] {
  const filters = [...(path.includes('amd64') ? ['--x86'] : []), '--lzma2=preset=9e'];
  return ['xz', '--keep', '--force', '--threads=1', ...filters];
}

async function run(path: string, suffix: string, words: readonly string[]): Promise<string> {
  const code = await Bun.spawn([...words, path], { stderr: 'inherit' }).exited;
  if (code !== 0) throw new Error(`${words[0]} could not compress ${path} (apt-get install xz-utils zstd).`);
  return path + suffix;
}
