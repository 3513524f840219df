import { GatewayError } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';

/** Letters that a password must have. */
export const leastPasswordLetters = 12;
/** More is no password, and must not be hashed for a stranger (characters). */
export const mostPasswordLetters = 1_000;

/** Argon2id with 19 MiB and two passes: what OWASP's password storage cheat sheet names first. */
const algorithm = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

/** Hashes at once, and those that may wait for their turn: each takes 19 MiB and a core. */
const mostAtOnce = 2;
const mostWaiting = 16;

/**
 * Passwords, hashed and compared off the streaming thread. A comparison takes as long for somebody who is not there
 * as for somebody who is.
 */
export class Passwords {
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #nobodys: Promise<string> | undefined;

  hash(password: Secret): Promise<string> {
    return this.#inTurn(() => Bun.password.hash(password.reveal(), algorithm));
  }

  /**
   * Whether `password` is the one that was hashed. Without a hash it is compared with one that nobody has.
   *
   * @throws GatewayError overloaded_here where too many wait already
   */
  async isRight(password: Secret, hash: string | undefined): Promise<boolean> {
    const text = password.reveal();
    if (text.length === 0 || text.length > mostPasswordLetters) return false;
    // Made whoever asks first, so that the first stranger waits no longer than anybody else.
    const nobodys = await this.#nobody();
    const isSame = await this.#inTurn(() => Bun.password.verify(text, hash ?? nobodys, 'argon2id'));
    return isSame && hash !== undefined;
  }

  #nobody(): Promise<string> {
    // Once in the life of a process, so it waits for nobody and is refused to nobody.
    this.#nobodys ??= Bun.password.hash(crypto.randomUUID(), algorithm);
    return this.#nobodys;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting)
        throw new GatewayError('overloaded_here', 'Too many people sign in at this moment. Try again.', {
          retryAfterSeconds: 2,
        });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place itself, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
