import { describe, expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { spoken, spokenError, type Speech } from '../../src/openai/answers.ts';
import { ChatStream } from '../../src/openai/chat-stream.ts';
import { header } from '../../src/http/headers.ts';
import { HandSource, sourceOf } from '../help/a-source.ts';

const speech: Speech = {
  whole: (value) => ({ told: value }),
  stream: () =>
    new ChatStream(
      { model: 'm', stream: true, includesUsage: false, isLegacy: false, custom: new Set<string>() },
      5,
    ),
};
const text = (body: unknown): string => Buffer.from(body as Uint8Array).toString();
const bytes = Buffer.from('{"a":1}');

describe('spoken', () => {
  it('tells a whole answer, whichever way its body comes', async () => {
    const coded = ['content-encoding', 'gzip', 'content-length', '27', 'request-id', 'r'];
    for (const [body, headers] of [
      [bytes, []],
      [sourceOf(bytes), []],
      [gzipSync(bytes), coded],
      [sourceOf(gzipSync(bytes)), coded],
    ] as const) {
      const answer = await spoken({ status: 200, headers, body }, speech, ['x-mine', '1']);
      expect(text(answer.body)).toBe('{"told":{"a":1}}');
      expect(header(answer.headers, 'content-encoding')).toBeUndefined();
      expect(header(answer.headers, 'content-length')).toBeUndefined();
      expect(header(answer.headers, 'content-type')).toBe('application/json');
      expect(header(answer.headers, 'x-mine')).toBe('1');
    }
  });

  it('a body that breaks off is an error of the upstream', async () => {
    const source = new HandSource();
    const answering = spoken({ status: 200, headers: [], body: source }, speech);
    source.chunk('{"a"');
    source.fail(new Error('cut'));
    expect(await answering).toMatchObject({ status: 502 });
  });

  it('a stream in a coding nobody knows is closed, and told as an error', async () => {
    const source = new HandSource();
    const headers = ['content-type', 'text/event-stream', 'content-encoding', 'made-up'];
    expect(await spoken({ status: 200, headers, body: source }, speech)).toMatchObject({ status: 502 });
    expect(source.asked).toEqual(['cancel']);
  });
});

describe('spokenError', () => {
  it('keeps the headers that tell when to try again, and tells of a bill that trying again is no use', async () => {
    const body = Buffer.from('{"error":{"type":"billing_error","message":"Pay."}}');
    const answer = await spokenError({ status: 402, headers: ['retry-after', '5', 'etag', 'x'], body });
    expect(answer.status).toBe(429);
    expect(answer.headers).toEqual([
      'content-type',
      'application/json',
      'retry-after',
      '5',
      'x-should-retry',
      'false',
    ]);
    expect(JSON.parse(text(answer.body))).toMatchObject({
      error: { code: 'insufficient_quota', message: 'Pay.' },
    });
  });
});
