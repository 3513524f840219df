import { expect, test } from 'bun:test';
import { shown } from '../../src/oauth/shown.ts';

test('words come out as one line, without anything that drives a terminal or turns text around', () => {
  expect(shown('a\r\n\tb\x1b[31mc\x00d\x9be')).toBe('a b [31mc d e');
  expect(shown('left \u202Eright\u2066 and \u200Bnothing\u2028next')).toBe('left right and nothing next');
  expect(shown('half of a pair \ud800.')).toBe('half of a pair \ufffd.');
});

test('what is no letter of ASCII stays readable', () => {
  expect(shown('Zugriff verweigert – Grüße, 拒否 🙂')).toBe('Zugriff verweigert – Grüße, 拒否 🙂');
});

test('long words are shortened, between letters', () => {
  expect(shown('x'.repeat(500))).toBe(`${'x'.repeat(199)}…`);
  expect(shown('🙂'.repeat(10), [], 5)).toBe('🙂🙂🙂🙂…');
  expect(shown('x'.repeat(10_000_000)).length).toBe(200);
});

test('a secret that is repeated is left out', () => {
  expect(shown('bad token my-refresh-token, my-refresh-token!', ['my-refresh-token'])).toBe(
    'bad token [secret], [secret]!',
  );
});

test('what is too short to be a secret takes no words apart', () => {
  expect(shown('an answer', ['', 'an'])).toBe('an answer');
});
