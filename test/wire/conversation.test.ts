import { describe, expect, it } from 'bun:test';
import { silentLog } from '../../src/base/log.ts';
import type { ByteSource } from '../../src/http/bytes.ts';
import type { Answer, Call } from '../../src/http/call.ts';
import { Conversation } from '../../src/wire/conversation.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { MemoryLine } from '../help/a-line.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';

/** A call that waits for its answer. */
interface Waiting {
  call: Call;
  answer(answer?: Partial<Answer>): Promise<void>;
  fail(): Promise<void>;
}

/** A connection of a client whose calls are answered by hand. */
class Setting {
  readonly line = new MemoryLine();
  readonly clock = new HandClock();
  readonly calls: Waiting[] = [];
  readonly refused: string[] = [];
  closed = 0;
  readonly conversation: Conversation;

  constructor(maxHeaderBytes?: number) {
    this.conversation = new Conversation(this.line, {
      host: '',
      port: 0,
      log: silentLog,
      clock: this.clock,
      maxHeaderBytes,
      refuse: (refusal) => {
        this.refused.push(refusal);
        return { status: 400, headers: [], body: Buffer.from(refusal) };
      },
      onClosed: () => {
        this.closed += 1;
      },
      handler: (call) => {
        const { promise, resolve, reject } = Promise.withResolvers<Answer>();
        this.calls.push({
          call,
          async answer(answer = {}) {
            resolve({ status: 200, headers: [], body: undefined, ...answer });
            await settled();
          },
          async fail() {
            reject(new Error('no answer'));
            await settled();
          },
        });
        return promise;
      },
    });
    this.line.user = this.conversation;
  }

  says(text: string): this {
    this.line.says(text);
    return this;
  }

  get targets(): string[] {
    return this.calls.map(({ call }) => call.target);
  }

  /** Time passes, and is looked at. */
  async passes(ms: number): Promise<void> {
    await this.clock.turn(ms);
    this.conversation.check(this.clock.monotonic());
  }
}

function bodyOf({ call }: Waiting): ByteSource {
  if (call.body === undefined) throw new Error('expected a body');
  return call.body;
}

/** More of a body than is read before anybody wants it. */
const much = 'x'.repeat(70_000);
const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const okAndClose = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

