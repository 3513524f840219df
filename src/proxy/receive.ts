import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import { Gathering, type ByteSink, type ByteSource } from '../http/bytes.ts';
import type { Call } from '../http/call.ts';
import { header } from '../http/headers.ts';
import type { HeldBytes } from './held.ts';

export interface BodyLimits {
  /** Bytes of one body. */
  readonly maxBodyBytes: number;
  /** Bytes of all bodies held at once. */
  readonly maxHeldBytes: number;
}

/** An upload that stands still for this long has lost its client (ms). */
export const stallMs = 60_000;

/** A whole body and the way to let go of it. */
export interface Held {
  readonly bytes: Buffer;
  /** Gives its share of the cap back, once. */
  readonly release: () => void;
}

/**
 * Reads the whole body of `call`, counting it against the cap as it grows. What is there already is given at once.
 * `look` is shown each chunk, where somebody wants that.
 *
 * @throws GatewayError body_too_large, overloaded_here, body_timeout, client_left
 */
export function holdBody(
  call: Call,
  limits: BodyLimits,
  held: HeldBytes,
  clock: Clock,
  look?: (bytes: Uint8Array) => void,
): Held | Promise<Held> {
  const announced = Number(header(call.headers, 'content-length') ?? 0);
  if (announced > limits.maxBodyBytes) return Promise.reject(tooLarge(limits.maxBodyBytes));
  if (call.body === undefined) return { bytes: Buffer.alloc(0), release() {} };
  return new Receiving(call.body, limits, held, clock, look).begin();
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError(
    'body_too_large',
    `The request body is larger than ${limit} bytes (server.max_body_bytes).`,
  );
}

/** A body on its way in. */
class Receiving implements ByteSink {
  readonly #body: ByteSource;
  readonly #limits: BodyLimits;
  readonly #held: HeldBytes;
  readonly #clock: Clock;
  readonly #look: ((bytes: Uint8Array) => void) | undefined;
  readonly #gathering = new Gathering();
  #taken = 0;
  #isOver = false;
  #hasMoved = false;
  #cancelTimer: (() => void) | undefined;
  /** How it ended before anybody waited for it. */
  #ended: Buffer | Error | undefined;
  #waiting: PromiseWithResolvers<Held> | undefined;

  constructor(
    body: ByteSource,
    limits: BodyLimits,
    held: HeldBytes,
    clock: Clock,
    look: ((bytes: Uint8Array) => void) | undefined,
  ) {
    this.#body = body;
    this.#limits = limits;
    this.#held = held;
    this.#clock = clock;
    this.#look = look;
  }

  begin(): Held | Promise<Held> {
    this.#body.start(this);
    const ended = this.#ended;
    this.#ended = undefined;
    if (ended instanceof Error) return Promise.reject(ended);
    if (ended !== undefined) return this.#whole(ended);
    this.#watch();
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  chunk(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#hasMoved = true;
    const { maxBodyBytes, maxHeldBytes } = this.#limits;
    try {
      if (this.#taken + bytes.length > maxBodyBytes) throw tooLarge(maxBodyBytes);
      this.#held.take(bytes.length, maxHeldBytes);
    } catch (error) {
      this.#giveUp(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#taken += bytes.length;
    this.#gathering.add(bytes);
    this.#look?.(bytes);
  }

  end(): void {
    if (!this.#finish()) return;
    const whole = this.#gathering.takeOwn();
    const bytes = Buffer.isBuffer(whole) ? whole : Buffer.from(whole.buffer, whole.byteOffset, whole.length);
    if (this.#waiting === undefined) this.#ended = bytes;
    else this.#waiting.resolve(this.#whole(bytes));
  }

  fail(error: Error): void {
    this.#fail(new GatewayError('client_left', 'The client left.', { cause: error }));
  }

  #whole(bytes: Buffer): Held {
    return {
      bytes,
      release: () => {
        this.#release();
      },
    };
  }

  #giveUp(error: Error): void {
    if (this.#isOver) return;
    this.#body.cancel();
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (!this.#finish()) return;
    this.#gathering.drop();
    this.#release();
    if (this.#waiting === undefined) this.#ended = error;
    else this.#waiting.reject(error);
  }

  #finish(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#cancelTimer?.();
    return true;
  }

  #release(): void {
    this.#held.give(this.#taken);
    this.#taken = 0;
  }

  #watch(): void {
    this.#cancelTimer = this.#clock.after(stallMs, () => {
      if (!this.#hasMoved)
        this.#giveUp(new GatewayError('body_timeout', 'The request body did not arrive in time.'));
      else {
        this.#hasMoved = false;
        this.#watch();
      }
    });
  }
}
