import { beforeAll, describe, expect, it } from 'bun:test';
import { Events } from '../../../src/usage/tap/events.ts';
import { Said } from '../../../src/usage/tap/said.ts';
import { Random } from '../../help/a-random.ts';
import { sayingOf, type Saying } from '../../help/a-saying.ts';
import { anEvent, someAnswers } from '../../help/some-answers.ts';

const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 2_000 };
const start = anEvent({ type: 'message_start', message: { id: 'msg_1', model: 'claude-x', usage } });
const delta = (more: object): string =>
  anEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', ...more } });
const end = anEvent({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 42 },
});
const stop = anEvent({ type: 'message_stop' });
const stream = `${start}${delta({ text: 'größe 😀' })}${end}${stop}`;

/** All that is read, with the estimate. */
type Read = Saying & { tokens: number };

function read(...chunks: (string | Uint8Array)[]): Read {
  const said = new Said();
  const events = new Events(said);
  for (const chunk of chunks) events.chunk(Buffer.from(chunk));
  events.end();
  return { ...sayingOf(said), tokens: said.estimate.tokens };
}

/** The same by the book: the whole text cut into events, each of them parsed (WHATWG HTML §9.2.6). */
function byTheBook(text: string): Read {
  const said = new Said();
  for (const event of text.replace(/^\ufeff/, '').split(/\r\n\r\n|\n\n|\r\r/)) {
    const lines = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'));
    if (lines.length === 0) continue;
    try {
      said.event(JSON.parse(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')));
    } catch {
      // Broken data says nothing.
    }
  }
  return { ...sayingOf(said), tokens: said.estimate.tokens };
}

const whole = byTheBook(stream);
const nothing: Read = { isWhole: false, tokens: 0 };

function inPieces(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = random.chance(0.5) ? 1 + random.below(5) : random.below(2_000);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('every stream of the simulator', () => {
  let streams: { name: string; bytes: Buffer }[];

  beforeAll(async () => {
    streams = (await someAnswers()).filter(({ type }) => type.startsWith('text/event-stream'));
  });

  it('is read as by the book', () => {
    expect(streams.length).toBeGreaterThan(20);
    for (const { bytes } of streams) expect(read(bytes)).toEqual(byTheBook(bytes.toString()));
  });

  it('is read the same wherever it is cut into two', () => {
    for (const { bytes } of streams) {
      const expected = JSON.stringify(read(bytes));
      for (let at = 0; at <= bytes.length; at += 1)
        if (JSON.stringify(read(bytes.subarray(0, at), bytes.subarray(at))) !== expected)
          throw new Error(`cut at ${at} it is read otherwise`);
    }
  });

  it('is read the same in pieces of any size, with any line ends', () => {
    const random = new Random(7);
    for (const { bytes } of streams) {
      for (const ends of ['\n', '\r\n', '\r']) {
        const text = bytes.toString().replaceAll('\n', ends);
        for (let round = 0; round < 10; round += 1)
          expect(read(...inPieces(Buffer.from(text), random))).toEqual(byTheBook(text));
      }
    }
  });

  it('is never fatal when bytes of it are changed, and what is intact is still read', () => {
    const random = new Random(8);
    for (const { bytes } of streams) {
      for (let round = 0; round < 50; round += 1) {
        const harmed = Buffer.from(bytes);
        for (let times = random.below(6); times >= 0; times -= 1)
          harmed[random.below(harmed.length)] = random.below(256);
        const once = read(...inPieces(harmed, random));
        expect(read(...inPieces(harmed, random))).toEqual(once);
        expect(read(harmed, '\n\n', stream)).toMatchObject({ messageId: 'msg_1', isWhole: true });
      }
    }
  });
});

describe('an event', () => {
  it('may have its data in several lines', () => {
    const pretty = (data: object): string =>
      `${JSON.stringify(data, undefined, 1)
        .split('\n')
        .map((line) => `data: ${line}\n`)
        .join('')}\n`;
    const parts = [
      { type: 'message_start', message: { id: 'msg_1', model: 'claude-x', usage } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'größe 😀' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 42 } },
      { type: 'message_stop' },
    ];
    const text = parts.map(pretty).join('');
    expect(read(text)).toEqual(whole);
    expect(read(...[...Buffer.from(text)].map((byte) => new Uint8Array([byte])))).toEqual(whole);
    expect(read('data: {"type":\ndata: "message_stop"}\n\n').isWhole).toBe(true);
    expect(read('data: {"type":"message_stop"\n: between\nid: 1\ndata: }\n\n').isWhole).toBe(true);
  });

  it('may have lines of data without any', () => {
    const text = `data: {"type":"ping"}\n\ndata:\ndata: {"type":\ndata:\ndata: "message_stop"}\n\ndata:\n\n${stream}`;
    expect(read(text)).toEqual(whole);
    expect(read(...[...Buffer.from(text)].map((byte) => new Uint8Array([byte])))).toEqual(whole);
  });

  it('ends at the empty line: what follows belongs to another', () => {
    expect(read('data: {"type":\n\ndata: "message_stop"}\n\n')).toEqual(nothing);
  });

  it('is none without data, and none as a comment or under another name', () => {
    for (const line of [
      'event: message_stop',
      ': data: {"type":"message_stop"}',
      'xdata: {"type":"message_stop"}',
    ])
      expect(read(`${line}\n\n`)).toEqual(nothing);
  });

  it('may have blanks between its words and its type anywhere', () => {
    for (const line of [
      '{"type": "message_stop"}',
      '{ "type" : "message_stop" }',
      '{"x":1,"type":"message_stop"}',
      '{"type":"ping","type":"message_stop"}'.replace('"ping"', '"message_start"'),
    ])
      expect(read(`data:${line}\n\n`).isWhole).toBe(true);
    const spaced = stream.replaceAll('":', '": ').replaceAll(',"', ', "');
    expect(read(spaced)).toEqual(whole);
  });

  it('behind a byte order mark is read', () => {
    const marked = Buffer.from(`\ufeff${start.slice(start.indexOf('data'))}${end}${stop}`);
    expect(read(marked)).toEqual({ ...whole, tokens: 0 });
    for (const at of [1, 2, 3, 4])
      expect(read(marked.subarray(0, at), marked.subarray(at))).toEqual({ ...whole, tokens: 0 });
  });

  it('of an error tells its type, and one that is no plain word only that it was one', () => {
    const error = (type: unknown): string => anEvent({ type: 'error', error: { type, message: 'x' } });
    expect(read(start, error('overloaded_error')).errorType).toBe('overloaded_error');
    for (const odd of [5, null, 'two words', '\u001b[2J', 'x'.repeat(81)])
      expect(read(start, error(odd)).errorType).toBe('unknown');
  });

  it('that is too long does not hide the next one', () => {
    const long = anEvent({
      type: 'message_delta',
      delta: {},
      pad: 'x'.repeat(70_000),
      usage: { output_tokens: 9 },
    });
    expect(read(start, long, end, stop)).toEqual({ ...whole, tokens: 0 });
  });

  it('in many lines that are too long together is passed over, and the next one is read', () => {
    const line = `data: ${' '.repeat(40_000)}\n`;
    expect(read(`data: {"type":\n${line}${line}data: "message_stop"}\n\n`)).toEqual(nothing);
    expect(read(`data: {"type":\n${line}${line}\n${stream}`)).toEqual(whole);
    expect(read(`data: {"type":\ndata: ${' '.repeat(70_000)}\ndata: "message_stop"}\n\n`)).toEqual(nothing);
  });
});

describe('the characters of an answer', () => {
  it('are those of text, thinking and tool input, block by block', () => {
    const blocks = [
      anEvent({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
      anEvent({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'thinking_delta', thinking: 'x'.repeat(8) },
      }),
      anEvent({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'signature_delta', signature: 'y'.repeat(900) },
      }),
      anEvent({
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', name: 'Bash', input: {} },
      }),
      anEvent({
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: '{"a":"\n"}' },
      }),
      anEvent({
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'citations_delta', citation: { url: 'long' } },
      }),
    ];
    // 8 / 3 and (4 + 9) / 3, each rounded.
    expect(read(start, ...blocks).tokens).toBe(3 + 4);
  });

  it('of a delta that is too long are its bytes', () => {
    const long = delta({ text: 'é'.repeat(40_000) });
    expect(read(start, long).tokens).toBeWithin(26_660, 26_680);
    const signature = anEvent({
      type: 'content_block_delta',
      delta: { type: 'signature_delta', signature: 'y'.repeat(70_000) },
    });
    expect(read(start, signature).tokens).toBe(0);
  });

  it('begin anew with a block that is too long to be read', () => {
    const result = { type: 'web_search_tool_result', name: 'x', content: 'z'.repeat(70_000) };
    const begin = anEvent({ type: 'content_block_start', content_block: result });
    const shorter = anEvent({
      type: 'content_block_start',
      content_block: { ...result, content: 'z'.repeat(5_000) },
    });
    for (const block of [begin, shorter])
      expect(read(start, delta({ text: 'xxxx' }), block, delta({ text: 'xxxx' })).tokens).toBe(2);
  });
});
