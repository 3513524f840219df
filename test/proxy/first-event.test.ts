import { describe, expect, it } from 'bun:test';
import { FirstEvent, type First } from '../../src/proxy/first-event.ts';
import { sse } from '../help/an-upstream.ts';

const most = 1_000;

function firstOf(...chunks: string[]): First | undefined {
  const first = new FirstEvent(most);
  for (const chunk of chunks) first.chunk(Buffer.from(chunk));
  first.end();
  return first.found;
}

const start = sse({ type: 'message_start', message: { id: 'msg_1' } });
const ping = sse({ type: 'ping' });
const overloaded = sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
const isOverloaded: First = {
  is: 'error',
  error: { type: 'overloaded_error', message: 'Overloaded', code: undefined },
};

describe('the first event', () => {
  const rows: readonly [what: string, text: string, found: First | undefined][] = [
    ['a message begins', start, { is: 'event' }],
    ['an error', overloaded, isOverloaded],
    ['an error with more behind it', overloaded + start, isOverloaded],
    ['a message, then an error', start + overloaded, { is: 'event' }],
    ['an event nobody knows', 'event: novelty\ndata: {}\n\n', { is: 'event' }],
    ['a ping', ping, undefined],
    ['a comment', ': still here\n\n', undefined],
    ['pings and comments before an error', `${ping}: c\n\n${ping}${overloaded}`, isOverloaded],
    ['a ping without a name', 'data: {"type":"ping"}\n\n', undefined],
    ['an error without a name', overloaded.replace(/^event: error\n/, ''), isOverloaded],
    ['something without a name or a type', 'data: [DONE]\n\n', { is: 'event' }],
    ['a name alone', 'event: message_start\n\n', undefined],
    ['a field nobody looks at', 'id: 7\nretry: 9\n\n', undefined],
    ['lines that end as they do on Windows', overloaded.replaceAll('\n', '\r\n'), isOverloaded],
    ['lines that end in carriage returns', overloaded.replaceAll('\n', '\r'), isOverloaded],
    ['a byte order mark', `\ufeff${overloaded}`, isOverloaded],
    [
      'data in two lines',
      'event: error\ndata: {"error":\ndata: {"type":"overloaded_error","message":"Overloaded"}}\n\n',
      isOverloaded,
    ],
    ['no blank after the colon', overloaded.replaceAll(': ', ':').replace('error:', 'error:'), isOverloaded],
    ['an error that lacks its end', overloaded.slice(0, -1), undefined],
    [
      'an error whose data is none',
      'event: error\ndata: oops\n\n',
      { is: 'error', error: { type: undefined, message: undefined, code: undefined } },
    ],
    ['nothing', '', undefined],
  ];
  for (const [what, text, found] of rows) {
    it(`${what}: ${found?.is ?? 'not yet'}`, () => {
      expect(firstOf(text)).toEqual(found);
    });
    it(`${what}, byte by byte: the same`, () => {
      const bytes = new FirstEvent(most);
      for (const byte of Buffer.from(text)) bytes.chunk(Uint8Array.of(byte));
      expect(bytes.found).toEqual(found);
    });
  }

  it('passes for an event where too much comes before it', () => {
    expect(firstOf('x'.repeat(most))).toBeUndefined();
    expect(firstOf('x'.repeat(most), 'x')).toEqual({ is: 'event' });
  });

  it('is not changed by what comes later', () => {
    expect(firstOf(overloaded, start, 'x'.repeat(2 * most))).toEqual(isOverloaded);
  });
});
