import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, pipeline, type Duplex } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Packing } from './assets.ts';
import { wrongHash } from './feed.ts';
import type { Asset } from './release.ts';
import { roomProblem } from './room.ts';

/**
 * Makes the program at `to` of what was downloaded to `from`, on the disk before it returns. No byte more than the
 * release says is written, however much an archive would give.
 *
 * @throws Problem update-hash-wrong, update-no-room, update-not-allowed; nothing is left at `to` then
 */
export async function unpack(
  from: string,
  packing: Packing,
  to: string,
  { name, size, sha256 }: Asset,
): Promise<void> {
  await rm(to, { force: true });
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  const file = await open(to, flags, 0o700).catch((error: unknown) => {
    throw roomProblem(error, dirname(to));
  });
  const hash = createHash('sha256');
  let written = 0;
  try {
    for await (const chunk of unpacked(from, packing, name)) {
      written += chunk.length;
      if (written > size) throw wrongHash(name);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    if (written !== size || hash.digest('hex') !== sha256) throw wrongHash(name);
    await file.sync();
  } catch (error) {
    await rm(to, { force: true });
    throw roomProblem(error, dirname(to));
  } finally {
    await file.close();
  }
  await chmod(to, 0o755);
}

async function* unpacked(
  from: string,
  packing: Packing,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const unpacking = unpackerFor(packing);
  let broken = false;
  pipeline(createReadStream(from, { highWaterMark: 2 ** 20 }), unpacking, () => {});
  unpacking.once('error', () => {
    broken = true;
  });
  try {
    for await (const chunk of unpacking) yield Buffer.from(chunk);
  } catch (error) {
    // The archive is the one that was signed, and yet none.
    throw broken ? wrongHash(name) : error;
  }
}

function unpackerFor(packing: Packing): Duplex {
  switch (packing) {
    case 'gzip':
      return createGunzip();
    case 'zstd':
      return createZstdDecompress();
    case 'none':
      return new PassThrough();
  }
}
