import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { Secret } from '../../base/secret.ts';
import { randomText } from '../random-text.ts';
import type { Role } from './role.ts';

/** How long a link can be used (ms). */
export const linkLifeMs = 5 * 60_000;
/** Links that wait at once; a further one ends the oldest. */
const mostWaiting = 20;
const secretLength = 43;

/** Links that sign in once. They live in this process only, as hashes, and end with it. */
export class Links {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { readonly role: Role; readonly expiresAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what the link carries, shown this once */
  make(role: Role): { readonly secret: Secret; readonly expiresAt: number } {
    const secret = new Secret(randomText(secretLength));
    const expiresAt = this.#clock.now() + linkLifeMs;
    this.#forgetOld();
    this.#waiting.set(digestOf(secret.reveal()), { role, expiresAt });
    return { secret, expiresAt };
  }

  /** The role that `given` signs in with, this once; undefined where it is over, used up or made up. */
  use(given: Secret): Role | undefined {
    const text = given.reveal();
    if (text.length !== secretLength) return undefined;
    const digest = digestOf(text);
    const found = this.#waiting.get(digest);
    this.#waiting.delete(digest);
    return found === undefined || this.#clock.now() >= found.expiresAt ? undefined : found.role;
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    for (const [digest, { expiresAt }] of this.#waiting) {
      if (now >= expiresAt || this.#waiting.size >= mostWaiting) this.#waiting.delete(digest);
    }
  }
}

/** The look-up by hash tells nothing that whoever guesses could steer. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
