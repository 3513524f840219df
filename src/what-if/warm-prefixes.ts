import type { KeptFor, Step, Thread } from './traffic.ts';

interface Prefix {
  tokens: number;
  until: number;
}

const lifeMs = { '5m': 300_000, '1h': 3_600_000 } as const satisfies Record<KeptFor, number>;

/** Entries before the dead ones are swept out. */
const sweepAt = 5_000;

/** The prompt cache of one account: what no other account has. */
export class WarmPrefixes {
  readonly #prefixes = new Map<string, Prefix>();
  #sweepAt = sweepAt;

  /** How many tokens of the call's prompt would be read from here at `now`. */
  readable(thread: Thread, step: Step, now: number): number {
    const own = this.#tokens(ownKey(thread, step), now);
    const common = this.#tokens(commonKey(step), now);
    return Math.max(Math.min(own, step.known), Math.min(common, step.common));
  }

  /** The call was served here: its prompt can be read from now on. */
  keep(thread: Thread, step: Step, now: number): void {
    const until = now + lifeMs[step.keptFor];
    this.#put(ownKey(thread, step), step.prompt, until, now);
    if (step.common > 0) this.#put(commonKey(step), step.common, until, now);
    if (this.#prefixes.size > this.#sweepAt) this.#sweep(now);
  }

  #tokens(key: string, now: number): number {
    const prefix = this.#prefixes.get(key);
    return prefix === undefined || prefix.until <= now ? 0 : prefix.tokens;
  }

  #put(key: string, tokens: number, until: number, now: number): void {
    const prefix = this.#prefixes.get(key);
    if (prefix === undefined || prefix.until <= now) this.#prefixes.set(key, { tokens, until });
    else {
      prefix.tokens = Math.max(prefix.tokens, tokens);
      prefix.until = Math.max(prefix.until, until);
    }
  }

  #sweep(now: number): void {
    for (const [key, { until }] of this.#prefixes) if (until <= now) this.#prefixes.delete(key);
    this.#sweepAt = Math.max(sweepAt, this.#prefixes.size * 2);
  }
}

/** Caches are apart for each model. */
function ownKey({ session, agent = '' }: Thread, { model, chapter }: Step): string {
  return `${model}\0${session}\0${agent}\0${chapter}`;
}

function commonKey({ model }: Step): string {
  return model;
}
