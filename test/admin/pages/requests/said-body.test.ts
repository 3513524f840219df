import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'bun:test';
import type { Captures } from '../../../../src/admin/captures.ts';
import type { CapturedView } from '../../../../src/admin/contract-capture.ts';
import { saidBody } from '../../../../src/admin/pages/requests/said-body.ts';

/** What is shown of a request's body. */
function shown(bytes: Uint8Array, { all = bytes.length, coding }: { all?: number; coding?: string } = {}) {
  const captures: Pick<Captures, 'body'> = { body: () => Promise.resolve(bytes) };
  const call = {
    requestHeaders: coding === undefined ? [] : ['content-encoding', coding],
    answerHeaders: [],
    request: { bytes: all, kept: bytes.length },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of the two is asked
  return saidBody(captures as Captures, call as unknown as CapturedView, 'request');
}

test('JSON is laid out, and other text is as it was said', async () => {
  expect((await shown(Buffer.from('{"a":[1]}'))).text).toBe('{\n  "a": [\n    1\n  ]\n}');
  for (const text of ['event: ping\n\n', '{"half": ', '<b>&amp;</b>'])
    expect((await shown(Buffer.from(text))).text).toBe(text);
});

test('a body is told with the digest of its bytes as they travelled, where all of them were kept', async () => {
  const packed = gzipSync('hello');
  const { text, digest } = await shown(packed, { coding: 'gzip' });
  expect(text).toBe('hello');
  expect(digest).toBe(createHash('sha256').update(packed).digest('hex'));
  const cut = await shown(Buffer.from('hel'), { all: 5 });
  expect(cut).toEqual({ text: 'hel', note: 'the first 3 of 5 bytes', digest: undefined });
});

test('what is no text, or in a coding that nobody knows, is not shown', async () => {
  expect(await shown(Buffer.from([0xff, 0xfe, 0x00]))).toMatchObject({ text: '', note: '3 bytes, no text' });
  const { text, note } = await shown(Buffer.from('x'), { coding: 'rot13' });
  expect({ text, note }).toEqual({ text: '', note: '1 bytes, in the coding rot13, which is not read here' });
});

test('of a very long text the beginning is shown', async () => {
  const { text, note } = await shown(Buffer.from('x'.repeat(900_000)));
  expect(text.length).toBeLessThan(500_000);
  expect(note).toBe('900000 bytes, the beginning');
});
