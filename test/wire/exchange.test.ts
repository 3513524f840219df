import { describe, expect, it } from 'bun:test';
import { Exchange } from '../../src/wire/exchange.ts';
import type { Delivery, Sending } from '../../src/wire/sender.ts';
import { UpstreamLine } from '../../src/wire/upstream-line.ts';
import { Upstream } from '../../src/wire/upstreams.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { MemoryLine } from '../help/a-line.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';

/** An origin whose connections are opened by hand. */
class HandUpstream extends Upstream {
  readonly lines: MemoryLine[] = [];
  readonly told: string[] = [];
  readonly free: UpstreamLine[] = [];
  #opened: ((line: UpstreamLine) => void) | undefined;
  #failed: ((cause: Error) => void) | undefined;

  constructor(clock: HandClock) {
    super({ host: 'up', port: 80, secure: false }, undefined, { clock });
  }

  override take(): UpstreamLine | undefined {
    return this.free.pop();
  }

  override dial(opened: (line: UpstreamLine) => void, failed: (cause: Error) => void): () => void {
    this.told.push('dial');
    this.#opened = opened;
    this.#failed = failed;
    return () => {
      this.told.push('dial taken back');
      this.#opened = undefined;
    };
  }

  /** The connection stands, and takes `takes` bytes for now. */
  opens(takes = Number.POSITIVE_INFINITY): MemoryLine {
    const line = new MemoryLine();
    line.takes = takes;
    const upstreamLine = new UpstreamLine(line, this);
    line.user = upstreamLine;
    this.lines.push(line);
    this.#opened?.(upstreamLine);
    return line;
  }

  fails(): void {
    this.#failed?.(new Error('refused'));
  }

  override give(line: UpstreamLine): void {
    this.told.push('free');
    this.free.push(line);
  }

  override forget(): void {
    this.told.push('gone');
  }
}

/** One sending, from its beginning. */
class Setting {
  readonly clock = new HandClock();
  readonly upstream = new HandUpstream(this.clock);
  readonly gone = new AbortController();
  delivery: Delivery | undefined;
  listeners = 0;

  send(more: Partial<Sending> = {}): this {
    const { signal } = this.gone;
    const counted = {
      add: signal.addEventListener.bind(signal),
      remove: signal.removeEventListener.bind(signal),
    };
    signal.addEventListener = (...args: Parameters<typeof counted.add>) => {
      this.listeners += 1;
      counted.add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof counted.remove>) => {
      this.listeners -= 1;
      counted.remove(...args);
    };
    const sending: Sending = {
      origin: new URL('http://up'),
      method: 'POST',
      target: '/v1',
      headers: ['Host', 'up'],
      body: undefined,
      signal,
      connectMs: 5_000,
      headMs: 60_000,
      ...more,
    };
    new Exchange(sending, this.clock, (delivery) => {
      this.delivery = delivery;
    }).begin(this.upstream);
    return this;
  }

  /** Nothing is left of it: no timer, no listener on the signal. */
  get isOver(): boolean {
    return this.clock.waiting === 0 && this.listeners === 0;
  }

