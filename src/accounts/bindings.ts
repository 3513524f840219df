import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Database } from '../database/open.ts';
import { BindingTable, type Bound, type Change } from './binding-table.ts';

export interface BindingsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The most bindings of one kind; beyond it those that end soonest go. */
  readonly mostOfAKind?: number;
}

/** Ids the upstream gives out share one space; names that clients choose have one of their own. */
export type Space = 'object' | 'session';

/** How long a change waits for others to be written with. */
const writeAfterMs = 50;
/** After a failed writing: a disk that is full stays so for a while. */
const writeAgainAfterMs = 2_000;
const sweepEveryMs = 3_600_000;
/** What memory holds of what the database holds. */
const mostRemembered = 5_000;
/** Changes of one round trip to the database. */
const writtenAtOnce = 1_000;
/** Changes kept while the database cannot write. */
const mostWaiting = 20_000;
/** Longer than any id of the upstream; what a client makes up must not fill the memory. */
const longestId = 256;

/**
 * Which account an object of the upstream belongs to: only the account that made a batch, a file, a
 * container or a thread can serve it, also after a restart. What is remembered can be found at once, and is
 * written a moment later, off the way of the call.
 */
export class Bindings {
  readonly #options: Required<BindingsOptions>;
  readonly #table: BindingTable;
  /** Used lately, the latest last. */
  readonly #recent = new Map<string, Bound>();
  readonly #waiting = new Map<string, Change>();
  #writing: Promise<void> = Promise.resolve();
  #cancelWriting: (() => void) | undefined;
  #cancelSweeping: (() => void) | undefined;
  #isClosed = false;
  #isFailing = false;
  #sinceSweep = 0;

  private constructor(options: BindingsOptions) {
    this.#options = { mostOfAKind: 100_000, ...options };
    this.#table = new BindingTable(options.database);
  }

  /** Opens the map and drops what has expired: now, and every hour. @throws DatabaseError */
  static async open(options: BindingsOptions): Promise<Bindings> {
    const bindings = new Bindings(options);
    await bindings.sweep();
    return bindings;
  }

  /**
   * Binds `id` to an account for `ttlMs` from now, in place of any binding it has. `kind` is a word of the
   * caller's (`batches`, `files`, `thread`, …) for an id that came from the upstream. A name that a client
   * chose goes under the kind `session`, or one client could take what another's id belongs to.
   */
  remember(kind: string, id: string, accountId: string, ttlMs: number): void {
    if (id.length > longestId) return;
    const now = this.#options.clock.now();
    const object = objectOf(kind === 'session' ? 'session' : 'object', id);
    const before = this.#inMemory(object);
    const bound = { accountId, createdAt: before?.createdAt ?? now, expiresAt: now + ttlMs };
    // One that was renewed a moment ago is not written again with every call.
    const isFresh =
      before !== undefined && before.expiresAt > now && bound.expiresAt - before.expiresAt < ttlMs / 20;
    if (isFresh && before.accountId === accountId) return;
    this.#keep(object, bound);
    this.#change(object, { kind, bound });
  }

  /**
   * The account that `id` is bound to; undefined where none is known. The account may be gone by now. A
   * database that fails is a line in the log: a call must not fail by it.
   */
  async find(id: string, space: Space = 'object'): Promise<string | undefined> {
    const object = objectOf(space, id);
    const now = this.#options.clock.now();
    if (!this.#waiting.has(object) && !this.#recent.has(object)) {
      const bound = await this.#table.read(object).catch((error: unknown) => {
        this.#options.log.warn('bindings cannot be read', { reason: messageOf(error) });
        return undefined;
      });
      // Somebody may have remembered or forgotten it while the database was asked.
      if (bound !== undefined && !this.#waiting.has(object)) this.#keep(object, bound);
    }
    const bound = this.#inMemory(object);
    if (bound === undefined || bound.expiresAt <= now) return undefined;
    this.#keep(object, bound);
    return bound.accountId;
  }

  /** The object is gone: it was deleted, or the upstream does not know it any more. */
  forget(id: string, space: Space = 'object'): void {
    const object = objectOf(space, id);
    this.#recent.delete(object);
    this.#change(object, { kind: space, bound: undefined });
  }

  /** Drops what has expired by `now` and what is too many. @throws DatabaseError */
  async sweep(now: number = this.#options.clock.now()): Promise<void> {
    await this.flush();
    this.#sinceSweep = 0;
    this.#sweepLater();
    for (const [object, { expiresAt }] of this.#recent) if (expiresAt <= now) this.#recent.delete(object);
    const { mostOfAKind, log } = this.#options;
    await this.#table.expire(now);
    for (const { kind, count } of await this.#table.counts()) {
      if (count <= mostOfAKind) continue;
      await this.#table.thin(kind, count - mostOfAKind);
      log.info('bindings dropped, there were too many', { kind, count: count - mostOfAKind });
    }
  }

  /** Resolves when what was remembered so far is written, or could not be. */
  flush(): Promise<void> {
    this.#cancelWriting?.();
    this.#cancelWriting = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes what is not written yet, and stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelSweeping?.();
    await this.flush();
  }

  #inMemory(object: string): Bound | undefined {
    const change = this.#waiting.get(object);
    return change === undefined ? this.#recent.get(object) : change.bound;
  }

  #keep(object: string, bound: Bound): void {
    // Deleting first moves the entry to the end: a Map keeps the order of insertion.
    this.#recent.delete(object);
    this.#recent.set(object, bound);
    if (this.#recent.size > mostRemembered) dropFirst(this.#recent);
  }

  #change(object: string, change: Change): void {
    this.#waiting.delete(object);
    this.#waiting.set(object, change);
    if (this.#waiting.size > mostWaiting) dropFirst(this.#waiting);
    this.#sinceSweep += 1;
    this.#writeLater(writeAfterMs);
  }

  #writeLater(ms: number): void {
    if (this.#isClosed) return;
    this.#cancelWriting ??= this.#options.clock.after(ms, () => {
      void this.flush();
      // Between two hours a flood may bring more than should be kept.
      if (this.#sinceSweep > this.#options.mostOfAKind / 4) this.#sweepInBackground();
    });
  }

  /** In pieces: putting statements together takes time on the thread that carries streams. */
  async #write(): Promise<void> {
    while (this.#waiting.size > 0) {
      const changes = [...this.#waiting].slice(0, writtenAtOnce);
      try {
        await this.#table.write(changes);
      } catch (error) {
        if (!this.#isFailing)
          this.#options.log.warn('bindings cannot be written', { reason: messageOf(error) });
        this.#isFailing = true;
        this.#writeLater(writeAgainAfterMs);
        return;
      }
      if (this.#isFailing) this.#options.log.info('bindings are written again');
      this.#isFailing = false;
      for (const [object, change] of changes) {
        if (this.#waiting.get(object) === change) this.#waiting.delete(object);
      }
    }
  }

  #sweepLater(): void {
    if (this.#isClosed) return;
    this.#cancelSweeping?.();
    this.#cancelSweeping = this.#options.clock.after(sweepEveryMs, () => {
      this.#sweepInBackground();
    });
  }

  #sweepInBackground(): void {
    this.sweep().catch((error: unknown) => {
      this.#options.log.warn('bindings cannot be swept', { reason: messageOf(error) });
    });
  }
}

function objectOf(space: Space, id: string): string {
  return `${space}/${id}`;
}

function dropFirst(map: Map<string, unknown>): void {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
