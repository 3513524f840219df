import { expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { readError } from '../../src/proxy/upstream-error.ts';

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