describe('calls of one connection', () => {
  it('are served one after the other, however many are sent ahead', async () => {
    const on = new Setting().says(get('/1') + get('/2') + get('/3'));
    expect(on.targets).toEqual(['/1']);
    await on.calls[0]!.answer();
    expect(on.targets).toEqual(['/1', '/2']);
    await on.calls[1]!.answer();
    await on.calls[2]!.answer();
    expect(on.targets).toEqual(['/1', '/2', '/3']);
    expect(on.line.text).toBe(ok + ok + ok);
    expect(on.line.asked).toEqual([]);
  });

  it('begin behind the body before them, whatever it looks like', async () => {
    const inner = get('/inner');
    const on = new Setting().says(
      `GET /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${inner.length}\r\n\r\n${inner}${get('/2')}`,
    );
    const sink = new MemorySink();
    bodyOf(on.calls[0]!).start(sink);
    expect(sink.got).toEqual([`chunk ${inner}`, 'end']);
    await on.calls[0]!.answer();
    expect(on.targets).toEqual(['/1', '/2']);
  });

  it('begin behind a body that nobody read', async () => {
    const on = new Setting().says(`POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc${get('/2')}`);
    await on.calls[0]!.answer();
    expect(on.targets).toEqual(['/1', '/2']);
    expect(on.line.text).toBe(ok);
  });

  it('begin behind a body that came to its end while nobody read it', async () => {
    const on = new Setting().says(
      `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${much.length + 3}\r\n\r\n${much}`,
    );
    expect(on.line.isPaused).toBe(true);
    on.says(`def${get('/2')}`);
    await on.calls[0]!.answer();
    expect(on.targets).toEqual(['/1', '/2']);
    expect(on.line.isPaused).toBe(false);
  });

  it('are read ahead by no more than a head', async () => {
    const on = new Setting(1_000).says(get('/1'));
    on.says(get('/2').repeat(20));
    expect(on.line.isPaused).toBe(false);
    on.says(get('/2').repeat(20));
    expect(on.line.isPaused).toBe(true);
    for (let served = 0; served < 41; served += 1) await on.calls[served]!.answer();
    expect(on.line.isPaused).toBe(false);
    expect(on.line.text).toBe(ok.repeat(41));
  });

  it('wait until the client has taken the answer before them', async () => {
    const on = new Setting();
    on.line.takes = 10;
    on.says(get('/1') + get('/2'));
    await on.calls[0]!.answer();
    on.says(get('/3'));
    expect(on.targets).toEqual(['/1']);
    on.line.read();
    expect(on.targets).toEqual(['/1', '/2']);
    await on.calls[1]!.answer();
    expect(on.targets).toEqual(['/1', '/2', '/3']);
  });

  it('end with the one that says so', async () => {
    const on = new Setting().says(`GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n${get('/2')}`);
    await on.calls[0]!.answer();
    expect(on.targets).toEqual(['/1']);
    expect(on.line.text).toBe(okAndClose);
    // Read over for a moment: what was sent ahead would reset the answer.
    expect(on.line.asked).toContain('finish');
  });

  it('end with the first of HTTP/1.0', async () => {
    const on = new Setting().says('GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    await on.calls[0]!.answer();
    expect(on.line.text).toBe(okAndClose);
    expect(on.line.asked).toEqual(['end']);
  });

  it('end when there is no answer to one', async () => {
    const on = new Setting().says(get('/1') + get('/2'));
    await on.calls[0]!.fail();
    expect(on.targets).toEqual(['/1']);
    expect(on.line.text).toBe('');
    expect(on.line.asked).toEqual(['reset']);
    expect(on.calls[0]!.call.signal.aborted).toBe(true);
  });

  it('end when an answer breaks off', async () => {
    const on = new Setting().says(get('/1') + get('/2'));
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    body.chunk('abc');
    body.fail(new Error('gone'));
    expect(on.line.text).not.toContain('0\r\n\r\n');
    expect(on.line.asked).toEqual(['reset']);
    expect(on.targets).toEqual(['/1']);
  });

  it('end when an answer cannot be written, and what is behind it is closed', async () => {
    const on = new Setting().says(get('/1'));
    const body = new HandSource();
    await on.calls[0]!.answer({ headers: ['a', 'b\r\nc: d'], body });
    expect(on.line.text).toBe('');
    expect(on.line.asked).toEqual(['reset']);
    expect(body.asked).toEqual(['cancel']);
  });
});

describe('a body', () => {
  const head = 'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n';

  it('that is large holds the connection until it is read', () => {
    const length = `Content-Length: ${much.length + 3}`;
    const on = new Setting().says(head.replace('Content-Length: 6', length) + much);
    expect(on.line.isPaused).toBe(true);
    const sink = new MemorySink();
    bodyOf(on.calls[0]!).start(sink);
    expect(on.line.isPaused).toBe(false);
    on.says('def');
    expect(sink.got).toEqual([`chunk ${much}`, 'chunk def', 'end']);
  });

  it('that is not valid breaks the connection off', () => {
    const on = new Setting().says('POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n');
    const sink = new MemorySink();
    bodyOf(on.calls[0]!).start(sink);
    on.says('3\r\nabc\r\nzz');
    expect(sink.got).toEqual(['chunk abc', 'fail the chunks of the request are not valid']);
    expect(on.calls[0]!.call.signal.aborted).toBe(true);
    expect(on.line.asked).toContain('reset');
  });

  it('that is not valid from its beginning is refused', () => {
    const on = new Setting().says('POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz');
    expect(on.refused).toEqual(['not-http']);
    expect(on.targets).toEqual([]);
  });

  it('that an answer comes before ends the connection, and is told so', async () => {
    const on = new Setting().says(`${head}abc`);
    const sink = new MemorySink();
    bodyOf(on.calls[0]!).start(sink);
    await on.calls[0]!.answer();
    expect(on.line.text).toBe(okAndClose);
    expect(on.line.asked.at(-1)).toBe('finish');
    expect(on.line.isPaused).toBe(false);
    expect(sink.got).toEqual(['chunk abc', 'fail the answer came before the end of the body']);
    on.says(`def${get('/2')}`);
    expect(on.targets).toEqual(['/1']);
    await on.passes(2_000);
    expect(on.line.asked.at(-1)).toBe('reset');
  });

  it('that nobody wants is read over, and the next call is served', async () => {
    const on = new Setting().says(`${head}abc`);
    bodyOf(on.calls[0]!).cancel();
    expect(on.line.isPaused).toBe(false);
    on.says(`def${get('/2')}`);
    await on.calls[0]!.answer();
    expect(on.line.text).toBe(ok);
    expect(on.targets).toEqual(['/1', '/2']);
  });
});

describe('an expectation to be told to continue', () => {
  const head = 'POST /1 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n';

  it('is met when somebody wants the body', async () => {
    const on = new Setting().says(head);
    expect(on.line.text).toBe('');
    const sink = new MemorySink();
    bodyOf(on.calls[0]!).start(sink);
    expect(on.line.text).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    on.says('abc');
    await on.calls[0]!.answer();
    expect(on.line.text).toBe(`HTTP/1.1 100 Continue\r\n\r\n${ok}`);
  });

  it('is not met when the answer comes without it', async () => {
    const on = new Setting().says(head);
    await on.calls[0]!.answer({ status: 413 });
    expect(on.line.text).toStartWith('HTTP/1.1 413 ');
    expect(on.line.text).toContain('connection: close');
    bodyOf(on.calls[0]!).start(new MemorySink());
    expect(on.line.text).not.toContain('100 Continue');
  });

  it('is not met in the turn of another call', async () => {
    const on = new Setting().says(`POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc${head}`);
    await on.calls[0]!.answer();
    expect(on.targets).toEqual(['/1', '/1']);
    bodyOf(on.calls[0]!).start(new MemorySink());
    expect(on.line.text).toBe(ok);
    bodyOf(on.calls[1]!).start(new MemorySink());
    expect(on.line.text).toBe(`${ok}HTTP/1.1 100 Continue\r\n\r\n`);
  });

  it('is none of HTTP/1.0, or without a body', () => {
    const old = new Setting().says(head.replace('HTTP/1.1', 'HTTP/1.0'));
    bodyOf(old.calls[0]!).start(new MemorySink());
    expect(old.line.text).toBe('');
    expect(
      new Setting().says('GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n').calls[0]!.call.body,
    ).toBeUndefined();
  });

  it('of something else is refused', () => {
    expect(new Setting().says('GET / HTTP/1.1\r\nExpect: coffee\r\n\r\n').refused).toEqual(['not-http']);
  });
});

describe('a client that leaves', () => {
  it('is told to whoever works for it', async () => {
    const on = new Setting().says('POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\n');
    const { signal } = on.calls[0]!.call;
    const sink = new MemorySink();
    bodyOf(on.calls[0]!).start(sink);
    on.conversation.closed(undefined);
    expect(signal.aborted).toBe(true);
    expect(sink.got).toEqual(['fail the client left']);
    expect(on.closed).toBe(1);
    // The answer comes too late.
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    expect(body.asked).toEqual(['cancel']);
    expect(on.line.text).toBe('');
  });

  it('is told also to who asks afterwards', () => {
    const on = new Setting().says(get('/1'));
    on.conversation.closed(undefined);
    expect(on.calls[0]!.call.signal.aborted).toBe(true);
  });

  it('stops the answer', async () => {
    const on = new Setting().says(get('/1'));
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    on.conversation.closed(new Error('reset'));
    expect(body.asked).toEqual(['start', 'cancel']);
  });

  it('is one that says no more, while it waits for an answer', () => {
    const on = new Setting().says(get('/1'));
    on.conversation.ended();
    expect(on.line.asked).toEqual(['reset']);
    expect(on.calls[0]!.call.signal.aborted).toBe(true);
  });

  it('gets the rest of an answer that is written already', async () => {
    const on = new Setting().says(get('/1'));
    on.line.takes = 5;
    await on.calls[0]!.answer();
    on.conversation.ended();
    expect(on.line.asked).toEqual(['end']);
  });

  it('between calls only closes', () => {
    const on = new Setting();
    on.conversation.ended();
    expect(on.line.asked).toEqual(['end']);
  });
});

describe('bytes that are no request', () => {
  it.each([
    ['not-http', 'hello\r\n\r\n'],
    ['not-http', 'GET / HTTP/1.1\r\nA : b\r\n\r\n'],
    ['not-http', 'GET / HTTP/1.1\n'],
    ['not-http', '\x16\x03\x01\x02\x00\x01'],
    ['not-http', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['not-http', 'GET /\r\n\r\n'],
    ['lengths-contradict', 'GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['headers-too-large', `GET / HTTP/1.1\r\nA: ${'b'.repeat(70_000)}`],
    ['headers-too-large', `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(20_000)}\r\n`],
  ])('are refused as %s at once: %.40j', async (why, text) => {
    const on = new Setting().says(text);
    expect(on.refused).toEqual([why]);
    expect(on.targets).toEqual([]);
    expect(on.line.text).toStartWith('HTTP/1.1 400 ');
    expect(on.line.text).toEndWith(`connection: close\r\n\r\n${why}`);
    on.says(get('/2'));
    await settled();
    expect(on.targets).toEqual([]);
    await on.passes(2_000);
    expect(on.line.asked.at(-1)).toBe('reset');
  });

  it('behind a request are refused once that is answered', async () => {
    const on = new Setting().says(`${get('/1')}\x16\x03\x01`);
    expect(on.refused).toEqual([]);
    await on.calls[0]!.answer();
    expect(on.refused).toEqual(['not-http']);
    expect(on.line.text).toStartWith(ok);
  });

  it('may be empty lines in front of a request, in any pieces', () => {
    const on = new Setting();
    for (const byte of `\r\n\r\n${get('/1')}`.split('')) on.says(byte);
    expect(on.targets).toEqual(['/1']);
  });
});

describe('time', () => {
  it('is up for a head that does not come to its end, however its bytes come', async () => {
    const on = new Setting();
    for (const byte of 'GET / HTTP/1.1\r\nA: bcdefghijk'.split('')) {
      on.says(byte);
      await on.passes(1_000);
    }
    expect(on.refused).toEqual([]);
    await on.passes(1_000);
    expect(on.refused).toEqual(['too-slow']);
  });

  it('is up for empty lines without end', async () => {
    const on = new Setting();
    for (let second = 0; second < 31; second += 1) {
      on.says('\r\n\r\n');
      await on.passes(1_000);
    }
    expect(on.refused).toEqual(['too-slow']);
  });

  it('is up for a connection that says nothing, before and between calls', async () => {
    const fresh = new Setting();
    await fresh.passes(74_999);
    expect(fresh.line.asked).toEqual([]);
    await fresh.passes(1);
    expect(fresh.line.asked).toEqual(['end']);
    const on = new Setting().says(get('/1'));
    await on.calls[0]!.answer();
    await on.passes(75_000);
    expect(on.line.asked).toEqual(['end']);
  });

  it('is not up while a call is worked on', async () => {
    const on = new Setting().says(get('/1'));
    await on.passes(3_600_000);
    expect(on.line.asked).toEqual([]);
  });

  it('is not up while an answer flows slowly', async () => {
    const on = new Setting().says(get('/1'));
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    for (let hour = 0; hour < 3; hour += 1) await on.passes(3_600_000);
    expect(on.line.asked).toEqual([]);
  });

  it('is not up while an answer is held for a moment that has flowed for long', async () => {
    const on = new Setting().says(get('/1'));
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    await on.passes(599_999);
    on.line.takes = 0;
    body.chunk('slow');
    await on.passes(1);
    expect(on.line.asked).toEqual([]);
    on.line.read();
    on.line.takes = 0;
    await on.passes(3_600_000);
    body.chunk('slow once more');
    await on.passes(599_999);
    expect(on.line.asked).toEqual([]);
    await on.passes(1);
    expect(on.line.asked).toEqual(['reset']);
  });

  it('is up for a client that takes nothing of its answer', async () => {
    const on = new Setting().says(get('/1'));
    on.line.takes = 5;
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    await on.passes(600_000);
    expect(on.line.asked).toEqual(['reset']);
    expect(body.asked).toEqual(['start', 'pause', 'cancel']);
  });

  it('is up for a client that takes nothing of an answer at hand', async () => {
    const on = new Setting().says(get('/1'));
    on.line.takes = 5;
    await on.calls[0]!.answer();
    await on.passes(599_999);
    expect(on.line.asked).toEqual([]);
    await on.passes(1);
    expect(on.line.asked).toEqual(['reset']);
  });

  it('to come is not given to a slow head by what was taken of the answer before it', async () => {
    const on = new Setting().says(get('/1'));
    await on.calls[0]!.answer();
    on.says('GET');
    on.conversation.drained();
    await on.passes(30_000);
    expect(on.refused).toEqual(['too-slow']);
  });
});

describe('a listener that closes', () => {
  it('ends idle connections at once', () => {
    const on = new Setting();
    on.conversation.drain();
    expect(on.line.asked).toEqual(['end']);
  });

  it('ends the others with the answer they wait for', async () => {
    const on = new Setting().says(get('/1'));
    on.conversation.drain();
    expect(on.line.asked).toEqual([]);
    await on.calls[0]!.answer();
    expect(on.line.text).toBe(okAndClose);
    expect(on.line.asked).toEqual(['end']);
  });

  it('ends the ones whose answer flows behind it', async () => {
    const on = new Setting().says(get('/1') + get('/2'));
    const body = new HandSource();
    await on.calls[0]!.answer({ body });
    on.conversation.drain();
    body.end();
    expect(on.targets).toEqual(['/1']);
    expect(on.line.asked).toContain('finish');
  });

  it('cuts what is left', () => {
    const on = new Setting().says(get('/1'));
    on.conversation.cut();
    expect(on.line.asked).toEqual(['reset']);
    expect(on.calls[0]!.call.signal.aborted).toBe(true);
  });
});