  read(): MemorySink {
    const sink = new MemorySink();
    if (this.delivery?.is !== 'answered') throw new Error(`expected an answer, got ${this.delivery?.is}`);
    const { body } = this.delivery.answer;
    if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
    body.start(sink);
    return sink;
  }
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

describe('the request on the wire', () => {
  const sent = (more: Partial<Sending>): string => new Setting().send(more).upstream.opens().text;

  it('has its headers as they stand, and no length without a body', () => {
    expect(sent({ method: 'GET', headers: ['hOst', 'up', 'X-a', '1', 'x-A', '2'] })).toBe(
      'GET /v1 HTTP/1.1\r\nhOst: up\r\nX-a: 1\r\nx-A: 2\r\n\r\n',
    );
  });

  it.each([
    ['kept', ['Content-Length', '3'], 'Content-Length: 3\r\n'],
    ['put right', ['content-length', '9', 'A', 'b'], 'A: b\r\nContent-Length: 3\r\n'],
    ['put there', [], 'Content-Length: 3\r\n'],
    ['told once', ['content-length', '9', 'Content-Length', '8'], 'Content-Length: 3\r\n'],
  ])('has the length of its bytes: %s', (_, headers, lines) => {
    expect(sent({ headers, body: Buffer.from('abc') })).toBe(`POST /v1 HTTP/1.1\r\n${lines}\r\nabc`);
  });

  it.each([['7'], ['1']])('has no length without its bytes: %s', (length) => {
    expect(sent({ headers: ['Content-Length', length] })).toBe('POST /v1 HTTP/1.1\r\n\r\n');
  });

  it('keeps the length 0 of no body', () => {
    expect(sent({ headers: ['Content-Length', '0'] })).toBe('POST /v1 HTTP/1.1\r\nContent-Length: 0\r\n\r\n');
  });

  it('goes out in chunks where the length of its source is not known', () => {
    const body = new HandSource();
    const on = new Setting().send({ headers: [], body });
    const line = on.upstream.opens();
    body.chunk('ab');
    body.chunk('');
    body.chunk('c');
    body.end();
    expect(line.text).toBe(
      'POST /v1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
    );
  });

  it('goes out as it is where its length is known', () => {
    const body = new HandSource();
    const line = new Setting().send({ headers: ['Content-Length', '3'], body }).upstream.opens();
    body.chunk('ab');
    body.chunk('c');
    body.end();
    expect(line.text).toBe('POST /v1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc');
  });

  it.each<[string, Partial<Sending>]>([
    ['a method that is more', { method: 'GET / HTTP/1.1\r\nA: b' }],
    ['a method in lower case', { method: 'get' }],
    ['a target with a blank', { target: '/a b' }],
    ['a target with a line end', { target: '/a\r\nHost: b' }],
    ['a target beyond ASCII', { target: '/é' }],
    ['no target', { target: '' }],
    ['a name that begins a line', { headers: ['a\r\nb', 'c'] }],
    ['a value that begins a line', { headers: ['a', 'b\r\n\r\nGET / HTTP/1.1'] }],
    ['a coding of its own', { headers: ['Transfer-Encoding', 'chunked'], body: Buffer.from('0\r\n\r\n') }],
  ])('is not begun with %s', (_, more) => {
    const on = new Setting();
    expect(() => on.send(more)).toThrow(TypeError);
    expect(on.upstream.told).toEqual([]);
  });
});

describe('an exchange', () => {
  it('delivers the answer, and leaves nothing behind when that is over', () => {
    const on = new Setting().send({ body: Buffer.from('abc') });
    on.upstream.opens().says(ok);
    expect(on.delivery).toMatchObject({ is: 'answered', answer: { status: 200 } });
    expect(on.read().got).toEqual(['chunk hi', 'end']);
    expect(on.upstream.told).toEqual(['dial', 'free']);
    expect(on.isOver).toBe(true);
  });

  it('takes a connection that is free', () => {
    const on = new Setting().send();
    const line = on.upstream.opens();
    line.says(ok);
    on.send({ target: '/2' });
    expect(line.text).toContain('POST /2 ');
    expect(on.upstream.told).toEqual(['dial', 'free']);
  });

  it('says whether the connection that was lost had served before', () => {
    const on = new Setting().send();
    const line = on.upstream.opens();
    line.says(ok);
    on.send();
    line.user?.closed(new Error('reset'));
    expect(on.delivery).toMatchObject({ is: 'lost', reused: true });
    const fresh = new Setting().send();
    fresh.upstream.opens().user?.ended();
    expect(fresh.delivery).toMatchObject({ is: 'lost', reused: false });
    expect(fresh.isOver).toBe(true);
  });

  it('that streams its body takes no connection that may have idled out', () => {
    const on = new Setting().send();
    on.upstream.opens().says(ok);
    on.send({ body: new HandSource() });
    expect(on.upstream.told).toEqual(['dial', 'free', 'dial']);
    on.send({ body: new Uint8Array(3) });
    expect(on.upstream.told).toEqual(['dial', 'free', 'dial']);
  });

  it('is unreachable where no connection stands', () => {
    const body = new HandSource();
    const on = new Setting().send({ body });
    on.upstream.fails();
    expect(on.delivery).toMatchObject({ is: 'unreachable', cause: { message: 'refused' } });
    expect(body.asked).toEqual(['cancel']);
    expect(on.isOver).toBe(true);
  });

  it('is unreachable where no connection stands in time', async () => {
    const on = new Setting().send({ connectMs: 5_000 });
    await on.clock.turn(4_999);
    expect(on.delivery).toBeUndefined();
    await on.clock.turn(1);
    expect(on.delivery).toMatchObject({ is: 'unreachable' });
    expect(on.upstream.told).toEqual(['dial', 'dial taken back']);
    expect(on.isOver).toBe(true);
  });

  it('is cancelled by its caller while it is dialled', () => {
    const body = new HandSource();
    const on = new Setting().send({ body });
    on.gone.abort();
    expect(on.delivery).toEqual({ is: 'cancelled' });
    expect(on.upstream.told).toEqual(['dial', 'dial taken back']);
    expect(body.asked).toEqual(['cancel']);
    expect(on.isOver).toBe(true);
  });

  it('is cancelled by its caller while it waits for the answer', () => {
    const on = new Setting().send();
    const line = on.upstream.opens();
    on.gone.abort();
    expect(on.delivery).toEqual({ is: 'cancelled' });
    expect(line.asked).toEqual(['reset']);
    expect(on.isOver).toBe(true);
  });

  it('is broken by its caller in the middle of the answer', () => {
    const on = new Setting().send();
    const line = on.upstream.opens();
    line.says(ok.slice(0, -1));
    const sink = on.read();
    on.gone.abort();
    expect(sink.got).toEqual(['chunk h', 'fail given up']);
    expect(line.asked).toContain('reset');
    expect(on.isOver).toBe(true);
  });

  it('touches nothing when its caller goes after the answer', () => {
    const on = new Setting().send();
    const line = on.upstream.opens();
    line.says(ok);
    on.gone.abort();
    expect(line.asked).toEqual([]);
  });

  it('is late where no head comes in time', async () => {
    const on = new Setting().send({ headMs: 60_000 });
    const line = on.upstream.opens();
    line.says('HTTP/1.1 100 Continue\r\n\r\n');
    await on.clock.turn(60_000);
    expect(on.delivery).toEqual({ is: 'late' });
    expect(line.asked).toEqual(['reset']);
    expect(on.isOver).toBe(true);
  });

  it('has all the time for its body once the head is there', async () => {
    const on = new Setting().send();
    on.upstream.opens().says(ok.slice(0, -1));
    await on.clock.turn(3_600_000);
    expect(on.delivery).toMatchObject({ is: 'answered' });
  });

  it('counts the time for the head from when the request is out', async () => {
    const on = new Setting().send({ body: Buffer.alloc(1_000), headMs: 60_000 });
    const line = on.upstream.opens(100);
    await on.clock.turn(59_000);
    line.read();
    await on.clock.turn(59_000);
    expect(on.delivery).toBeUndefined();
    await on.clock.turn(1_000);
    expect(on.delivery).toEqual({ is: 'late' });
  });
});

describe('an answer before the end of the request', () => {
  it('leaves no free connection while held bytes still wait', () => {
    const on = new Setting().send({ body: Buffer.alloc(1_000) });
    const line = on.upstream.opens(100);
    line.says(ok);
    expect(on.delivery).toMatchObject({ is: 'answered' });
    expect(on.upstream.told).not.toContain('free');
    expect(line.asked).toEqual(['reset']);
    expect(on.read().got).toEqual(['chunk hi', 'end']);
  });

  it('leaves a free connection where they went meanwhile', () => {
    const on = new Setting().send({ body: Buffer.alloc(1_000) });
    const line = on.upstream.opens(100);
    line.read();
    line.says(ok);
    expect(on.upstream.told).toEqual(['dial', 'free']);
  });

  it('stops an upload, and leaves no free connection', () => {
    const body = new HandSource();
    const on = new Setting().send({ body });
    const line = on.upstream.opens();
    body.chunk('ab');
    line.says(ok);
    expect(body.asked).toEqual(['start', 'cancel']);
    expect(on.upstream.told.at(-1)).toBe('gone');
    body.chunk('late');
    body.end();
    expect(line.text).not.toContain('late');
    expect(line.text).not.toContain('0\r\n\r\n');
    expect(on.isOver).toBe(true);
  });

  it('leaves no free connection while the end of an upload waits', () => {
    for (const headers of [[], ['Content-Length', '1000']]) {
      const body = new HandSource();
      const on = new Setting().send({ body, headers });
      const line = on.upstream.opens(200);
      body.chunk(Buffer.alloc(1_000));
      body.end();
      line.says(ok);
      expect(on.upstream.told).not.toContain('free');
    }
  });
});

describe('an upload', () => {
  it('is held while the upstream takes no more', () => {
    const body = new HandSource();
    const on = new Setting().send({ body });
    const line = on.upstream.opens(200);
    body.chunk(Buffer.alloc(1_000));
    expect(body.asked).toEqual(['start', 'pause']);
    line.read();
    expect(body.asked).toEqual(['start', 'pause', 'resume']);
  });

  it('may take its time where the client is slow, and none where the upstream is', async () => {
    const body = new HandSource();
    const on = new Setting().send({ body, headMs: 60_000 });
    const line = on.upstream.opens(2_000);
    body.chunk(Buffer.alloc(1_000));
    await on.clock.turn(3_600_000);
    expect(on.delivery).toBeUndefined();
    body.chunk(Buffer.alloc(1_000));
    await on.clock.turn(59_000);
    line.read();
    await on.clock.turn(3_600_000);
    expect(on.delivery).toBeUndefined();
    line.takes = 0;
    body.chunk('x');
    await on.clock.turn(60_000);
    expect(on.delivery).toEqual({ is: 'late' });
    expect(body.asked.at(-1)).toBe('cancel');
    expect(on.isOver).toBe(true);
  });

  it('that breaks off is nothing of the upstream, and leaves no half request on a free connection', () => {
    const body = new HandSource();
    const on = new Setting().send({ body });
    const line = on.upstream.opens();
    body.chunk('ab');
    body.fail(new Error('the client left'));
    expect(on.delivery).toEqual({ is: 'cancelled' });
    expect(line.asked).toEqual(['reset']);
    expect(line.text).not.toContain('0\r\n\r\n');
    expect(on.isOver).toBe(true);
  });

  it.each([
    ['shorter', 'ab'],
    ['longer', 'abcd'],
  ])('%s than its length is none', (_, text) => {
    const body = new HandSource();
    const on = new Setting().send({ body, headers: ['Content-Length', '3'] });
    const line = on.upstream.opens();
    body.chunk(text);
    body.end();
    expect(on.delivery).toEqual({ is: 'cancelled' });
    expect(line.asked).toEqual(['reset']);
    expect(line.text).not.toContain('abcd');
  });

  it('is not read before there is a connection', async () => {
    const body = new HandSource();
    const on = new Setting().send({ body });
    await settled();
    expect(body.isStarted).toBe(false);
    on.upstream.opens();
    expect(body.isStarted).toBe(true);
  });
});
