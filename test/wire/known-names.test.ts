import { describe, expect, it } from 'bun:test';
import { endOfHead, readRequestHead } from '../../src/wire/head.ts';
import { headBytes } from '../../src/wire/write.ts';

function headerLines(headers: readonly string[]): string {
  return headBytes('', headers, '').toString('latin1');
}

/** The headers of a request that has `fields`. */
function read(...fields: string[]): string[] | undefined {
  const bytes = Buffer.from(
    `GET / HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`,
    'latin1',
  );
  return readRequestHead(bytes, 0, endOfHead(bytes, 0))?.headers;
}

/** Often enough in a row for a value to be remembered. */
const often = Array.from({ length: 20 }, (_, at) => at);

describe('a header that came before', () => {
  it('is read by its bytes, whatever was remembered of its name', () => {
    for (const _ of often) expect(read('X-Kept: one')).toEqual(['X-Kept', 'one']);
    for (const value of ['on', 'one ', 'oner', 'One', '', 'two', '\tone', 'one\t', 'o\xe9e'])
      expect(read(`X-Kept: ${value}`)).toEqual(['X-Kept', value.trim()]);
    expect(read('X-Kept:one', 'x-kept: one')).toEqual(['X-Kept', 'one', 'x-kept', 'one']);
  });

  it('is refused where it was valid before and is not now', () => {
    for (const _ of often) read('X-Strict: one');
    for (const value of ['one\0', 'one\x01', 'one\rX', 'one\r\r', 'one\n', 'one\r\n two'])
      expect(read(`X-Strict: ${value}`)).toBeUndefined();
  });

  it('keeps its own value where many names share a place', () => {
    const names = Array.from({ length: 3_000 }, (_, at) => `X-${at}-${at * 7}`);
    for (const round of [1, 2, 3])
      for (const name of names) expect(read(`${name}: ${name}-${round}`)).toEqual([name, `${name}-${round}`]);
  });

  it('tells of a length anew each time', () => {
    for (const _ of often) read('Content-Length: 3');
    expect(read('Content-Length: 3\t')).toBeUndefined();
    expect(read('Content-Length: 4')).toEqual(['Content-Length', '4']);
  });
});

describe('a header that was sent before', () => {
  it('is sent with the value it has now', () => {
    for (const _ of [...often, ...often]) expect(headerLines(['X-Sent', 'one'])).toBe(`X-Sent: one\r\n`);
    for (const value of ['two', 'One', ''])
      expect(headerLines(['X-Sent', value, 'x-sent', 'one'])).toBe(`X-Sent: ${value}\r\nx-sent: one\r\n`);
  });

  it('is not sent where it would be two', () => {
    for (const _ of often) headerLines(['X-Split', 'one']);
    expect(() => headerLines(['X-Split', 'one\r\nX: y'])).toThrow(TypeError);
    expect(() => headerLines(['X-Split\r\nX', 'one'])).toThrow(TypeError);
  });
});
