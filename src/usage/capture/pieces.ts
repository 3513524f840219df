import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { pieceBytes } from './frame.ts';

// Both work off the thread that carries streams.
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** In how many frames so many bytes lie. */
export function pieceCount(bytes: number): number {
  return Math.ceil(bytes / pieceBytes);
}

/** `bytes` in parts of a frame each, compressed. */
export async function* packed(bytes: Uint8Array): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield await pack(bytes.subarray(at, at + pieceBytes));
}

/** One part of at most {@link pieceBytes}. */
export async function pack(piece: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await compress(piece));
}

/** Undefined where it is none of ours. */
export async function unpack(content: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await decompress(content, { maxOutputLength: pieceBytes });
  } catch {
    return undefined;
  }
}
