import { describe, expect, it } from 'bun:test';
import type { Answer } from '../../src/http/call.ts';
import { Afterwards } from '../../src/proxy/afterwards.ts';
import { observe } from '../../src/proxy/observe.ts';
import { noFacts, type Trace } from '../../src/proxy/trace.ts';
import { Unread } from '../../src/proxy/unread.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { sayingOf, type Saying } from '../help/a-saying.ts';
import { aUsage } from '../help/a-usage.ts';
import { aCall } from '../help/a-call.ts';
import { HandClock } from '../help/a-clock.ts';
import { brotli, codings, flushed, ways } from '../help/a-coding.ts';
import { MemoryLog } from '../help/a-log.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';
import { sse } from '../help/an-upstream.ts';

const usage = { input_tokens: 10, output_tokens: 42, cache_read_input_tokens: 7 };
const message = {
  id: 'msg_011',
  type: 'message',
  container: { id: 'container_011' },
  stop_reason: 'end_turn',
  usage,
};
const events = [
  sse({
    type: 'message_start',
    message: { ...message, stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  }),
  sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'größe 😀' } }),
  sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 42 } }),
  sse({ type: 'message_stop' }),
];
const whole: Saying = {
  messageId: 'msg_011',
  containerId: 'container_011',
  stopReason: 'end_turn',
  usage: aUsage({ input: 10, output: 42, cacheRead: 7 }),
  isWhole: true,
};

const atOnce = (work: () => void): void => {
  work();
};

/** An answer of the Messages API on its way through, with everything that is noticed about it. */
class Passing {
  readonly source = new HandSource();
  readonly sink = new MemorySink();
  readonly log = new MemoryLog();
  readonly unread = new Unread(this.log);
  readonly afterwards = new Afterwards(atOnce, this.log);
  readonly clock = new HandClock();
  readonly trace: Trace;
  seen: Saying | undefined;
  readonly endings: string[] = [];
  readonly records: CallRecord[] = [];
  #answer: Answer;

  constructor(type: string, coding: string | undefined, more: Partial<Answer> = {}) {
    this.trace = {
      requestId: 'req_1',
      startedAt: this.clock.monotonic(),
      isLocal: true,
      isThreaded: false,
      facts: { ...noFacts(), purpose: 'messages', model: 'claude-opus-5-5' },
      onOver: [
        (tap, ending) => {
          this.seen = tap && sayingOf(tap.seen);
          this.endings.push(ending.is);
        },
      ],
    };
    const headers = ['content-type', type, ...(coding === undefined ? [] : ['Content-Encoding', coding])];
    const answer: Answer = { status: 200, headers, body: this.source, ...more };
    this.#answer = observe(answer, aCall(), this.trace, this);
    if (this.body !== undefined) this.body.start(this.sink);
  }

  record(record: CallRecord): void {
    this.records.push(record);
  }

  get body() {
    const { body } = this.#answer;
    return body instanceof Uint8Array ? undefined : body;
  }

  pass(...chunks: Uint8Array[]): this {
    for (const chunk of chunks) this.source.chunk(chunk);
    return this;
  }

  end(): this {
    this.source.end();
    return this;
  }

  /** The access line. */
  get line() {
    return this.log.lines.find(({ event }) => event === 'call')?.facts;
  }
}

const stream = 'text/event-stream; charset=utf-8';
const json = 'application/json';

