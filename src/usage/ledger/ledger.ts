import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../database/open.ts';
import type { RollupRow, StandingRow } from '../../database/tables.ts';
import type { CallRecord } from '../call-record.ts';
import type { Bundle } from './bundle.ts';
import { Ids, momentOfId } from './ids.ts';
import { Rollups } from './rollups.ts';
import { Store } from './store.ts';
import { Strangers } from './strangers.ts';
import { mostTogether, Waiting, type Dropped, type Limits } from './waiting.ts';

export interface LedgerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 … 1. */
  readonly random: () => number;
  /** What may wait for the disk. */
  readonly limits?: Limits;
}

/** A change of where an account stands; moments in milliseconds since the epoch. */
export interface StandingChange {
  readonly accountId: string;
  readonly accountName: string;
  readonly standing: string;
  readonly until?: number | undefined;
  readonly reason?: string | undefined;
}

/** How the writing goes. */
export interface LedgerState {
  /** Calls that are not written yet. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** How long the oldest of them has been over. */
  readonly lagMs: number;
  readonly written: number;
  readonly dropped: Dropped;
  readonly lastDroppedAt: number | undefined;
  /** Undefined while all goes well. */
  readonly failingSince: number | undefined;
  /** The latest, also when all goes well again. */
  readonly lastError: { readonly at: number; readonly reason: string } | undefined;
}

/** The longest a call waits for others to be written with: with the writing itself less than a second is at stake. */
const writeAfterMs = 500;
/** So many are not kept waiting for a moment. */
const enoughToWrite = 2_048;
const usualLimits: Limits = { calls: 20_000, bytes: 16 * 1024 * 1024 };
/** Changes of standings kept while nothing can be written. */
const mostStandings = 1_000;
/** After a failure, doubled with each further one up to the longest. */
const firstPauseMs = 1_000;
const longestPauseMs = 10_000;
/** How long closing waits for a disk. */
const closeWithinMs = 5_000;

