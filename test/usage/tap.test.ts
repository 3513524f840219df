import { describe, expect, it } from 'bun:test';
import { AnswerTap } from '../../src/usage/tap.ts';
import { anEvent } from '../help/some-answers.ts';
import { sayingOf, type Saying } from '../help/a-saying.ts';
import { aUsage } from '../help/a-usage.ts';

const event = anEvent;

const start = event({
  type: 'message_start',
  message: {
    id: 'msg_011',
    type: 'message',
    container: { id: 'container_011' },
    usage: {
      input_tokens: 10,
      output_tokens: 1,
      cache_read_input_tokens: 2_000,
      cache_creation_input_tokens: 300,
      cache_creation: { ephemeral_5m_input_tokens: 300 },
    },
  },
});
const text = (words: string): string =>
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } });
const delta = event({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 42 },
});
const stop = event({ type: 'message_stop' });
const stream = `${start}: a comment\n\nevent: ping\ndata: {"type":"ping"}\n\n${text('größe 😀 "message_stop" data: {"type":"message_stop"}')}${delta}${stop}`;

const told = aUsage({ input: 10, output: 42, cacheRead: 2_000, cacheWrite5m: 300 });
const whole: Saying = {
  messageId: 'msg_011',
  containerId: 'container_011',
  stopReason: 'end_turn',
  usage: told,
  isWhole: true,
};

