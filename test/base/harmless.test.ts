import { expect, test } from 'bun:test';
import { harmless } from '../../src/base/harmless.ts';

test('what a terminal obeys, or hides, is escaped, and reads back as it was', () => {
  const value = { name: '\u001B[31m \u009B31m \u007F \u2028 \u202E \u{E0041} 日本 é' };
  const json = harmless(JSON.stringify(value));
  expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(json).toContain('日本 é');
  expect(JSON.parse(json)).toEqual(value);
});

test('what is plain stays as it is, with its lines', () => {
  const json = JSON.stringify({ a: [1, 'b'] }, undefined, 2);
  expect(harmless(json)).toBe(json);
});
