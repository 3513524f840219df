import { describe, expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { codingsOf, decoded } from '../../src/http/coding.ts';
import { ways } from '../help/a-coding.ts';

const text = Buffer.from(JSON.stringify({ id: 'file_011', name: 'größe' }));
const shown = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

describe('decoded', () => {
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

describe('codingsOf', () => {
  it('names the coding that was applied last first', () => {
    expect(codingsOf('gzip, BR ,identity, x-gzip')).toEqual(['gzip', 'br', 'gzip']);
  });

  it('says none of what is not coded, and nothing of what it does not know', () => {
    expect(codingsOf(undefined)).toEqual([]);
    expect(codingsOf('identity')).toEqual([]);
    expect(codingsOf('gzip, compress')).toBeUndefined();
    expect(codingsOf('constructor')).toBeUndefined();
  });
});
