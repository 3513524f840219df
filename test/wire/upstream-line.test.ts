import { describe, expect, it } from 'bun:test';
import type { Answer } from '../../src/http/call.ts';
import { UpstreamLine, type LineKeeper, type Waiter } from '../../src/wire/upstream-line.ts';
import { MemoryLine } from '../help/a-line.ts';
import { MemorySink } from '../help/a-source.ts';

/** Whoever waits for an answer, writing down what it is told. */
class MemoryWaiter implements Waiter {
  readonly told: string[] = [];
  readonly sink = new MemorySink();
  method = 'GET';
  isSent = true;
  answer: Answer | undefined;
  /** Starts the body when it comes. */
  isReading = true;

  answered(answer: Answer): void {
    this.told.push(`answered ${answer.status}`);
    this.answer = answer;
    if (this.isReading) this.read();
  }

  read(): void {
    const body = this.answer?.body;
    if (body !== undefined && 'start' in body) body.start(this.sink);
  }

  lost(cause: Error): void {
    this.told.push(`lost: ${cause.message}`);
  }

  over(): void {
    this.told.push('over');
  }

  drained(): void {
    this.told.push('drained');
  }
}

/** A connection to an upstream with somebody waiting on it. */
class Setting implements LineKeeper {
  readonly line = new MemoryLine();
  readonly kept: string[] = [];
  readonly upstream = new UpstreamLine(this.line, this);
  readonly waiter = new MemoryWaiter();

  constructor() {
    this.line.user = this.upstream;
    this.upstream.wait(this.waiter);
  }

  give(): void {
    this.kept.push('free');
  }

  forget(): void {
    this.kept.push('gone');
  }

  /** Free for the next request, and still read. */
  get isFree(): boolean {
    return this.kept.at(-1) === 'free' && !this.line.isOver && !this.line.isPaused;
  }
}

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

