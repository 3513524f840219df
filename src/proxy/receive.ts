import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import { Gathering } from '../http/bytes.ts';
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
  release(): void;
}

/**
 * Reads the whole body of `call`, counting it against the cap as it grows.
 *
 * @throws GatewayError body_too_large, overloaded_here, body_timeout, client_left
 */
export async function holdBody(call: Call, limits: BodyLimits, held: HeldBytes, clock: Clock): Promise<Held> {
  const announced = Number(header(call.headers, 'content-length') ?? 0);
  if (announced > limits.maxBodyBytes) throw tooLarge(limits.maxBodyBytes);
  let taken = 0;
  const release = (): void => {
    held.give(taken);
    taken = 0;
  };
  try {
    const bytes = await readAll(call, clock, (count) => {
      if (taken + count > limits.maxBodyBytes) throw tooLarge(limits.maxBodyBytes);
      held.take(count, limits.maxHeldBytes);
      taken += count;
    });
    return { bytes, release };
  } catch (error) {
    release();
    throw error;
  }
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError(
    'body_too_large',
    `The request body is larger than ${limit} bytes (server.max_body_bytes).`,
  );
}

function readAll(call: Call, clock: Clock, count: (size: number) => void): Promise<Buffer> {
  const { body } = call;
  if (body === undefined) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const gathering = new Gathering();
    let isOver = false;
    let hasMoved = false;
    let cancelTimer = (): void => {};
    const finish = (): boolean => {
      if (isOver) return false;
      isOver = true;
      cancelTimer();
      return true;
    };
    const giveUp = (error: unknown): void => {
      if (!finish()) return;
      gathering.drop();
      body.cancel();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const watch = (): void => {
      cancelTimer = clock.after(stallMs, () => {
        if (!hasMoved) giveUp(new GatewayError('body_timeout', 'The request body did not arrive in time.'));
        else {
          hasMoved = false;
          watch();
        }
      });
    };
    watch();
    body.start({
      chunk(bytes) {
        if (isOver) return;
        hasMoved = true;
        try {
          count(bytes.length);
          gathering.add(bytes);
        } catch (error) {
          giveUp(error);
        }
      },
      end() {
        if (!finish()) return;
        const whole = gathering.take();
        resolve(Buffer.isBuffer(whole) ? whole : Buffer.from(whole.buffer, whole.byteOffset, whole.length));
      },
      fail(error) {
        if (finish()) reject(new GatewayError('client_left', 'The client left.', { cause: error }));
      },
    });
  });
}