function seenOf(contentType: string, ...chunks: (string | Uint8Array)[]): Saying {
  const tap = new AnswerTap(contentType);
  for (const chunk of chunks) tap.chunk(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  tap.end();
  return sayingOf(tap.seen);
}

const streamed = (...chunks: (string | Uint8Array)[]): Saying =>
  seenOf('text/event-stream; charset=utf-8', ...chunks);
const plain = (...chunks: (string | Uint8Array)[]): Saying => seenOf('application/json', ...chunks);

describe('the tap on a stream', () => {
  it('reads ids, usage and the end', () => {
    expect(streamed(stream)).toEqual(whole);
  });

  it('reads the same wherever the stream is cut into two, at every byte', () => {
    const bytes = Buffer.from(stream);
    for (let at = 0; at <= bytes.length; at += 1)
      expect(streamed(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
  });

  it('reads the same when every byte comes alone', () => {
    expect(streamed(...[...Buffer.from(stream)].map((byte) => new Uint8Array([byte])))).toEqual(whole);
  });

  it('reads lines that end as on Windows, and data without a blank', () => {
    expect(streamed(stream.replaceAll('\n', '\r\n'))).toEqual(whole);
    expect(streamed(stream.replaceAll('data: ', 'data:'))).toEqual(whole);
  });

  it('reads the content type in any case', () => {
    expect(seenOf('Text/Event-Stream', stream)).toEqual(whole);
  });

  it('takes each report in place of the one before, and what it leaves out stays', () => {
    const more = event({ type: 'message_delta', delta: {}, usage: { output_tokens: 50, input_tokens: 12 } });
    expect(streamed(start, delta, more).usage).toEqual({ ...told, input: 12, output: 50 });
  });

  it('finds a container that is told at the end', () => {
    const late = event({ type: 'message_delta', delta: { container: { id: 'container_late' } } });
    expect(streamed(start, late).containerId).toBe('container_late');
  });

  it('does not take for whole what was cut off', () => {
    expect(streamed(start, text('a'), delta).isWhole).toBe(false);
    const tap = new AnswerTap('text/event-stream');
    tap.chunk(Buffer.from(`${start}${delta}${stop.slice(0, -2)}`));
    expect(tap.seen.isWhole).toBe(false);
  });

  it('takes for whole what ends cleanly without the last line end', () => {
    expect(streamed(stream.slice(0, -1))).toEqual(whole);
    expect(streamed(stream.slice(0, -2))).toEqual(whole);
  });

  it('is not fooled by what a model, a tool or a web page writes', () => {
    const usage = { output_tokens: 9_999_999, input_tokens: 0 };
    const forged = [
      text('\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'),
      text(delta),
      event({ type: 'content_block_start', content_block: { title: 'message_stop', type: 'message_stop' } }),
      event({
        type: 'content_block_start',
        content_block: { type: 'message_delta', usage },
        note: 'message_delta',
      }),
      event({ type: 'unknown', message: { id: 'msg_forged', usage }, note: 'message_start', usage }),
      ': data: {"type":"message_stop"}\n\n',
      'event: message_stop\n\n',
      'xdata: {"type":"message_stop"}\n\n',
    ];
    const begun = { messageId: 'msg_011', containerId: 'container_011' };
    const tap = new AnswerTap('text/event-stream');
    for (const chunk of [start, ...forged]) tap.chunk(Buffer.from(chunk));
    tap.end();
    const { isWhole, usage: counted, ...said } = sayingOf(tap.seen);
    expect({ ...said, isWhole, input: counted?.input, isEstimate: counted?.isEstimate }).toEqual({
      ...begun,
      isWhole: false,
      input: 10,
      isEstimate: true,
    });
  });

  it('skips an event of any length to its end, however it is cut', () => {
    const long = `data: {"type":"content_block_delta","text":"${'x'.repeat(200_000)}data: ${'y'.repeat(70_000)}"}\n\n`;
    // Read from the middle, this would be a line of its own.
    const trap = `data: ${'z'.repeat(64 * 1024)}data: {"type":"message_stop"}\n\n`;
    for (const size of [1_000, 64 * 1024, 64 * 1024 + 6, 1_000_000]) {
      const bytes = Buffer.from(`${start}${long}${trap}${delta}`);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect(streamed(...chunks)).toEqual({ ...whole, isWhole: false });
    }
  });

  it('reads an event that is just not too long, and none that is, in one piece or in many', () => {
    const padded = (length: number): string => {
      const bare = 'data: {"type":"message_stop","pad":""}';
      return `data: {"type":"message_stop","pad":"${'x'.repeat(length - bare.length)}"}\n`;
    };
    for (const [length, isWhole] of [
      [65_536, true],
      [65_537, false],
    ] as const) {
      const line = padded(length);
      expect(streamed(line).isWhole).toBe(isWhole);
      for (const at of [1, 5, 30_000, 65_535, 65_536])
        expect(streamed(line.slice(0, at), line.slice(at)).isWhole).toBe(isWhole);
    }
  });

  it('goes on after an event it cannot read', () => {
    expect(
      streamed(
        'data: {"type":"message_start", oh\n\n',
        'data: "message_start"\n\n',
        'data: null "message_\n\n',
        stream,
      ),
    ).toEqual(whole);
  });

  it('believes no number that is no count, and no id that is none', () => {
    for (const odd of [-1, 1.5, '42', null, true, [1], { a: 1 }, 1e300]) {
      const seen = streamed(event({ type: 'message_delta', usage: { output_tokens: odd, input_tokens: 3 } }));
      expect(seen.usage).toEqual(aUsage({ input: 3, isEstimate: true }));
    }
    for (const odd of ['', 5, null, 'x'.repeat(201), { id: 'x' }])
      expect(streamed(event({ type: 'message_start', message: { id: odd } })).messageId).toBeUndefined();
  });

  it('does not depend on the chunks it was shown staying as they were', () => {
    const tap = new AnswerTap('text/event-stream');
    const bytes = Buffer.from(stream);
    const first = Buffer.from(bytes.subarray(0, 40));
    tap.chunk(first);
    first.fill(0);
    tap.chunk(bytes.subarray(40));
    expect(sayingOf(tap.seen)).toEqual(whole);
  });
});

describe('the tap on a whole message', () => {
  const message = JSON.stringify({
    id: 'msg_011',
    type: 'message',
    content: [{ type: 'text', text: 'größe 😀' }],
    container: { id: 'container_011' },
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 10,
      output_tokens: 42,
      cache_read_input_tokens: 2_000,
      cache_creation_input_tokens: 300,
    },
  });

  it('reads it when it is complete', () => {
    expect(plain(message)).toEqual(whole);
  });

  it('reads the same wherever it is cut', () => {
    const bytes = Buffer.from(message);
    for (let at = 0; at <= bytes.length; at += 1)
      expect(plain(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
  });

  it('knows nothing before', () => {
    const tap = new AnswerTap('application/json');
    tap.chunk(Buffer.from(message));
    expect(sayingOf(tap.seen)).toEqual({ isWhole: false });
  });

  it('reads the count of tokens as a whole answer without usage', () => {
    expect(plain('{"input_tokens":2095}')).toEqual({ isWhole: true });
  });

  it('takes nothing for whole that is no object', () => {
    for (const body of ['', 'null', '"text"', '{"id":', '<html></html>'])
      expect(plain(body)).toEqual({ isWhole: false });
  });

  it('reads it however long it is', () => {
    const long = JSON.stringify({ content: 'x'.repeat(3 * 1024 * 1024), ...(JSON.parse(message) as object) });
    expect(plain(long)).toEqual(whole);
    expect(plain(message, ' '.repeat(1024 * 1024))).toEqual(whole);
  });
});