describe('an answer on a connection', () => {
  it('is told with its body, and leaves the connection free', () => {
    const on = new Setting();
    on.line.says(whole);
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
    expect(on.waiter.answer?.headers).toEqual(['Content-Length', '5']);
    expect(on.waiter.sink.got).toEqual(['chunk hello', 'end']);
    expect(on.isFree).toBe(true);
  });

  it('is the same byte by byte', () => {
    const on = new Setting();
    for (const byte of whole.split('')) on.line.says(byte);
    expect(on.waiter.sink.got.join('')).toBe('chunk hchunk echunk lchunk lchunk oend');
    expect(on.isFree).toBe(true);
  });

  it.each([
    [
      'of chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
      ['chunk hi', 'end'],
    ],
    ['without a body', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', []],
    ['of status 204', 'HTTP/1.1 204 No Content\r\n\r\n', []],
    [
      'of status 304 with the length of what it leaves out',
      'HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n',
      [],
    ],
    [
      'behind interim ones',
      `HTTP/1.1 103 x\r\nLink: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${whole}`,
      ['chunk hello', 'end'],
    ],
  ])('%s leaves it free', (_, text, got) => {
    const on = new Setting();
    on.line.says(text);
    expect(on.waiter.sink.got).toEqual(got);
    expect(on.waiter.told.at(-1)).toBe('over');
    expect(on.isFree).toBe(true);
  });

  it('to HEAD has no body, whatever its head says', () => {
    const on = new Setting();
    on.waiter.method = 'HEAD';
    on.line.says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(on.waiter.answer?.body).toBeUndefined();
    expect(on.isFree).toBe(true);
  });

  it.each([
    ['that closes', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'of HTTP/1.0 that wants to go on',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello',
    ],
    ['with more behind it', `${whole}HTTP/1.1 200 OK\r\n`],
    ['with a body that 204 has not', 'HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a body that 304 has not', 'HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'with more behind its chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nx',
    ],
  ])('%s is whole, and its connection serves no other', (_, text) => {
    const on = new Setting();
    on.line.says(text);
    expect(on.waiter.told).toEqual(['answered ' + text.slice(9, 12), 'over']);
    if (on.waiter.answer?.body !== undefined) expect(on.waiter.sink.got).toEqual(['chunk hello', 'end']);
    expect(on.kept).toEqual(['gone']);
    expect(on.line.isOver).toBe(true);
  });

  it('without a length lasts until the connection ends', () => {
    const on = new Setting();
    on.line.says('HTTP/1.1 200 OK\r\n\r\nhel');
    on.line.says('lo');
    expect(on.waiter.told).toEqual(['answered 200']);
    on.upstream.ended();
    expect(on.waiter.sink.got).toEqual(['chunk hel', 'chunk lo', 'end']);
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
    expect(on.line.isOver).toBe(true);
  });

  it('without a length is broken where the connection breaks', () => {
    const on = new Setting();
    on.line.says('HTTP/1.1 200 OK\r\n\r\nhel');
    on.upstream.closed(new Error('reset'));
    expect(on.waiter.sink.got).toEqual(['chunk hel', 'fail reset']);
  });

  it.each([
    ['with both lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n'],
    ['with the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n'],
    ['with a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n'],
    ['with a coding of somebody else', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
    ['with two codings', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
    ['with chunks twice', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n'],
    ['with identity', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n'],
    ['of HTTP/1.0 with chunks', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['to an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['with an interim one that has a length', 'HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n'],
    ['with an interim one that has a coding', 'HTTP/1.1 103 x\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['with interim ones without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(17)],
    ['with a head without end', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(30_000)}`],
    ['with lines that end in line feeds', 'HTTP/1.1 200 OK\n'],
    ['of another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
    ['of HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['of HTTP/0.9', '<html>'],
  ])('%s is none, and said to be so at once', (_, text) => {
    const on = new Setting();
    on.line.says(text);
    expect(on.waiter.told).toEqual([expect.stringMatching(/^lost: /)]);
    expect(on.kept).toContain('gone');
    expect(on.line.isOver).toBe(true);
  });

  it('with chunks that are not valid is broken, behind what was', () => {
    const on = new Setting();
    on.line.says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz');
    expect(on.waiter.sink.got).toEqual(['chunk hi', 'fail the chunks of the answer are not valid']);
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
    expect(on.line.isOver).toBe(true);
  });

  it('is lost where the connection ends before it', () => {
    const on = new Setting();
    on.upstream.ended();
    expect(on.waiter.told).toEqual(['lost: the upstream closed the connection']);
    expect(on.line.isOver).toBe(true);
  });

  it('is broken where the connection ends in the middle of it', () => {
    const on = new Setting();
    on.line.says('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel');
    on.upstream.ended();
    expect(on.waiter.sink.got).toEqual(['chunk hel', 'fail the upstream closed the connection']);
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
  });

  it('is followed by nothing once the connection is gone', () => {
    const on = new Setting();
    on.upstream.closed(new Error('reset'));
    on.line.says(whole);
    on.upstream.ended();
    on.upstream.closed(undefined);
    expect(on.waiter.told).toEqual(['lost: reset']);
  });

  it('that comes before the whole request is sent leaves no free connection', () => {
    const on = new Setting();
    on.waiter.isSent = false;
    on.line.says(whole);
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
    expect(on.kept).not.toContain('free');
    expect(on.line.isOver).toBe(true);
  });
});

describe('an idle connection', () => {
  it('is cut when it says something: that is no answer to the next request', () => {
    const on = new Setting();
    on.line.says(whole);
    on.line.says('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    expect(on.kept.at(-1)).toBe('gone');
    expect(on.line.asked).toContain('reset');
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
  });

  it('is gone when the upstream closes it', () => {
    const on = new Setting();
    on.line.says(whole);
    on.upstream.ended();
    expect(on.kept.at(-1)).toBe('gone');
    expect(on.line.isOver).toBe(true);
  });

  it('serves the next request as one that has served before', () => {
    const on = new Setting();
    expect(on.upstream.isReused).toBe(false);
    on.line.says(whole);
    expect(on.upstream.isReused).toBe(true);
    const next = new MemoryWaiter();
    on.upstream.wait(next);
    on.line.says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n');
    expect(next.sink.got).toEqual(['chunk hi', 'end']);
    expect(on.waiter.sink.got).toEqual(['chunk hello', 'end']);
  });
});

/** More than is read before anybody wants it, and two bytes short of an answer. */
const much = 'x'.repeat(70_000);
const large = `HTTP/1.1 200 OK\r\nContent-Length: ${much.length + 2}\r\n\r\n${much}`;

describe('the body of an answer', () => {
  it('holds the connection until somebody reads it', () => {
    const on = new Setting();
    on.waiter.isReading = false;
    on.line.says(large);
    expect(on.line.isPaused).toBe(true);
    on.waiter.read();
    expect(on.line.isPaused).toBe(false);
    on.line.says('lo');
    expect(on.waiter.sink.got).toEqual([`chunk ${much}`, 'chunk lo', 'end']);
  });

  it('leaves no paused connection behind when its end comes while it is held', () => {
    const on = new Setting();
    on.waiter.isReading = false;
    on.line.says(large);
    // What was read from the socket already still comes.
    on.line.says('lo');
    expect(on.isFree).toBe(true);
  });

  it('does not touch the connection of the next request when it is read late', () => {
    const on = new Setting();
    on.waiter.isReading = false;
    on.line.says(large);
    on.line.says('lo');
    const next = new MemoryWaiter();
    next.isReading = false;
    on.upstream.wait(next);
    on.line.says(large);
    expect(on.line.isPaused).toBe(true);
    on.waiter.read();
    expect(on.waiter.sink.got).toEqual([`chunk ${much}`, 'chunk lo', 'end']);
    expect(on.line.isPaused).toBe(true);
  });

  it('cuts the connection when nobody wants the rest', () => {
    const on = new Setting();
    on.line.says('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel');
    const body = on.waiter.answer?.body;
    if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
    body.cancel();
    expect(on.line.asked).toContain('reset');
    expect(on.waiter.told).toEqual(['answered 200', 'over']);
    expect(on.waiter.sink.got).toEqual(['chunk hel']);
  });

  it('that is cancelled after its end cuts nothing: the connection is somebody else’s', () => {
    const on = new Setting();
    on.waiter.isReading = false;
    on.line.says(whole);
    const body = on.waiter.answer?.body;
    if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
    body.cancel();
    expect(on.isFree).toBe(true);
  });

  it('may be cancelled by its reader at any chunk', () => {
    for (const rest of ['lo', 'l', 'lo!']) {
      const on = new Setting();
      on.waiter.isReading = false;
      on.line.says('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
      const body = on.waiter.answer?.body;
      if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
      body.start({ chunk: () => body.cancel(), end: () => on.waiter.told.push('end'), fail: () => {} });
      on.line.says('hel');
      on.line.says(rest);
      expect(on.waiter.told).toEqual(['answered 200', 'over']);
      expect(on.line.asked).toContain('reset');
    }
  });
});
