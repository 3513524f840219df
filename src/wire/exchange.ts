import type { Clock } from '../base/clock.ts';
import type { Signal } from '../base/signal.ts';
import type { ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { header, without, type HeaderList } from '../http/headers.ts';
import type { Delivery, Sending } from './sender.ts';
import type { UpstreamLine, Waiter } from './upstream-line.ts';
import type { Upstream } from './upstreams.ts';
import { headBytes, writeChunk, writeHead, writeLastChunk } from './write.ts';

const nothing = Buffer.alloc(0);

/** One request on its way, until the end of its answer or of hope. */
export class Exchange implements Waiter {
  readonly method: string;
  readonly #signal: Signal;
  readonly #connectMs: number;
  readonly #headMs: number;
  readonly #clock: Clock;
  readonly #resolve: (delivery: Delivery) => void;
  /** What is to be sent; not kept any longer than that, since an answer may flow for hours. */
  #head: Buffer;
  #bytes: Uint8Array | undefined;
  readonly #source: ByteSource | undefined;
  readonly #onBody: Sending['onBody'];
  /** Bytes that the source owes to the length which the head tells; in chunks without end. */
  #left = Number.POSITIVE_INFINITY;
  #on: UpstreamLine | undefined;
  /** The upstream does not take what there is to send. */
  #isHeldUp = false;
  #isSettled = false;
  #isSent = false;
  #cancelTimer: (() => void) | undefined;
  #cancelDial: (() => void) | undefined;

  /** @throws TypeError where the request cannot be put on the wire */
  constructor(sending: Sending, clock: Clock, resolve: (delivery: Delivery) => void) {
    const { body, headers } = sending;
    this.method = sending.method;
    this.#signal = sending.signal;
    this.#connectMs = sending.connectMs;
    this.#headMs = sending.headMs;
    this.#clock = clock;
    this.#resolve = resolve;
    this.#head = headOf(sending);
    this.#onBody = sending.onBody;
    if (body === undefined || body instanceof Uint8Array) {
      this.#bytes = body;
      return;
    }
    this.#source = body;
    const length = header(headers, 'content-length');
    if (length !== undefined) this.#left = Number(length);
  }

  get isSent(): boolean {
    return this.#isSent && !this.#isHeldUp;
  }

  begin(upstream: Upstream): void {
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    // A body that streams through can go out once: a connection that idled out under it would lose it.
    const free = this.#source === undefined ? upstream.take() : undefined;
    if (free !== undefined) {
      this.#send(free);
      return;
    }
    this.#timer(this.#connectMs);
    this.#cancelDial = upstream.dial(
      (line) => {
        this.#cancelTimer?.();
        this.#send(line);
      },
      (cause) => {
        this.#settle({ is: 'unreachable', cause });
        this.over();
      },
    );
  }

  answered(answer: Answer): void {
    this.#settle({ is: 'answered', answer });
  }

  lost(cause: Error): void {
    this.#settle({ is: 'lost', cause, reused: this.#on?.isReused ?? false });
    this.over();
  }

  over(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (!this.#isSent) this.#source?.cancel();
    // An answer that is over before its request is sent leaves the connection in the middle of a message.
    this.#isSent = true;
  }

  drained(): void {
    if (!this.#isHeldUp) return;
    this.#holdUp(false);
    if (!this.#isSent) this.#source?.resume();
  }

  readonly #onAbort = (): void => {
    this.#giveUp({ is: 'cancelled' });
  };

  #send(on: UpstreamLine): void {
    const head = this.#head;
    const bytes = this.#bytes;
    this.#head = nothing;
    this.#bytes = undefined;
    this.#on = on;
    on.wait(this);
    if (this.#source === undefined) {
      this.#isSent = true;
      this.#await();
      if (!writeHead(on.line, head, bytes)) this.#holdUp(true);
      if (bytes !== undefined) this.#onBody?.(bytes);
      return;
    }
    writeHead(on.line, head);
    if (!this.#isSettled) this.#upload(on, this.#source);
  }

  #upload(on: UpstreamLine, body: ByteSource): void {
    const isChunked = this.#left === Number.POSITIVE_INFINITY;
    body.start({
      chunk: (bytes) => {
        if (this.#isSent || bytes.length === 0) return;
        this.#left -= bytes.length;
        if (this.#left < 0) {
          this.#giveUp({ is: 'cancelled' });
          return;
        }
        const flows = isChunked ? writeChunk(on.line, bytes) : on.line.write(bytes);
        this.#onBody?.(bytes);
        if (flows) return;
        this.#holdUp(true);
        body.pause();
      },
      end: () => {
        if (this.#isSent) return;
        if (this.#left > 0 && !isChunked) {
          this.#giveUp({ is: 'cancelled' });
          return;
        }
        const flows = isChunked ? writeLastChunk(on.line) : !this.#isHeldUp;
        this.#isSent = true;
        this.#holdUp(!flows);
      },
      fail: () => {
        if (!this.#isSent) this.#giveUp({ is: 'cancelled' });
      },
    });
  }

  #await(): void {
    this.#timer(this.#headMs);
  }

  /**
   * Time runs while a body that streams through waits for the upstream, or has gone out whole; while its
   * client is slow it does not.
   */
  #holdUp(isHeldUp: boolean): void {
    this.#isHeldUp = isHeldUp;
    if (this.#isSettled) return;
    if (isHeldUp || this.#isSent) this.#await();
    else this.#cancelTimer?.();
  }

  #timer(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#timeIsUp();
    });
  }

  #timeIsUp(): void {
    if (this.#on !== undefined) this.#giveUp({ is: 'late' });
    else {
      const cause = new Error(`no connection within ${this.#connectMs} ms`);
      this.#giveUp({ is: 'unreachable', cause });
    }
  }

  #giveUp(ending: Delivery): void {
    this.#settle(ending);
    this.#cancelDial?.();
    if (this.#on === undefined) this.over();
    else this.#on.cut();
  }

  /** The first ending counts; a promise takes no second one. */
  #settle(delivery: Delivery): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#resolve(delivery);
  }
}

function headOf({ method, target, headers, body }: Sending): Buffer {
  if (!/^[A-Z]+$/.test(method) || !/^[\x21-\x7e]+$/.test(target))
    throw new TypeError('the request line cannot be sent');
  if (header(headers, 'transfer-encoding') !== undefined)
    throw new TypeError('how a body is coded is said by whoever codes it');
  return headBytes(`${method} ${target} HTTP/1.1\r\n`, framed(headers, body), '\r\n');
}

/**
 * The headers with a length that is true (RFC 9112 §6). Whatever follows a head without one is the next
 * request to the upstream, and a length without a body takes its bytes from the next request: either way
 * one client writes into the calls of the others, who share the connection.
 */
function framed(headers: HeaderList, body: Sending['body']): HeaderList {
  const length = header(headers, 'content-length');
  if (body === undefined) return length === undefined || length === '0' ? headers : withoutLength(headers);
  if (body instanceof Uint8Array)
    return length === String(body.length)
      ? headers
      : [...withoutLength(headers), 'Content-Length', String(body.length)];
  return length === undefined ? [...headers, 'Transfer-Encoding', 'chunked'] : headers;
}

function withoutLength(headers: HeaderList): string[] {
  return without(headers, (name) => name === 'content-length');
}
