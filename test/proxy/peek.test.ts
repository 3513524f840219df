import { describe, expect, it } from 'bun:test';
import { GatewayError } from '../../src/base/errors.ts';
import type { ByteSource } from '../../src/http/bytes.ts';
import { longestHoldMs, mostHeld, peek, type Peeked } from '../../src/proxy/peek.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { codings, flushed } from '../help/a-coding.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';
import { sse } from '../help/an-upstream.ts';

const start = sse({ type: 'message_start', message: { id: 'msg_1' } });
const stop = sse({ type: 'message_stop' });
const ping = sse({ type: 'ping' });
const overloaded = sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });

interface Peeking {
  source: HandSource;
  clock: HandClock;
  leave: () => void;
  /** What has come of it by now. */
  peeked: () => Promise<Peeked | 'held' | GatewayError>;
}

function peeking(...coding: string[]): Peeking {
  const source = new HandSource();
  const clock = new HandClock();
  const leaving = new AbortController();
  const type = ['content-type', 'text/event-stream; charset=utf-8'];
  const headers = [...type, ...coding.flatMap((one) => ['content-encoding', one])];
  let now: Peeked | 'held' | GatewayError = 'held';
  peek({ status: 200, headers, body: source }, leaving.signal, clock)?.then(
    (peeked) => {
      now = peeked;
    },
    (error: unknown) => {
      now = error as GatewayError;
    },
  );
  const peeked = async (): Promise<typeof now> => {
    await settled();
    return now;
  };
  return { source, clock, leave: () => leaving.abort(), peeked };
}

/** What it was taken for, in a word. */
async function takenFor({ peeked }: Peeking): Promise<string> {
  const now = await peeked();
  if (now === 'held') return now;
  return now instanceof GatewayError ? now.code : now.glimpse.is;
}

async function bodyOf({ peeked }: Peeking): Promise<ByteSource> {
  return ((await peeked()) as Peeked).answer.body as ByteSource;
}

