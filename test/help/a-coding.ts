import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Coding } from '../../src/http/coding.ts';
import { encoded } from '../../src/simulator/coding.ts';
import { sourceOf } from './a-source.ts';

/** A quick one: the usual quality takes seconds for what tests compress. */
export const brotli = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

/** Every spelling of `content-encoding` that is understood, with a way to make what it says. */
export const ways: readonly (readonly [coding: string, encode: (bytes: Uint8Array) => Uint8Array])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  // What some servers send under that name.
  ['deflate', deflateRawSync],
  ['br', brotli],
  ['zstd', zstdCompressSync],
  ['GZIP', gzipSync],
  [' gzip , identity', gzipSync],
  ['gzip, br', (bytes) => brotli(gzipSync(bytes))],
];

export const codings: readonly Coding[] = ['gzip', 'deflate', 'br', 'zstd'];

/** What a server sends that compresses a stream and flushes after each of `pieces`. */
export function flushed(coding: Coding, ...pieces: string[]): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    encoded(sourceOf(...pieces), coding).start({
      chunk(bytes) {
        chunks.push(Buffer.from(bytes));
      },
      end() {
        resolve(chunks);
      },
      fail: reject,
    });
  });
}