/**
 * Writes down every call that is over, off the way of the calls: rows and the sums they add to in one transaction, so
 * that both always agree. While the disk is slow, full or locked the calls wait in memory; when there are too
 * many, the oldest lose their rows and stay in the sums.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #store: Store;
  readonly #ids: Ids;
  readonly #waiting: Waiting;
  readonly #strangers = new Strangers();
  /** Of calls that have no rows. */
  readonly #owed = new Rollups();
  #standings: StandingRow[] = [];
  #writing: Promise<void> = Promise.resolve();
  #inFlight: Bundle | undefined;
  #cancelWriting: (() => void) | undefined;
  #written = 0;
  #lastDroppedAt: number | undefined;
  #failingSince: number | undefined;
  #lastError: LedgerState['lastError'];
  #isDropTold = false;
  #pauseMs = firstPauseMs;
  #isClosed = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#ids = new Ids(options.random);
    this.#store = new Store(options.database, this.#ids, options.clock);
    this.#waiting = new Waiting(options.limits ?? usualLimits, (sums) => {
      this.#drop(sums);
    });
  }

  /** Takes a call to be written within the second. Never throws, never waits. */
  record(call: CallRecord): void {
    if (this.#isClosed) return;
    const now = this.#options.clock.now();
    if (this.#strangers.mayHaveRow(call.clientId, now)) this.#waiting.add(this.#ids.next(now), call);
    else this.#owed.add(call);
    if (this.#failingSince !== undefined) return;
    this.#writeLater(writeAfterMs);
    if (this.#waiting.length === enoughToWrite) void this.flush();
  }

  /** Takes a change of where an account stands, as {@link record} takes calls. */
  standing({ accountId, accountName, standing, until, reason }: StandingChange): void {
    if (this.#isClosed) return;
    const now = this.#options.clock.now();
    this.#standings.push({
      id: this.#ids.next(now),
      account_id: accountId,
      account_name: accountName,
      standing,
      since: Math.round(now),
      until: until === undefined ? null : Math.round(until),
      reason: reason ?? null,
    });
    if (this.#standings.length > mostStandings) this.#standings.shift();
    if (this.#failingSince === undefined) this.#writeLater(writeAfterMs);
  }

  look(): LedgerState {
    const { lines = [] } = this.#inFlight ?? {};
    const firstId = lines[0]?.id ?? this.#waiting.firstId;
    return {
      waiting: lines.length + this.#waiting.length,
      waitingBytes: this.#waiting.bytes,
      lagMs: firstId === undefined ? 0 : Math.max(0, this.#options.clock.now() - momentOfId(firstId)),
      written: this.#written,
      dropped: { ...this.#waiting.dropped },
      lastDroppedAt: this.#lastDroppedAt,
      failingSince: this.#failingSince,
      lastError: this.#lastError,
    };
  }

  /** Resolves when all calls so far are written, or could not be. */
  flush(): Promise<void> {
    this.#cancelWriting?.();
    this.#cancelWriting = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes what waits, within bounded time, and stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { clock, log } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(closeWithinMs, resolve);
      void this.flush().then(() => {
        cancel();
        resolve();
      });
    });
    const { waiting } = this.look();
    if (waiting > 0) log.warn('calls are not in the ledger', { count: waiting });
  }

  #drop(sums: readonly RollupRow[]): void {
    this.#owed.merge(sums);
    if (!this.#isDropTold) this.#options.log.warn('the ledger drops rows of calls; their sums are kept');
    this.#isDropTold = true;
    this.#lastDroppedAt = this.#options.clock.now();
  }

  #writeLater(ms: number): void {
    if (this.#isClosed) return;
    this.#cancelWriting ??= this.#options.clock.after(ms, () => {
      void this.flush();
    });
  }

  async #write(): Promise<void> {
    try {
      await this.#writeStandings();
      // What comes meanwhile waits for company again: many small transactions cost several times one large one.
      let due = this.#waiting.length;
      do {
        await this.#writeOwed();
        const bundle = this.#waiting.take();
        if (bundle === undefined) break;
        due -= bundle.lines.length;
        await this.#writeCalls(bundle);
      } while (due > 0 || this.#waiting.length >= mostTogether);
      this.#recovered();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #writeStandings(): Promise<void> {
    const standings = this.#standings;
    if (standings.length === 0) return;
    this.#standings = [];
    try {
      await this.#store.standings(standings);
    } catch (error) {
      this.#standings = [...standings, ...this.#standings].slice(-mostStandings);
      throw error;
    }
  }

  async #writeOwed(): Promise<void> {
    if (this.#owed.size === 0) return;
    const sums = this.#owed.take();
    try {
      const areTaken = await this.#store.sums(sums);
      if (!areTaken) this.#options.log.error('sums that no ledger takes', { count: sums.length });
    } catch (error) {
      this.#owed.merge(sums);
      throw error;
    }
  }

  async #writeCalls(bundle: Bundle): Promise<void> {
    this.#inFlight = bundle;
    const { refused, left, trouble } = await this.#store.calls(bundle);
    this.#inFlight = undefined;
    this.#written += bundle.lines.length - refused - left.reduce((sum, { lines }) => sum + lines.length, 0);
    if (refused > 0) {
      this.#waiting.dropped.calls += refused;
      this.#lastDroppedAt = this.#options.clock.now();
      this.#options.log.error('calls that no ledger takes', { count: refused });
    }
    this.#waiting.putBack(left);
    if (trouble !== undefined) throw trouble;
  }

  #recovered(): void {
    this.#pauseMs = firstPauseMs;
    if (this.#failingSince === undefined) return;
    this.#failingSince = undefined;
    this.#isDropTold = false;
    const { calls, attempts } = this.#waiting.dropped;
    this.#options.log.info('the ledger is written again', { droppedCalls: calls, droppedAttempts: attempts });
  }

  #failed(error: unknown): void {
    const { clock, log } = this.#options;
    const reason = messageOf(error);
    if (this.#failingSince === undefined) log.warn('the ledger cannot be written', { reason });
    this.#lastError = { at: clock.now(), reason };
    this.#failingSince ??= this.#lastError.at;
    this.#cancelWriting?.();
    this.#cancelWriting = undefined;
    this.#writeLater(this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }
}
