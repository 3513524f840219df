import { describe, expect, it } from 'bun:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { decoderFor, Undecodable } from '../../src/http/decoder.ts';
import { brotli, codings, flushed, ways } from '../help/a-coding.ts';

/** Writes down what it is given. */
class Notes {
  text = '';
  size = 0;
  ends = 0;

  chunk(bytes: Uint8Array): void {
    this.size += bytes.length;
    // Of a bomb the size will do.
    if (this.size < 2 ** 20) this.text += Buffer.from(bytes).toString('latin1');
  }

  end(): void {
    this.ends += 1;
  }
}

const words = 'a line of text, a line of numbers 0123456789, a line of text again '.repeat(9);

function read(coding: string, ...chunks: Uint8Array[]): Notes {
  const notes = new Notes();
  const decoder = decoderFor(coding, notes);
  for (const chunk of chunks) decoder?.chunk(chunk);
  decoder?.end();
  return notes;
}

describe('the decoder', () => {
  for (const [at, [coding, encode]] of ways.entries()) {
    const coded = encode(Buffer.from(words));

    it(`reads ${coding} in one piece (${at + 1})`, () => {
      const notes = read(coding, coded);
      expect(notes.text).toBe(words);
      expect(notes.ends).toBe(1);
    });

    it(`reads ${coding} the same wherever it is cut into two, at every byte (${at + 1})`, () => {
      for (let cut = 0; cut <= coded.length; cut += 1)
        expect(read(coding, coded.subarray(0, cut), coded.subarray(cut)).text).toBe(words);
    });

    it(`reads ${coding} the same when every byte comes alone (${at + 1})`, () => {
      expect(read(coding, ...[...coded].map((byte) => new Uint8Array([byte]))).text).toBe(words);
    });

    it(`gives what there was of ${coding} that breaks off, and never more (${at + 1})`, () => {
      for (let cut = 0; cut < coded.length; cut += 1)
        expect(words.startsWith(read(coding, coded.subarray(0, cut)).text)).toBe(true);
    });

    it(`refuses what is not ${coding}, and then reads nothing more (${at + 1})`, () => {
      const notes = new Notes();
      const decoder = decoderFor(coding, notes);
      expect(() => decoder?.chunk(Buffer.from('no such thing at all'))).toThrow(Undecodable);
      decoder?.chunk(coded);
      decoder?.end();
      expect(notes).toMatchObject({ size: 0, ends: 0 });
    });

    it(`stops at a bomb in ${coding}, whether it comes at once or bit by bit (${at + 1})`, () => {
      const bomb = encode(Buffer.alloc(96 * 2 ** 20));
      for (const step of [bomb.length, Math.ceil(bomb.length / 60)]) {
        const notes = new Notes();
        const decoder = decoderFor(coding, notes);
        expect(() => {
          for (let from = 0; from < bomb.length; from += step)
            decoder?.chunk(bomb.subarray(from, from + step));
        }).toThrow(Undecodable);
        expect(notes.size).toBeLessThanOrEqual(64 * 2 ** 20);
      }
    });
  }

  it.each(codings)('reads each event of a stream in %s as soon as it is there', async (coding) => {
    const events = Array.from({ length: 20 }, (_, n) => `data: {"n":${n},"größe":"${'x'.repeat(n)}"}\n\n`);
    const pieces = await flushed(coding, ...events);
    const notes = new Notes();
    const decoder = decoderFor(coding, notes);
    const seen = pieces.map((piece) => {
      decoder?.chunk(piece);
      return Buffer.from(notes.text, 'latin1').toString();
    });
    for (let n = 1; n <= events.length; n += 1) expect(seen).toContain(events.slice(0, n).join(''));
  });

  it('reads bodies that are written in several parts', () => {
    const [one, two] = [Buffer.from('one '), Buffer.from('two')];
    for (const [coding, encode] of [
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      const coded = Buffer.concat([encode(one), encode(two)]);
      expect(read(coding, coded).text).toBe('one two');
      expect(read(coding, ...[...coded].map((byte) => new Uint8Array([byte]))).text).toBe('one two');
    }
  });

  it('gives copies: nothing it gave changes afterwards', () => {
    const given: Uint8Array[] = [];
    const decoder = decoderFor('gzip', { chunk: (bytes) => given.push(bytes), end() {} });
    const long = Buffer.alloc(200_000, 'abcdefghij');
    decoder?.chunk(gzipSync(long));
    decoderFor('br', new Notes())?.chunk(brotli(Buffer.alloc(200_000, 'z')));
    expect(Buffer.concat(given).equals(long)).toBe(true);
    expect(given.length).toBeGreaterThan(1);
  });

  it('wants no window larger than the web allows', () => {
    const params = { [constants.ZSTD_c_windowLog]: 25 };
    const wide = zstdCompressSync(Buffer.alloc(40 * 2 ** 20, 'some text'), { params });
    expect(() => read('zstd', wide.subarray(0, 4096))).toThrow(Undecodable);
  });

  it('passes on what its reader throws, and is closed then', () => {
    let calls = 0;
    const decoder = decoderFor('gzip', {
      chunk() {
        calls += 1;
        throw new Error('enough');
      },
      end() {},
    });
    const coded = gzipSync(words);
    expect(() => decoder?.chunk(coded)).toThrow('enough');
    decoder?.chunk(coded);
    expect(calls).toBe(1);
  });

  it('can be closed at any time, and again', () => {
    const notes = new Notes();
    const decoder = decoderFor('br', notes);
    decoder?.chunk(brotli(Buffer.from(words)).subarray(0, 9));
    decoder?.close();
    decoder?.close();
    decoder?.chunk(Buffer.from('more'));
    decoder?.end();
    expect(notes.ends).toBe(0);
    decoderFor('gzip', notes)?.close();
  });

  it('is not there for a coding that is not known, and passes on what is not coded', () => {
    expect(decoderFor('compress', new Notes())).toBeUndefined();
    expect(read('identity', Buffer.from('as it is')).text).toBe('as it is');
  });
});
