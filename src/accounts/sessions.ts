import type { Clock } from '../base/clock.ts';
import { ByUse } from './by-use.ts';

/** A session's prompt cache on one account. */
export interface Warmth {
  readonly accountId: string;
  /** The last call that read or wrote it (ms since the epoch), and how long it is kept after that (ms). */
  readonly usedAt: number;
  readonly keptMs: number;
  /** What it holds of the session: the cached prefix of that call. */
  readonly tokens: number;
}

/** What a session has in a prompt cache. */
export interface Cached {
  readonly tokens: number;
  readonly keptFor: '5m' | '1h';
}

interface Cache extends Warmth {
  /** `usedAt` on the clock that never jumps (ms). */
  readonly usedMonotonic: number;
}

/** A session as it is kept over a restart. */
export interface Home {
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  /** Where its cache is known to be warm, on the account it is bound to and on the one it had to leave. */
  readonly cache?: Warmth | undefined;
  readonly left?: Warmth | undefined;
}

interface Binding {
  accountId: string;
  usedAt: number;
  /** When its use was last told to who keeps it. */
  toldAt: number;
  /** The latest cache that was told of then. */
  toldCache: number;
  /** On the account it is bound to. */
  cache: Cache | undefined;
  /** On the account that it had to leave. */
  left: Cache | undefined;
}

/** A call that is over, as far as a session's cache is concerned. */
export interface CacheUse {
  readonly session?: string | undefined;
  readonly accountId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly usage?:
    | { readonly cacheRead: number; readonly cacheWrite5m: number; readonly cacheWrite1h: number }
    | undefined;
}

/** Under which name a call is at home: with its session, or a subagent's by itself. */
export function homeName(
  { session, agent }: { readonly session?: string | undefined; readonly agent?: string | undefined },
  subagents: 'with-session' | 'own',
): string | undefined {
  return session === undefined || agent === undefined || subagents === 'with-session'
    ? session
    : `${session} ${agent}`;
}

/** Of the time a session is remembered, or its cache kept: in use, it is told that often at the most. */
const smallestShare = 1 / 20;

/** How long the API keeps what was written to a cache, since it was last used (ms). */
const shortMs = 300_000;
const longMs = 3_600_000;

/**
 * Which account each session is on, so that its prompt cache stays warm. Bounded: bindings unused for
 * `ttlMs` are forgotten, and beyond `most` the one unused longest goes first.
 */
export class Sessions {
  readonly #bindings = new ByUse<Binding>();
  readonly #clock: Clock;
  #ttlMs: number;
  #most: number;
  /** Hears of a binding that is new or moved, and of one in use now and then: often enough to tell whether it is, and warm. */
  onBind: ((session: string, home: Home) => void) | undefined;

