import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { ByteSink, ByteSource } from '../http/bytes.ts';

/** The codings we have. */
export const codings = ['gzip', 'deflate', 'br', 'zstd'] as const;

export type Coding = (typeof codings)[number];

/**
 * The coding to answer in: `wanted` where it is named, else the first of `accept-encoding` that we have
 * (its order decides; `q=0` excludes, RFC 9110 §12.5.3).
 */
export function chooseCoding(wanted: string, accept: string | undefined): Coding | undefined {
  if (wanted !== '') return codings.find((coding) => coding === wanted);
  for (const entry of (accept ?? '').split(',')) {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) continue;
    const coding = codings.find((known) => known === name);
    if (coding !== undefined) return coding;
  }
  return undefined;
}

const wholeEncoders = {
  gzip: (bytes: Uint8Array): Uint8Array => gzipSync(bytes),
  deflate: (bytes: Uint8Array): Uint8Array => deflateSync(bytes),
  br: (bytes: Uint8Array): Uint8Array => brotliCompressSync(bytes),
  zstd: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes),
};

export function encodeBytes(bytes: Uint8Array, coding: Coding): Uint8Array {
  return wholeEncoders[coding](bytes);
}

/** Each flushes after every write, so that an event is complete on the wire when it is written. */
const streamEncoders = {
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  deflate: () => createDeflate({ flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
};

/** The same body compressed on the way; every chunk goes out at once, none waits for the next. */
export function encoded(source: ByteSource, coding: Coding): ByteSource {
  const encoder = streamEncoders[coding]();
  let isOver = false;
  return {
    start(sink: ByteSink) {
      encoder.on('data', (bytes: Uint8Array) => {
        if (!isOver) sink.chunk(bytes);
      });
      encoder.on('end', () => {
        if (!isOver) sink.end();
        isOver = true;
      });
      source.start({
        chunk(bytes) {
          if (encoder.write(bytes)) return;
          source.pause();
          encoder.once('drain', () => {
            source.resume();
          });
        },
        end() {
          encoder.end();
        },
        fail(error) {
          // What was written before the break has to come out before it.
          encoder.flush(() => {
            if (!isOver) sink.fail(error);
            isOver = true;
          });
        },
      });
    },
    pause() {
      encoder.pause();
    },
    resume() {
      encoder.resume();
    },
    cancel() {
      isOver = true;
      encoder.destroy();
      source.cancel();
    },
  };
}
