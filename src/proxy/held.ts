import { GatewayError } from '../base/errors.ts';

/** Counts the body bytes held for repetition by all calls together, against a cap. */
export class HeldBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes `count` bytes of the cap.
   *
   * @throws GatewayError overloaded_here where they do not fit
   */
  take(count: number, cap: number): void {
    if (this.#bytes + count > cap) {
      throw new GatewayError(
        'overloaded_here',
        'The proxy holds as many request bytes as server.max_held_bytes allows; try again in a moment.',
        { retryAfterSeconds: 2, shouldRetry: true },
      );
    }
    this.#bytes += count;
  }

  give(count: number): void {
    this.#bytes -= count;
  }
}

/** Counts the calls of all clients together, against a cap. */
export class Crowd {
  readonly #onEmpty: (() => void) | undefined;
  #calls = 0;
  #entered = 0;
  #streams = 0;

  /** @param onEmpty told each time the last call has left */
  constructor(onEmpty?: () => void) {
    this.#onEmpty = onEmpty;
  }

  /** Calls inside now. */
  get calls(): number {
    return this.#calls;
  }

  /** Streamed answers underway. */
  get streams(): number {
    return this.#streams;
  }

  /** Calls that ever came in. */
  get entered(): number {
    return this.#entered;
  }

  /** Counts one more streamed answer; call what is returned once, when it is over. */
  stream(): () => void {
    this.#streams += 1;
    return () => {
      this.#streams -= 1;
    };
  }

  /**
   * Lets one more call in; the returned function lets it out, once.
   *
   * @param most 0 for no cap
   * @throws GatewayError overloaded_here where there are as many as there may be
   */
  enter(most: number): () => void {
    if (most > 0 && this.#calls >= most) {
      throw new GatewayError(
        'overloaded_here',
        `The proxy carries ${most} calls at once, as many as clients.max_concurrent_calls allows; try again in a moment.`,
        { retryAfterSeconds: 2, shouldRetry: true },
      );
    }
    this.#calls += 1;
    this.#entered += 1;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#calls -= 1;
      if (this.#calls === 0) this.#onEmpty?.();
    };
  }
}
