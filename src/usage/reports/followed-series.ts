import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { Line } from './ask.ts';
import { addedUp, type SummedRow } from './summary.ts';
import { linesOf } from './usage-report.ts';
import {
  addTo,
  keysShown,
  seriesOf,
  slotsOf,
  type SeriesAsk,
  type SeriesPart,
  type UsageSeries,
} from './usage-series.ts';

export interface FollowedSeriesOptions {
  readonly query: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was added up to before the hour in which `cut` is. */
interface Settled {
  readonly cut: number;
  /** All of them: there may be twenty thousand, so that they are looked up and never walked through. */
  readonly lines: ReadonlyMap<string, Line>;
  readonly total: SummedRow;
  /** The lines that its slots tell apart, the most expensive of all among them. */
  readonly told: ReadonlySet<string>;
  readonly slots: SeriesPart['slots'];
}

/** The lines of now. */
interface Seen {
  /** The last hours; undefined where the range ends before them. */
  readonly recent: SeriesAsk | undefined;
  readonly part: Omit<SeriesPart, 'slots'>;
  readonly shown: readonly string[];
}

interface Kept {
  settled: Settled;
  madeAt: number;
  making: Promise<void> | undefined;
}

const hourMs = 3_600_000;
/** A call belongs to the hour in which it began: older hours change by calls alone that run longer (ms). */
const openMs = 2 * hourMs;
/** And because of those what is kept is made again now and then (ms). */
const keptMs = 600_000;
/** What nobody has asked for in so long is not kept (ms). */
const forgottenMs = 120_000;
const mostKept = 8;
/** So many more sessions than are shown are told apart in what is kept: one of them may come to cost more. */
const spare = 20;

/**
 * What was used over time, for pages that ask for the same again and again: only the last hours are added up each time,
 * and put together with what all hours before them came to, which is kept while somebody asks.
 */
export class FollowedSeries {
  readonly #options: FollowedSeriesOptions;
  readonly #kept = new Map<string, Kept>();
  /** Being made now: several pages wait for one. */
  readonly #underway = new Map<string, Promise<Kept>>();
  #cancel: (() => void) | undefined;

  constructor(options: FollowedSeriesOptions) {
    this.#options = options;
  }

