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
