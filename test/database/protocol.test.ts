import { expect, test } from 'bun:test';
import { pack, unpack } from '../../src/database/protocol.ts';

const many = (value: unknown) => [{ sql: 'insert', parameters: Array.from({ length: 100 }, () => value) }];

test('many values travel as one text, and are the same at the other end', () => {
  for (const value of ['ä\u2028"\\\ud83d', 1.5, -0.1, 2 ** 53 - 1, null, true]) {
    const statements = many(value);
    expect(typeof pack(statements)).toBe('string');
    expect(unpack(pack(statements))).toEqual(statements);
  }
});

test('values that JSON would change travel as they are', () => {
  for (const value of [new Uint8Array(2), 5n, undefined, Number.NaN, Number.POSITIVE_INFINITY, {}]) {
    const statements = many(value);
    expect(pack(statements)).toEqual(statements);
  }
});

test('for a few values nothing is put together', () => {
  const statements = [{ sql: 'select ?', parameters: [1] }];
  expect(pack(statements)).toEqual(statements);
});

test('an SQL that comes many times over travels once', () => {
  const statements = [...many(1), ...many(2), { sql: 'other', parameters: ['x'] }, ...many(3)];
  const packed = pack(statements);
  expect(JSON.stringify(packed).split('insert').length - 1).toBe(1);
  expect(unpack(packed)).toEqual(statements);
});

test('values that are a text already travel as that text, and are spelled out where others cannot be text', () => {
  const written = { sql: 'insert', json: '[1,"ä",null]' };
  const spelled = { sql: 'insert', parameters: [1, 'ä', null] };
  expect(pack([written, { sql: 'other', parameters: [2] }])).toBeString();
  expect(unpack(pack([written, ...many(1)]))).toEqual([spelled, ...many(1)]);
  expect(pack([written, ...many(5n)])).toEqual([spelled, ...many(5n)]);
});
