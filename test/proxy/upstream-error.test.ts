import { expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { readError, repeats } from '../../src/proxy/upstream-error.ts';

const body = Buffer.from(
  JSON.stringify({ type: 'error', error: { type: 'a_error', message: 'm', details: { error_code: 'c' } } }),
);

it('an error body says type, message and code, compressed or not', () => {
  const expected = { type: 'a_error', message: 'm', code: 'c' };
  expect(readError(body, [])).toEqual(expected);
  expect(readError(gzipSync(body), ['Content-Encoding', 'gzip'])).toEqual(expected);
});

it('a foreign body says nothing', () => {
  for (const text of ['', '<html>', 'null', '[]', '{"error":"x"}', '{"error":{"type":5}}'])
    expect(Object.values(readError(Buffer.from(text), [])).filter(Boolean)).toEqual([]);
  expect(readError(body, ['content-encoding', 'gzip'])).toEqual({});
});

it('a message that repeats a credential, or a piece of it, is known', () => {
  const secret = 'a-gateway-token-of-no-known-shape';
  for (const said of [secret, `no such token: ${secret}.`, 'unknown: a-gatewa…', 'ends in wn-shape'])
    expect(repeats(said, secret)).toBe(true);
  for (const said of ['', 'invalid x-api-key', 'a-gate', 'token']) expect(repeats(said, secret)).toBe(false);
  expect([repeats('abc', 'abc'), repeats('abc', '')]).toEqual([true, false]);
  expect(repeats('x'.repeat(1_000_000), secret)).toBe(false);
});
