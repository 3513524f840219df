import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../database/open.ts';
import { difference, nothing, sum, type Amount } from './amount.ts';
import { type Period, periods, type Span, spanAt } from './period.ts';
import { type Slot, SpendTable } from './spend-table.ts';

export interface SpendOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long what was spent waits for more to be written with: what a crash may lose (ms). */
const writeAfterMs = 500;
/** After a failure: a disk that is full stays so for a while (ms). */
const againAfterMs = 2_000;
/** Longer than any budget lasts; then its rows go (ms). */
const keptMs = 100 * 86_400_000;

interface Entry {
  readonly slot: Slot;
  /** As the table has it, also by other processes. */
  written: Amount;
  waiting: Amount;
}

type Spans = Readonly<Record<Period, Span>>;

/**
 * What every key, every account and all together have spent in the running day, week and month: counted in
 * memory, written a moment later, and read again after a restart or when another process has written.
 */
export class Spend {
  readonly #options: SpendOptions;
  readonly #table: SpendTable;
  readonly #entries = new Map<string, Entry>();
  /** What was added by subject since somebody looked; it belongs to the periods of `#spans`. */
  readonly #added = new Map<string, { microUsd: number; tokens: number }>();
  #spans: Spans;
  /** Writing and reading take turns: what is read must hold what was written before. */
  #turn: Promise<void> = Promise.resolve();
  #cancelWriting: (() => void) | undefined;
  #cancelReading: (() => void) | undefined;
  #isReadable = true;
  #isFailing = false;
  #isClosed = false;

  private constructor(options: SpendOptions) {
    this.#options = options;
    this.#table = new SpendTable(options.database);
    this.#spans = spansAt(options.clock.now());
  }

  /** Begins with what was spent before. Never fails: what cannot be read is asked for again, see `isReadable`. */
  static async open(options: SpendOptions): Promise<Spend> {
    const spend = new Spend(options);
    spend.#turn = spend.#drop();
    await spend.reload();
    return spend;
  }

  /** Whether what other processes, or earlier runs, have spent is known. */
  get isReadable(): boolean {
    return this.#isReadable;
  }

  /** What `subject` has spent in the period that runs now. */
  spent(subject: string, period: Period): Amount {
    const { start } = this.#now()[period];
    this.#enter();
    const entry = this.#entries.get(keyOf(subject, period, start));
    return entry === undefined ? nothing : sum(entry.written, entry.waiting);
  }

  /** The period that runs now. */
  span(period: Period): Span {
    return this.#now()[period];
  }

  /** Counts `amount` for each of `subjects`. */
  add(subjects: readonly string[], amount: Amount): void {
    if (amount.microUsd === 0 && amount.tokens === 0) return;
    this.#now();
    for (const subject of subjects) {
      const added = this.#added.get(subject);
      if (added === undefined) this.#added.set(subject, { ...amount });
      else {
        added.microUsd += amount.microUsd;
        added.tokens += amount.tokens;
      }
    }
    this.#writeLater(writeAfterMs);
  }

  /** Takes over what other processes have spent. Resolves also when that fails. */
  reload(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#read());
    return this.#turn;
  }

  /** Resolves when everything so far is written, or could not be. */
  flush(): Promise<void> {
    this.#cancelWriting?.();
    this.#cancelWriting = undefined;
    this.#turn = this.#turn.then(() => this.#write());
    return this.#turn;
  }

  /** Writes what is not written yet, and stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelReading?.();
    await this.flush();
  }

  /** The periods that run now. A clock that was set finds those it had before, in memory or in the table. */
  #now(): Spans {
    const now = this.#options.clock.now();
    const { start, end } = this.#spans.daily;
    if (now >= start && now < end) return this.#spans;
    this.#enter();
    this.#spans = spansAt(now);
    this.#forget();
    this.#turn = this.#turn.then(() => this.#drop());
    void this.reload();
    return this.#spans;
  }

  /** Counts what was added in each period: not with every call, but when it is asked for. */
  #enter(): void {
    for (const [subject, amount] of this.#added) {
      for (const period of periods) {
        const entry = this.#entry({ subject, period, start: this.#spans[period].start });
        entry.waiting = sum(entry.waiting, amount);
      }
    }
    this.#added.clear();
  }

  #entry(slot: Slot): Entry {
    const key = keyOf(slot.subject, slot.period, slot.start);
    const found = this.#entries.get(key) ?? { slot, written: nothing, waiting: nothing };
    this.#entries.set(key, found);
    return found;
  }

  /** Lets go of what is written and older than the period before this one. */
  #forget(): void {
    for (const [key, { slot, waiting }] of this.#entries) {
      const before = spanAt(slot.period, this.#spans[slot.period].start - 1);
      if (waiting === nothing && slot.start < before.start) this.#entries.delete(key);
    }
  }

  async #read(): Promise<void> {
    try {
      const starts = new Map(periods.map((period) => [period, this.#spans[period].start]));
      for (const [slot, amount] of await this.#table.read(starts)) this.#entry(slot).written = amount;
      if (!this.#isReadable) this.#options.log.info('what was spent can be read again');
      this.#isReadable = true;
    } catch (error) {
      if (this.#isReadable)
        this.#options.log.error('what was spent cannot be read', { reason: messageOf(error) });
      this.#isReadable = false;
      this.#readLater();
    }
  }

  #readLater(): void {
    if (this.#isClosed) return;
    this.#cancelReading?.();
    this.#cancelReading = this.#options.clock.after(againAfterMs, () => void this.reload());
  }

  #writeLater(ms: number): void {
    if (this.#isClosed) return;
    this.#cancelWriting ??= this.#options.clock.after(ms, () => void this.flush());
  }

  async #write(): Promise<void> {
    this.#enter();
    // In one order, so that two processes never wait for each other's rows.
    const waiting = [...this.#entries].filter(([, entry]) => entry.waiting !== nothing).toSorted(byKey);
    if (waiting.length === 0) return;
    const taken = waiting.map(([, entry]) => [entry, entry.waiting] as const);
    try {
      await this.#table.add(taken.map(([{ slot }, amount]) => [slot, amount]));
    } catch (error) {
      if (!this.#isFailing)
        this.#options.log.error('what was spent cannot be written', { reason: messageOf(error) });
      this.#isFailing = true;
      this.#writeLater(againAfterMs);
      return;
    }
    if (this.#isFailing) this.#options.log.info('what was spent is written again');
    this.#isFailing = false;
    for (const [entry, amount] of taken) {
      entry.written = sum(entry.written, amount);
      entry.waiting = entry.waiting === amount ? nothing : difference(entry.waiting, amount);
    }
  }

  async #drop(): Promise<void> {
    try {
      await this.#table.dropBefore(this.#options.clock.now() - keptMs);
    } catch (error) {
      this.#options.log.warn('old spending not dropped', { reason: messageOf(error) });
    }
  }
}

function spansAt(now: number): Spans {
  return {
    daily: spanAt('daily', now),
    weekly: spanAt('weekly', now),
    monthly: spanAt('monthly', now),
  };
}

function keyOf(subject: string, period: Period, start: number): string {
  return `${subject} ${period} ${start}`;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