describe('a streamed answer', () => {
  it('is held until its first event, which goes out with all that came before it', async () => {
    const one = peeking();
    one.source.chunk(ping);
    one.source.chunk(': comment\n\n');
    expect(await takenFor(one)).toBe('held');
    one.source.chunk(start);
    expect(await takenFor(one)).toBe('event');
    const sink = new MemorySink();
    (await bodyOf(one)).start(sink);
    one.source.chunk(stop);
    one.source.end();
    expect(sink.got).toEqual([
      `chunk ${ping}`,
      'chunk : comment\n\n',
      `chunk ${start}`,
      `chunk ${stop}`,
      'end',
    ]);
    expect(one.clock.waiting).toBe(0);
  });

  it('passes on the very buffers that came', async () => {
    const one = peeking();
    const chunk = Buffer.from(start);
    one.source.chunk(chunk);
    const sink = new MemorySink();
    (await bodyOf(one)).start(sink);
    expect(sink.chunks[0]).toBe(chunk);
  });

  it('that begins with an error says which, and still ends as it ended', async () => {
    const one = peeking();
    one.source.chunk(overloaded);
    one.source.fail(new Error('cut'));
    expect(await one.peeked()).toMatchObject({
      glimpse: { is: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    });
    const sink = new MemorySink();
    (await bodyOf(one)).start(sink);
    expect(sink.got).toEqual([`chunk ${overloaded}`]);
    await one.clock.turn(5);
    expect(sink.got).toEqual([`chunk ${overloaded}`, 'fail cut']);
  });

  it('that breaks off before its first event is nothing, and breaks its reader too', async () => {
    const one = peeking();
    one.source.chunk(ping);
    one.source.fail(new Error('reset'));
    expect(await one.peeked()).toMatchObject({ glimpse: { is: 'nothing', reason: 'reset' } });
    const sink = new MemorySink();
    (await bodyOf(one)).start(sink);
    // What was held leaves before the connection is reset under it.
    expect(sink.got).toEqual([`chunk ${ping}`]);
    await one.clock.turn(5);
    expect(sink.got).toEqual([`chunk ${ping}`, 'fail reset']);
  });

  it('that broke off tells nothing to a reader who has left meanwhile', async () => {
    const one = peeking();
    one.source.fail(new Error('reset'));
    const sink = new MemorySink();
    const body = await bodyOf(one);
    body.start(sink);
    body.cancel();
    await one.clock.turn(5);
    expect(sink.got).toEqual([]);
  });

  it('that breaks off while it flows breaks its reader at once', async () => {
    const one = peeking();
    one.source.chunk(start);
    const sink = new MemorySink();
    (await bodyOf(one)).start(sink);
    one.source.fail(new Error('cut'));
    expect(sink.got).toEqual([`chunk ${start}`, 'fail cut']);
  });

  it('that ends cleanly without an event is nothing, and ends cleanly for its reader', async () => {
    const one = peeking();
    one.source.end();
    expect(await takenFor(one)).toBe('nothing');
    const sink = new MemorySink();
    (await bodyOf(one)).start(sink);
    expect(sink.got).toEqual(['end']);
  });

  it('is held for ten seconds and no longer', async () => {
    const one = peeking();
    one.source.chunk(ping);
    await one.clock.turn(longestHoldMs - 1);
    expect(await takenFor(one)).toBe('held');
    await one.clock.turn(1);
    expect(await takenFor(one)).toBe('event');
  });

  it('is held up to so many bytes and no more, and then held back until it is read', async () => {
    const one = peeking();
    const comment = `:${'x'.repeat(mostHeld / 2 - 2)}\n`;
    one.source.chunk(comment);
    expect(await takenFor(one)).toBe('held');
    one.source.chunk(comment);
    expect(await takenFor(one)).toBe('event');
    expect(one.source.asked).toEqual(['start', 'pause']);
    (await bodyOf(one)).start(new MemorySink());
    expect(one.source.asked).toEqual(['start', 'pause', 'resume']);
  });

  it('whose client leaves while it is held is closed at the upstream', async () => {
    const one = peeking();
    one.source.chunk(ping);
    one.leave();
    expect(await takenFor(one)).toBe('client_left');
    expect(one.source.asked).toEqual(['start', 'cancel']);
    expect(one.clock.waiting).toBe(0);
  });

  it('whose client has left already is not even begun', async () => {
    const leaving = AbortSignal.abort();
    const source = new HandSource();
    const headers = ['content-type', 'text/event-stream'];
    const left = peek({ status: 200, headers, body: source }, leaving, new HandClock());
    expect(await left?.catch(({ code }: GatewayError) => code)).toBe('client_left' as never);
    expect(source.asked).toEqual(['cancel']);
  });

  it('gives no chunk after the one that made its reader pause', async () => {
    const one = peeking();
    one.source.chunk(ping);
    one.source.chunk(start);
    const body = await bodyOf(one);
    const sink = new MemorySink();
    const pausing = {
      chunk: (bytes: Uint8Array) => {
        sink.chunk(bytes);
        body.pause();
      },
      end: () => sink.end(),
      fail: () => {},
    };
    body.start(pausing);
    expect(sink.got).toEqual([`chunk ${ping}`]);
    one.source.end();
    body.resume();
    expect(sink.got).toEqual([`chunk ${ping}`, `chunk ${start}`]);
    body.resume();
    expect(sink.got).toEqual([`chunk ${ping}`, `chunk ${start}`, 'end']);
  });

  it('hands pauses on to the upstream', async () => {
    const one = peeking();
    one.source.chunk(start);
    const body = await bodyOf(one);
    body.start(new MemorySink());
    body.pause();
    body.resume();
    body.cancel();
    expect(one.source.asked).toEqual(['start', 'resume', 'pause', 'resume', 'cancel']);
  });
});

describe('a compressed stream', () => {
  for (const coding of codings) {
    it(`(${coding}) is read from a copy, and passes as it came`, async () => {
      const one = peeking(coding);
      const [first, second, ...rest] = await flushed(coding, ping, overloaded);
      one.source.chunk(first!);
      expect(await takenFor(one)).toBe('held');
      one.source.chunk(second!);
      expect(await takenFor(one)).toBe('error');
      for (const chunk of rest) one.source.chunk(chunk);
      const sink = new MemorySink();
      (await bodyOf(one)).start(sink);
      expect(sink.chunks).toEqual([first!, second!, ...rest]);
    });
  }

  it('that is not what it says is let go at once', async () => {
    const one = peeking('gzip');
    one.source.chunk('this is no gzip');
    expect(await takenFor(one)).toBe('event');
  });
});

describe('what is not held', () => {
  const never = new AbortController().signal;
  const rows: readonly (readonly [what: string, headers: string[]])[] = [
    ['JSON', ['content-type', 'application/json']],
    ['a web page', ['content-type', 'text/html']],
    ['something without a type', []],
    ['a coding nobody knows', ['content-type', 'text/event-stream', 'content-encoding', 'rot13']],
  ];
  for (const [what, headers] of rows) {
    it(`${what} passes at once`, () => {
      const source = new HandSource();
      expect(peek({ status: 200, headers, body: source }, never, new HandClock())).toBeUndefined();
      expect(source.isStarted).toBe(false);
    });
  }
});