  constructor(clock: Clock, ttlMs: number, most: number) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#most = most;
  }

  get size(): number {
    return this.#bindings.size;
  }

  /** How many each account holds, by its id; one that holds none is left out. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    const oldest = this.#clock.now() - this.#ttlMs;
    for (const [, { accountId, usedAt }] of this.#bindings)
      if (usedAt >= oldest) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    return counts;
  }

  /** Takes changed settings for what comes. */
  limit(ttlMs: number, most: number): void {
    this.#ttlMs = ttlMs;
    this.#most = most;
  }

  accountOf(session: string): string | undefined {
    const binding = this.#bindings.get(session);
    if (binding === undefined) return undefined;
    if (this.#clock.now() - binding.usedAt <= this.#ttlMs) return binding.accountId;
    this.#bindings.delete(session);
    return undefined;
  }

  /** The account the session had to leave, while its cache is still warm there. */
  leftBy(session: string): string | undefined {
    const left = this.#bindings.get(session)?.left;
    return left !== undefined && this.#isWarm(left) ? left.accountId : undefined;
  }

  /** What the session has in the cache of the account it is on, while that is warm, as its last call told. */
  cachedOf(session: string): Cached | undefined {
    const cache = this.#bindings.get(session)?.cache;
    if (cache === undefined || !this.#isWarm(cache)) return undefined;
    return { tokens: cache.tokens, keptFor: cache.keptMs === longMs ? '1h' : '5m' };
  }

  bind(session: string, accountId: string): void {
    const before = this.#bindings.get(session);
    const usedAt = this.#clock.now();
    const isTold =
      before?.accountId === accountId && Math.abs(usedAt - before.toldAt) < this.#ttlMs * smallestShare;
    const { toldAt = usedAt, toldCache = 0 } = isTold ? before : {};
    const binding = { accountId, usedAt, toldAt, toldCache, ...this.#caches(before, accountId) };
    this.#bindings.use(session, binding);
    if (!isTold) this.#tell(session, binding);
    while (this.#bindings.size > this.#most) {
      const { oldest } = this.#bindings;
      if (oldest === undefined) return;
      this.#bindings.delete(oldest);
    }
  }

  /** Takes a binding from before a restart. */
  restore(session: string, { accountId, usedAt, cache, left }: Home): void {
    const [kept, keptLeft] = [this.#recalled(cache), this.#recalled(left)];
    const toldCache = latestUse(kept, keptLeft);
    this.#bindings.use(session, {
      accountId,
      usedAt,
      toldAt: usedAt,
      toldCache,
      cache: kept,
      left: keptLeft,
    });
  }

  /** Hears of a call that is over: only what an answer says of its cache tells whether it is warm. */
  heard({ session, accountId, startedAt, usage }: CacheUse): void {
    const binding = session === undefined ? undefined : this.#bindings.get(session);
    if (binding === undefined || accountId === undefined || usage === undefined) return;
    const tokens = usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
    if (tokens === 0) return;
    const place = binding.accountId === accountId ? 'cache' : 'left';
    const before = binding[place];
    if (place === 'left' && before?.accountId !== accountId) return;
    // What was written for an hour once is read as such by the calls after it.
    const isLong = usage.cacheWrite1h > 0 || before?.keptMs === longMs;
    const keptMs = isLong ? longMs : shortMs;
    const usedMonotonic = this.#clock.monotonic() - Math.max(0, this.#clock.now() - startedAt);
    binding[place] = { accountId, usedAt: startedAt, usedMonotonic, keptMs, tokens };
    const isTold =
      before?.keptMs === keptMs && Math.abs(startedAt - binding.toldCache) < keptMs * smallestShare;
    if (!isTold) this.#tell(session ?? '', binding);
  }

  /** Forgets every session of an account that is gone. */
  forget(accountId: string): void {
    for (const [session, binding] of this.#bindings) {
      if (binding.accountId === accountId) this.#bindings.delete(session);
    }
  }

  /** What is left behind is the cache that is warm longest known: a second failover changes nothing about the first. */
  #caches(before: Binding | undefined, accountId: string): Pick<Binding, 'cache' | 'left'> {
    if (before === undefined || before.accountId === accountId)
      return { cache: before?.cache, left: before?.left };
    const { cache, left } = before;
    if (left?.accountId === accountId) return { cache: left, left: undefined };
    return { cache: undefined, left: left !== undefined && this.#isWarm(left) ? left : cache };
  }

  #tell(session: string, binding: Binding): void {
    const { accountId, usedAt, cache, left } = binding;
    binding.toldAt = usedAt;
    binding.toldCache = latestUse(cache, left);
    this.onBind?.(session, { accountId, usedAt, cache, left });
  }

  /** A cache that is said to be used only later than now is none: nobody knows how old it is. */
  #recalled(cache: Warmth | undefined): Cache | undefined {
    const age = cache === undefined ? -1 : this.#clock.now() - cache.usedAt;
    if (cache === undefined || age < 0) return undefined;
    const { accountId, usedAt, keptMs, tokens } = cache;
    return { accountId, usedAt, keptMs, tokens, usedMonotonic: this.#clock.monotonic() - age };
  }

  /** On both clocks: one that was set ahead may have been a machine that slept, one that was set back keeps nothing warm. */
  #isWarm({ usedAt, usedMonotonic, keptMs }: Cache): boolean {
    return this.#clock.now() - usedAt < keptMs && this.#clock.monotonic() - usedMonotonic < keptMs;
  }
}

function latestUse(...caches: readonly (Cache | undefined)[]): number {
  return Math.max(0, ...caches.map((cache) => cache?.usedAt ?? 0));
}