describe('an answer that is compressed', () => {
  for (const [at, [coding, encode]] of ways.entries()) {
    for (const [type, text] of [
      [stream, events.join('')],
      [json, JSON.stringify(message)],
    ] as const) {
      const coded = encode(Buffer.from(text));

      it(`tells ids and usage in ${coding} as ${type}, wherever it is cut (${at + 1})`, () => {
        for (let cut = 0; cut <= coded.length; cut += 1) {
          const passing = new Passing(type, coding).pass(coded.subarray(0, cut), coded.subarray(cut)).end();
          expect(passing.seen).toEqual(whole);
          expect(Buffer.concat(passing.sink.chunks).equals(coded)).toBe(true);
        }
      });

      it(`tells them in ${coding} as ${type} when every byte comes alone (${at + 1})`, () => {
        const bytes = [...coded].map((byte) => new Uint8Array([byte]));
        const passing = new Passing(type, coding).pass(...bytes).end();
        expect(passing.seen).toEqual(whole);
        expect(passing.sink.chunks).toEqual(bytes);
      });
    }
  }

  it('tells its tokens in the access line', async () => {
    for (const coding of codings) {
      const passing = new Passing(stream, coding).pass(...(await flushed(coding, ...events))).end();
      expect(passing.line).toMatchObject({ input: 10, output: 42, cacheRead: 7, ended: 'complete' });
    }
  });

  it('tells them where it is at hand as a whole', () => {
    const body = brotli(Buffer.from(JSON.stringify(message)));
    expect(new Passing(json, 'br', { body }).seen).toEqual(whole);
  });

  it('tells them where the coding stands in two headers', () => {
    const headers = ['content-type', json, 'content-encoding', 'gzip', 'content-encoding', 'br'];
    const [, encode] = ways.find(([coding]) => coding === 'gzip, br')!;
    const passing = new Passing(json, undefined, { headers });
    expect(passing.pass(encode(Buffer.from(JSON.stringify(message)))).end().seen).toEqual(whole);
  });

  it('that breaks off tells what had come, and breaks off here too', async () => {
    for (const coding of codings) {
      const pieces = await flushed(coding, ...events);
      const passing = new Passing(stream, coding).pass(...pieces.slice(0, 2));
      passing.source.fail(new Error('reset'));
      expect(passing.seen).toMatchObject({ messageId: 'msg_011', usage: { input: 10 }, isWhole: false });
      expect(passing.sink.got.at(-1)).toBe('fail reset');
      expect(passing.line).toMatchObject({ ended: 'cut', input: 10 });
      expect(passing.log.events('warn')).toEqual([]);
    }
  });

  it('tells what had come when its client leaves', async () => {
    const passing = new Passing(stream, 'zstd').pass(...(await flushed('zstd', ...events)).slice(0, 2));
    passing.body?.cancel();
    expect(passing.seen).toMatchObject({ messageId: 'msg_011' });
    expect(passing.line).toMatchObject({ ended: 'client left' });
    expect(passing.endings).toEqual(['cancelled']);
  });

  it('arrives byte for byte also where it is not what its coding says, and that is noted once', () => {
    for (const coding of codings) {
      const garbage = [Buffer.from('no such thing'), Buffer.from(' at all'), Buffer.from(', really')];
      const passing = new Passing(stream, coding).pass(...garbage).end();
      expect(passing.sink.chunks).toEqual(garbage);
      expect(passing.sink.got.at(-1)).toBe('end');
      expect(passing.seen).toEqual({ isWhole: false });
      expect(passing.log.events('warn')).toEqual(['usage not read']);
    }
  });

  it('arrives byte for byte also where it is a bomb, and its tokens are not told', () => {
    const bomb = brotli(Buffer.concat([Buffer.from(events[0]!), Buffer.alloc(70 * 2 ** 20)]));
    const passing = new Passing(stream, 'br').pass(bomb, Buffer.from('rest')).end();
    expect(passing.sink.chunks).toEqual([bomb, Buffer.from('rest')]);
    expect(passing.line).toMatchObject({ ended: 'complete', bytes: bomb.length + 4 });
    expect(passing.log.events('warn')).toEqual(['usage not read']);
  });

  it('passes each chunk on before it looks at it', () => {
    const passing = new Passing(json, 'gzip');
    let warningsThen: string[] | undefined;
    passing.sink.chunk = () => {
      warningsThen = passing.log.events('warn');
    };
    passing.pass(Buffer.from('no such thing'));
    expect(warningsThen).toEqual([]);
    expect(passing.log.events('warn')).toEqual(['usage not read']);
  });

  it('in a coding that nobody here knows passes unread', () => {
    const passing = new Passing(json, 'compress').pass(Buffer.from(JSON.stringify(message))).end();
    expect(passing.seen).toEqual({ isWhole: false });
    expect(passing.line).toMatchObject({ ended: 'complete', bytes: JSON.stringify(message).length });
    expect(passing.log.events('warn')).toEqual(['usage not read']);
  });
});

describe('an answer that is not compressed', () => {
  it('tells ids and usage', () => {
    for (const coding of [undefined, 'identity', ''])
      expect(new Passing(stream, coding).pass(Buffer.from(events.join(''))).end().seen).toEqual(whole);
  });

  it('of an error tells none', () => {
    const body = Buffer.from(JSON.stringify(message));
    expect(new Passing(json, undefined, { body, status: 429 }).seen).toBeUndefined();
  });
});

describe('a client that left before its answer began', () => {
  it('is told as such in the access line, without a byte', () => {
    const log = new MemoryLog();
    const { trace } = new Passing(json, undefined);
    const call = aCall({ signal: AbortSignal.abort(new Error('the client left')) });
    observe({ status: 499, headers: [], body: Buffer.from('{}') }, call, trace, {
      clock: new HandClock(),
      log,
      record() {},
      unread: new Unread(log),
      afterwards: new Afterwards(atOnce, log),
    });
    expect(log.lines[0]?.facts).toMatchObject({ status: 499, ended: 'client left', bytes: 0 });
    expect(log.lines[0]?.facts['firstByteMs']).toBeUndefined();
  });
});
