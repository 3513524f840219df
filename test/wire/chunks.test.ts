import { describe, expect, it } from 'bun:test';
import { ChunkReader } from '../../src/wire/chunks.ts';
import { Random } from '../help/a-random.ts';

/** What a reader makes of `pieces`, one read a piece. */
function read(...pieces: string[]): {
  body: string;
  rest: string | undefined;
  is: 'open' | 'over' | 'wrong';
} {
  const reader = new ChunkReader();
  let body = '';
  let rest: string | undefined;
  for (const piece of pieces) {
    if (reader.isOver) {
      rest += piece;
      continue;
    }
    const bytes = Buffer.from(piece, 'latin1');
    const end = reader.read(bytes, 0);
    body += bytes.toString('latin1', 0, end);
    if (reader.isOver) rest = piece.slice(reader.restAt);
  }
  return { body, rest, is: reader.isOver ? 'over' : reader.isWrong ? 'wrong' : 'open' };
}

/** `text` cut before each of `cuts`. */
function cut(text: string, ...cuts: number[]): string[] {
  const edges = [0, ...cuts, text.length];
  return edges.slice(1).map((edge, at) => text.slice(edges[at], edge));
}

const singly = (text: string): string[] => text.split('');

const whole = '3;a="b\\"c";d\r\nabc\r\n10\r\n0123456789abcdef\r\n1\r\n\r\r\n0\r\nx-sum: 1\r\ny:\r\n\r\nGET';
const parts = { body: 'abc0123456789abcdef\r', rest: 'GET', is: 'over' };

describe('the chunked coding', () => {
  it('gives the data of all chunks, and where the rest begins', () => {
    expect(read(whole)).toEqual({ ...parts, is: 'over' });
  });

  it('means the same wherever it is cut in two', () => {
    for (let at = 0; at <= whole.length; at += 1)
      expect(read(...cut(whole, at))).toEqual({ ...parts, is: 'over' });
  });

  it('means the same wherever it is cut in three', () => {
    for (let one = 0; one < whole.length; one += 1) {
      for (let two = one; two < whole.length; two += 3)
        expect(read(...cut(whole, one, two))).toEqual({ ...parts, is: 'over' });
    }
  });

  it('means the same byte by byte', () => {
    expect(read(...singly(whole))).toEqual({ ...parts, is: 'over' });
  });

  it('moves the data together in the buffer it came in, from where it was told to start', () => {
    const random = new Random(7);
    for (let round = 0; round < 200; round += 1) {
      const chunks = Array.from({ length: random.below(20) }, () => 'x'.repeat(1 + random.below(40)));
      const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
      const bytes = Buffer.from(`head${coded}0\r\n\r\nnext`);
      const reader = new ChunkReader();
      const end = reader.read(bytes, 4);
      expect(bytes.toString('latin1', 0, end)).toBe(`head${chunks.join('')}`);
      expect(bytes.toString('latin1', reader.restAt)).toBe('next');
    }
  });

  it('reads nothing behind its end', () => {
    const reader = new ChunkReader();
    reader.read(Buffer.from('0\r\n\r\n'), 0);
    expect(reader.read(Buffer.from('3\r\nabc\r\n'), 0)).toBe(0);
  });

  it('gives what came before the mistake', () => {
    expect(read('3\r\nabc\r\nx')).toEqual({ body: 'abc', rest: undefined, is: 'wrong' });
  });

  it.each([
    ['no digit', '\r\n'],
    ['no digit before an extension', ';a\r\n'],
    ['a digit that is none', 'g\r\n'],
    ['a sign', '+3\r\nabc\r\n'],
    ['a prefix', '0x3\r\nabc\r\n'],
    ['a blank before the size', ' 3\r\nabc\r\n'],
    ['a blank behind the size', '3 \r\nabc\r\n'],
    ['a blank before the extension', '3 ;a\r\nabc\r\n'],
    ['a blank in the extension', '3; a\r\nabc\r\n'],
    ['an extension without a name', '3;\r\nabc\r\n'],
    ['an extension without its value', '3;a=\r\nabc\r\n'],
    ['an extension with an open quote', '3;a="b\r\nabc\r\n'],
    ['an extension with a line feed', '3;a\nb\r\nabc\r\n'],
    ['an extension with a NUL', '3;a="\0"\r\nabc\r\n'],
    ['an extension longer than anybody sends', `3;${'a'.repeat(300)}\r\nabc\r\n`],
    ['a size that ends in a line feed', '3\nabc\r\n'],
    ['a size that ends in a carriage return alone', '3\rabc\r\n'],
    ['a size beyond 2^44', 'fffffffffffff\r\n'],
    ['a size that would wrap around', '10000000000000003\r\nabc\r\n'],
    ['a size with zeros in front without end', '000000000003\r\nabc\r\n'],
    ['data that is longer than its size', '3\r\nabcd\r\n'],
    ['data that ends in a line feed', '3\r\nabc\n0\r\n\r\n'],
    ['data that ends in a carriage return alone', '3\r\nabc\r0\r\n\r\n'],
    ['a last chunk that ends in a line feed', '0\n\r\n'],
    ['a trailer that begins with a line feed', '0\r\n\n'],
    ['an empty line without its line feed', '0\r\n\rX'],
    ['an empty line without its line feed, before a valid one', '0\r\n\rX\r\n\r\n'],
    ['a trailer line that ends in a line feed', '0\r\na: b\n\r\n\r\n'],
    ['a trailer without a colon', '0\r\nab\r\n\r\n'],
    ['a trailer with a blank before its colon', '0\r\na : b\r\n\r\n'],
    ['a folded trailer', '0\r\na: b\r\n c\r\n\r\n'],
    ['a trailer with a NUL', '0\r\na: \0\r\n\r\n'],
    ['a trailer that gives a length', '0\r\nContent-Length: 3\r\n\r\n'],
    ['a trailer that gives a coding', '0\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a trailer longer than anybody sends', `0\r\n${'a: b\r\n'.repeat(4_000)}\r\n`],
    ['a trailer without end', `0\r\n${'a: b\r\n'.repeat(4_000)}`],
  ])('refuses %s, in one piece and byte by byte', (_, text) => {
    expect(read(text).is).toBe('wrong');
    expect(read(...singly(text)).is).toBe('wrong');
  });

  it('waits for the rest of whatever is valid so far', () => {
    for (let at = 0; at < whole.length - 3; at += 1) expect(read(whole.slice(0, at)).is).toBe('open');
  });
});
