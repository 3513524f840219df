import { expect, test } from 'bun:test';
import { readerOf, toParameter } from '../../../src/database/postgres/values.ts';

test('values travel as Postgres reads them', () => {
  const given = [null, undefined, 'text', 1.5, 2 ** 53, 12n, true, false];
  expect(given.map(toParameter)).toEqual([null, null, 'text', '1.5', '9007199254740992', '12', '1', '0']);
  const bytes = Uint8Array.of(1, 2);
  expect(toParameter(bytes)).toBe(bytes);
});

test('a NUL, which Postgres keeps in no text, becomes the replacement character', () => {
  expect(toParameter('a\0b\0')).toBe('a\u{fffd}b\u{fffd}');
});

test('what no database holds is refused', () => {
  for (const value of [{}, [1], new Date(0), Symbol('x'), () => 1]) {
    expect(() => toParameter(value)).toThrow('neither text, number, bytes nor null');
  }
});

test('what comes back is read by its type', () => {
  const read = (oid: number, text: string) => readerOf(oid)(text);
  for (const oid of [20, 21, 23, 26, 700, 701, 1700]) expect(read(oid, '12')).toBe(12);
  expect(read(701, '0.25')).toBe(0.25);
  expect([read(16, 't'), read(16, 'f')]).toEqual([1, 0]);
  expect(read(17, '\\x00ff')).toEqual(Buffer.from([0, 255]));
  expect(read(25, '12')).toBe('12');
});
