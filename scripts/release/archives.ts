import { rename } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** `fast` while one works on it, `strongest` for a release. */
export type Effort = 'fast' | 'strongest';

/** Compresses `path` beside it, the same to the byte each time; resolves with the paths that came to be. */
export async function compressed(path: string, effort: Effort): Promise<string[]> {
  const made = [await gzipped(path, effort)];
  if (effort === 'strongest') made.push(xzipped(path));
  return made;
}

async function gzipped(path: string, effort: Effort): Promise<string> {
  const [result, partial] = [`${path}.gz`, `${path}.gz.part`];
  // Without the name and the time of the file.
  const gzip = createGzip({ level: effort === 'fast' ? 1 : 9 });
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), gzip, createWriteStream(partial));
  await rename(partial, result);
  return result;
}

/** One thread: several would cut the file into blocks, as many as there are processors. */
function xzipped(path: string): string {
  const words = ['xz', '--keep', '--force', '--threads=1', ...filters(path), path];
  const done = Bun.spawnSync(words, { stderr: 'inherit' });
  if (done.exitCode !== 0) throw new Error(`xz could not compress ${path} (apt-get install xz-utils).`);
  return `${path}.xz`;
}

/**
 * Jumps of Intel's machine code are made alike first, which every decoder takes back. The filter for ARM is one that
 * those before xz 5.4 do not know.
 */
function filters(path: string): string[] {
  return [...(path.includes('amd64') ? ['--x86'] : []), '--lzma2=preset=9e'];
}
