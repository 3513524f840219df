import { describe, expect, it } from 'bun:test';
import { headBytes, writeChunk, writeHead, writeLastChunk } from '../../src/wire/write.ts';
import { MemoryLine } from '../help/a-line.ts';

function headerLines(headers: readonly string[]): string {
  return headBytes('', headers, '').toString('latin1');
}

describe('headers as lines', () => {
  it('stand as they are given', () => {
    expect(headerLines(['hOst', 'a', 'X-Dup', '1', 'x-dup', '', 'x', 'é\t"~'])).toBe(
      'hOst: a\r\nX-Dup: 1\r\nx-dup: \r\nx: é\t"~\r\n',
    );
  });

  it.each(['', ' ', 'a b', 'a:', 'a\r\n', 'a\r\nb', 'é', 'a\0', 'a(', '\ta', 'a\x7f', 'Ā'])(
    'have no name like %j',
    (name) => {
      expect(() => headerLines(['Host', 'a', name, 'x'])).toThrow(TypeError);
    },
  );

  it.each(['a\r\nb: c', 'a\r', 'a\n', '\n', 'a\0b', 'a\x1bb', 'a\x7fb', 'Ā', 'a\u2028', '嗊', 'čĊ'])(
    'have no value like %j: it would begin a line of its own, or not be one byte',
    (value) => {
      expect(() => headerLines(['Host', 'a', 'x', value])).toThrow(TypeError);
    },
  );
});

/** Sizes around the piece of memory that heads and chunks are put together in. */
const sizes = [0, 1, 100, 65_400, 65_500, 65_515, 65_516, 65_517, 65_530, 65_535, 65_536, 65_537, 200_000];

describe('a head', () => {
  it('is its first line, its headers and its end, also when they come again', () => {
    for (const value of ['1', '1', '1', '2', 'é', '1'])
      expect(headBytes('FIRST\r\n', ['X-Often', value], '\r\n').toString('latin1')).toBe(
        `FIRST\r\nX-Often: ${value}\r\n\r\n`,
      );
  });

  it.each(sizes)('goes out before its %d bytes', (size) => {
    const line = new MemoryLine();
    expect(writeHead(line, Buffer.from('HEAD\r\n\r\n'), Buffer.alloc(size, 'x'))).toBe(true);
    expect(line.text === `HEAD\r\n\r\n${'x'.repeat(size)}`).toBe(true);
  });

  it('may be larger than any', () => {
    const line = new MemoryLine();
    const head = `${'é'.repeat(100_000)}\r\n\r\n`;
    writeHead(line, Buffer.from(head, 'latin1'));
    expect(line.text === head).toBe(true);
  });

  it('says when some of it waits', () => {
    for (const size of [10, 100_000]) {
      const line = new MemoryLine();
      line.takes = 3;
      expect(writeHead(line, Buffer.from('HEAD'), Buffer.alloc(size))).toBe(false);
    }
  });
});

describe('a chunk', () => {
  it.each(sizes.filter((size) => size > 0))('of %d bytes is framed', (size) => {
    const line = new MemoryLine();
    expect(writeChunk(line, Buffer.alloc(size, 'x'), Buffer.from('HEAD\r\n\r\n'))).toBe(true);
    expect(line.text === `HEAD\r\n\r\n${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`).toBe(true);
  });

  it('says when some of it waits', () => {
    for (const size of [10, 100_000]) {
      const line = new MemoryLine();
      line.takes = 3;
      expect(writeChunk(line, Buffer.alloc(size))).toBe(false);
    }
  });

  it('is kept apart from the next where it waits', () => {
    const line = new MemoryLine();
    line.takes = 1;
    writeChunk(line, Buffer.from('one'));
    writeChunk(line, Buffer.from('three'));
    writeLastChunk(line);
    line.read();
    expect(line.text).toBe('3\r\none\r\n5\r\nthree\r\n0\r\n\r\n');
  });
});