  /**
   * True to the last call where it is not `isFollowing`; else a call that ran for more than two hours may be missing
   * for ten minutes. @throws DatabaseError
   */
  async ask(ask: SeriesAsk, isFollowing: boolean): Promise<UsageSeries> {
    const name = this.#nameOf(ask);
    this.#forgetLater();
    const kept = isFollowing ? this.#kept.get(name) : undefined;
    const { settled } = kept ?? (await this.#keep(name, ask, []));
    const seen = await this.#look(ask, settled);
    if (kept !== undefined && this.#now - kept.madeAt > keptMs) this.#makeAgain(kept, ask, seen.shown);
    const lacking = seen.shown.filter((key) => settled.lines.has(key) && !settled.told.has(key));
    if (lacking.length === 0) return this.#together(ask, settled, seen);
    // What was told apart stays so: of two that rise, neither costs the other its place.
    const anew = (await this.#keep(name, ask, [...settled.told, ...lacking])).settled;
    return this.#together(ask, anew, await this.#look(ask, anew));
  }

  /** Nothing is kept any more. */
  close(): void {
    this.#cancel?.();
    this.#kept.clear();
  }

  async #look(ask: SeriesAsk, settled: Settled): Promise<Seen> {
    const recent = { ...ask, since: Math.max(ask.since, settled.cut) };
    const hasNews = recent.since < ask.until;
    const part = partOf(settled, hasNews ? await linesOf(this.#options.query, recent) : []);
    return { recent: hasNews ? recent : undefined, part, shown: keysShown(ask, part.lines) };
  }

  async #together(ask: SeriesAsk, settled: Settled, { recent, part, shown }: Seen): Promise<UsageSeries> {
    const news = recent === undefined ? [] : [await slotsOf(this.#options.query, recent, shown)];
    return seriesOf(ask, { ...part, slots: slotsTogether([settled.slots, ...news]) });
  }

  /** A range that goes on has no end of its own. */
  #nameOf({ since, until, ...ask }: SeriesAsk): string {
    const end = until > this.#options.clock.now() ? 'now' : until;
    return JSON.stringify([ask, hourAt(since), end]);
  }

  #keep(name: string, ask: SeriesAsk, also: readonly string[]): Promise<Kept> {
    const underway = JSON.stringify([name, also]);
    const making =
      this.#underway.get(underway) ??
      this.#keepNew(name, ask, also).finally(() => {
        this.#underway.delete(underway);
      });
    this.#underway.set(underway, making);
    return making;
  }

  async #keepNew(name: string, ask: SeriesAsk, also: readonly string[]): Promise<Kept> {
    const kept: Kept = { settled: await this.#make(ask, also), madeAt: this.#now, making: undefined };
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }

  /** Whoever asks now gets what is there. */
  #makeAgain(kept: Kept, ask: SeriesAsk, also: readonly string[]): void {
    kept.making ??= this.#make(ask, also)
      .then((settled) => {
        Object.assign(kept, { settled, madeAt: this.#now });
      })
      .catch((error: unknown) => {
        this.#options.log.debug('usage is not added up again', { reason: messageOf(error) });
      })
      .finally(() => {
        kept.making = undefined;
      });
  }

  async #make(ask: SeriesAsk, also: readonly string[]): Promise<Settled> {
    const { query, clock } = this.#options;
    const cut = Math.min(ask.until, cutAt(clock.now()));
    if (cut <= ask.since) return { cut, ...nothing };
    const before = { ...ask, until: cut };
    const lines = await linesOf(query, before);
    const told = [...new Set([...keysShown({ ...ask, most: ask.most + spare }, lines), ...also])];
    const slots = await slotsOf(query, before, told);
    return {
      cut,
      lines: new Map(lines.map((line) => [line.key, line])),
      total: addedUp(lines.map(({ sums }) => sums)),
      told: new Set(ask.by === 'session' ? told : lines.map(({ key }) => key)),
      slots,
    };
  }

  get #now(): number {
    return this.#options.clock.monotonic();
  }

  #forgetLater(): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(forgottenMs, () => {
      this.#kept.clear();
    });
  }
}

/** The beginning of an hour here, so long ago that hardly any call still adds to those before it. */
function cutAt(now: number): number {
  const hour = new Date(now);
  hour.setMinutes(0, 0, 0);
  return hour.getTime() - openMs;
}

const nothing = { lines: new Map(), total: addedUp([]), told: new Set<string>(), slots: new Map() };

/** What may be shown of both, and what all of it comes to: what is not told apart and has no news costs too little. */
function partOf(settled: Settled, news: readonly Line[]): Omit<SeriesPart, 'slots'> {
  const lines = new Map<string, Line>();
  for (const key of settled.told) {
    const line = settled.lines.get(key);
    if (line !== undefined) lines.set(key, line);
  }
  let count = settled.lines.size;
  for (const line of news) {
    const known = settled.lines.get(line.key);
    // The later has the newer name.
    lines.set(line.key, known === undefined ? line : { ...line, sums: addedUp([known.sums, line.sums]) });
    if (known === undefined) count += 1;
  }
  const total = addedUp([settled.total, ...news.map(({ sums }) => sums)]);
  return { lines: [...lines.values()], all: { total, count } };
}

function slotsTogether(parts: readonly SeriesPart['slots'][]): SeriesPart['slots'] {
  const all: Parameters<typeof addTo>[0] = new Map();
  for (const part of parts)
    for (const [slot, rows] of part) for (const [key, sums] of rows) addTo(all, slot, key, sums);
  return all;
}
