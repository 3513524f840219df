import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The file with the hash of every other file of a release; its signatures are called the same and a little more. */
export const checksumsName = 'checksums.txt';

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** The files of a release by name, without those that speak of all the others. */
export async function assetNames(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const names = found.filter((entry) => entry.isFile()).map(({ name }) => name);
  return names.filter((name) => !name.startsWith(checksumsName)).toSorted();
}

/** Writes the file that `sha256sum --check` reads, over everything in `folder`. */
export async function writeChecksums(folder: string): Promise<void> {
  const lines = [];
  for (const name of await assetNames(folder)) lines.push(`${await sha256Of(join(folder, name))}  ${name}\n`);
  await Bun.write(join(folder, checksumsName), lines.join(''));
}
