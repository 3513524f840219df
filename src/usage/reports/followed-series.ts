import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { Line } from './ask.ts';
import { addedUp } from './summary.ts';
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
interface Settled extends SeriesPart {
  readonly cut: number;
  /** The lines that its slots tell apart; undefined where that is all of them. */
  readonly told: ReadonlySet<string> | undefined;
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
    if (kept !== undefined && this.#now - kept.madeAt > keptMs) this.#makeAgain(kept, ask);
    const { query } = this.#options;
    const recent = { ...ask, since: Math.max(ask.since, settled.cut) };
    if (recent.since >= ask.until) return seriesOf(ask, settled);
    const news = await linesOf(query, recent);
    const lines = linesTogether(settled.lines, news);
    const shown = keysShown(ask, lines);
    const lacking = shown.filter((key) => !isTold(settled, key));
    const before = lacking.length === 0 ? settled : (await this.#keep(name, ask, lacking)).settled;
    const slots = slotsTogether([before.slots, await slotsOf(query, recent, shown)]);
    return seriesOf(ask, { lines, slots });
  }

  /** Nothing is kept any more. */
  close(): void {
    this.#cancel?.();
    this.#kept.clear();
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
  #makeAgain(kept: Kept, ask: SeriesAsk): void {
    kept.making ??= this.#make(ask, [])
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
    if (cut <= ask.since) return { cut, lines: [], slots: new Map(), told: undefined };
    const before = { ...ask, until: cut };
    const lines = await linesOf(query, before);
    const told = [...keysShown({ ...ask, most: ask.most + spare }, lines), ...also];
    const slots = await slotsOf(query, before, told);
    return { cut, lines, slots, told: ask.by === 'session' ? new Set(told) : undefined };
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

function isTold({ told, lines }: Settled, key: string): boolean {
  return told === undefined || told.has(key) || !lines.some((line) => line.key === key);
}

/** Both as one; the later has the newer names. */
function linesTogether(before: readonly Line[], after: readonly Line[]): Line[] {
  const all = new Map(before.map((line) => [line.key, line]));
  for (const line of after) {
    const known = all.get(line.key);
    all.set(line.key, known === undefined ? line : { ...line, sums: addedUp([known.sums, line.sums]) });
  }
  return [...all.values()];
}

function slotsTogether(parts: readonly SeriesPart['slots'][]): SeriesPart['slots'] {
  const all: Parameters<typeof addTo>[0] = new Map();
  for (const part of parts)
    for (const [slot, rows] of part) for (const [key, sums] of rows) addTo(all, slot, key, sums);
  return all;
}
