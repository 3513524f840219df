import { describe, expect, it } from 'bun:test';
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { decoded } from '../../src/http/coding.ts';

const text = Buffer.from(JSON.stringify({ id: 'file_011', name: 'größe' }));
const shown = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

const brotli = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

describe('decoded', () => {
  const ways: [coding: string, encode: (bytes: Uint8Array) => Uint8Array][] = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotli],
    ['zstd', zstdCompressSync],
    ['GZIP', gzipSync],
    [' gzip , identity', gzipSync],
    ['gzip, br', (bytes) => brotli(gzipSync(bytes))],
  ];
  for (const [at, [coding, encode]] of ways.entries()) {
    it(`reads ${coding} (${at + 1})`, () => {
      expect(shown(decoded(encode(text), coding, 1_000))).toBe(text.toString());
    });

    it(`gives nothing of bytes that are not ${coding} (${at + 1})`, () => {
      expect(decoded(Buffer.from('no such thing'), coding, 1_000)).toBeUndefined();
    });

    it(`never gives a part of ${coding} for the whole (${at + 1})`, () => {
      const whole = encode(text);
      const part = decoded(whole.subarray(0, whole.length - 6), coding, 1_000);
      expect(part === undefined || part.length < text.length).toBe(true);
    });

    it(`does not unpack a bomb in ${coding} (${at + 1})`, () => {
      const bomb = encode(Buffer.alloc(32 * 1024 * 1024));
      const before = process.memoryUsage().rss;
      expect(decoded(bomb, coding, 10_000)).toBeUndefined();
      expect(process.memoryUsage().rss - before).toBeLessThan(24 * 1024 * 1024);
    });
  }

  it('leaves bytes without a coding as they are', () => {
    for (const coding of [undefined, '', 'identity', 'Identity'])
      expect(decoded(text, coding, 1_000)).toBe(text);
  });

  it('gives nothing where the coding is not known, or is a list without an end', () => {
    expect(decoded(text, 'compress', 1_000)).toBeUndefined();
    expect(decoded(text, 'gzip, gzip, gzip, gzip', 1_000)).toBeUndefined();
    expect(decoded(text, '__proto__', 1_000)).toBeUndefined();
  });

  it('gives nothing of more than was asked for', () => {
    expect(decoded(text, undefined, text.length - 1)).toBeUndefined();
    expect(decoded(text, undefined, text.length)).toBe(text);
    expect(decoded(gzipSync(text), 'gzip', text.length - 1)).toBeUndefined();
  });
});
