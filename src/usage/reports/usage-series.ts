import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { Line, UsageAsk } from './ask.ts';
import { hourWords } from './call-keys.ts';
import { others, slotsOfCalls } from './call-sums.ts';
import type { Dimension } from './groupings.ts';
import { type Every, slotsOfHours } from './hour-sums.ts';
import { addedUp, summaryOf, type Summary, type SummedRow } from './summary.ts';
import { linesOf, reportOf, type UsageLine } from './usage-report.ts';

export interface SeriesAsk extends Omit<UsageAsk, 'by'> {
  readonly by: Dimension;
  readonly every: Every;
  /** So many lines are told apart, the most expensive ones; the others are one line more. */
  readonly most: number;
}

/** One line over time. */
export interface SeriesLine {
  readonly key: string;
  readonly name: string;
  /** All the lines that are not told apart, as one. */
  readonly isOthers: boolean;
  readonly total: Summary;
  /** One for each slot. */
  readonly points: readonly Summary[];
}

export interface UsageSeries {
  /** `2026-11-25`, `2026-11-25 14:00`: all there are in the range, those without a call as well. */
  readonly slots: readonly string[];
  /** The most expensive first, the others last. */
  readonly lines: readonly SeriesLine[];
  /** Of all lines, one for each slot. */
  readonly points: readonly Summary[];
  readonly total: Summary;
}

const hourMs = 3_600_000;

/** What was used over time, by `by`: summed up in the database, in the proxy's own time zone. */
export async function usageSeries(query: Kysely<Tables>, ask: SeriesAsk): Promise<UsageSeries> {
  const lines = await linesOf(query, ask);
  return seriesOf(ask, { lines, slots: await slotsOf(query, ask, keysShown(ask, lines)) });
}

/** What was added up of a stretch of time; that of several can be put together. */
export interface SeriesPart {
  readonly lines: readonly Line[];
  /** What all lines come to, and how many there are, where `lines` are the most expensive alone. */
  readonly all?: { readonly total: SummedRow; readonly count: number };
  /** By slot, then by the key of the line; `undefined` is all the sessions that were not told apart. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string | undefined, SummedRow>>;
}

/** The keys of the lines that are shown, of these. */
export function keysShown(ask: Pick<SeriesAsk, 'by' | 'most'>, lines: readonly Line[]): string[] {
  return toldApart(ask, reportOf(lines, ask.by).lines).map(({ key }) => key);
}

/** The most expensive; what was put together since there are too many sessions is none of them. */
function toldApart({ by, most }: Pick<SeriesAsk, 'by' | 'most'>, lines: readonly UsageLine[]): UsageLine[] {
  return lines.filter(({ key }) => by !== 'session' || key !== others).slice(0, most);
}

/** What each slot came to, line by line. Of sessions only those in `keys` are told apart: there may be many. */
export async function slotsOf(
  query: Kysely<Tables>,
  ask: SeriesAsk,
  keys: readonly string[],
): Promise<SeriesPart['slots']> {
  const { by, every } = ask;
  const rows =
    by === 'session' || ask.session !== undefined
      ? await slotsOfCalls(query, ask, every, keys)
      : await slotsOfHours(query, { ...ask, by }, every);
  const slots = new Map<string, Map<string | undefined, SummedRow>>();
  for (const { slot, key, sums } of rows) addTo(slots, slot, key, sums);
  return slots;
}

/** Adds to what a slot and line came to. */
export function addTo(
  slots: Map<string, Map<string | undefined, SummedRow>>,
  slot: string,
  key: string | undefined,
  sums: SummedRow,
): void {
  const known = slots.get(slot) ?? new Map<string | undefined, SummedRow>();
  const before = known.get(key);
  known.set(key, before === undefined ? sums : addedUp([before, sums]));
  slots.set(slot, known);
}

/** What was added up, as it is shown. */
export function seriesOf(ask: SeriesAsk, part: SeriesPart): UsageSeries {
  const { lines, total } = reportOf(part.lines, ask.by);
  const { all } = part;
  const shown = toldApart(ask, lines);
  const slots = slotsBetween(ask);
  const sums = placed(
    part.slots,
    shown.map(({ key }) => key),
  );
  const pointsOf = (at: (line: number) => boolean): Summary[] =>
    slots.map((slot) => {
      const parts = [...(sums.get(slot) ?? [])].filter(([line]) => at(line)).map(([, row]) => row);
      return summaryOf(addedUp(parts));
    });
  const known = shown.map(({ key, name, ...summary }, at) => ({
    key,
    name,
    isOthers: false,
    total: summary,
    points: pointsOf((line) => line === at),
  }));
  const rest =
    (all?.count ?? lines.length) > shown.length
      ? [
          othersOf(
            sums,
            pointsOf((line) => line < 0),
          ),
        ]
      : [];
  return {
    slots,
    lines: [...known, ...rest],
    points: pointsOf(() => true),
    total: all === undefined ? total : summaryOf(all.total),
  };
}

/** By slot, then by the place of its line; -1 is all the others. */
type Sums = ReadonlyMap<string, ReadonlyMap<number, SummedRow>>;

function placed(slots: SeriesPart['slots'], keys: readonly string[]): Sums {
  const places = new Map<string | undefined, number>(keys.map((key, at) => [key, at]));
  const sums = new Map<string, Map<number, SummedRow>>();
  for (const [slot, rows] of slots) {
    const known = new Map<number, SummedRow>();
    for (const [key, row] of rows) {
      const line = places.get(key) ?? -1;
      const before = known.get(line);
      known.set(line, before === undefined ? row : addedUp([before, row]));
    }
    sums.set(slot, known);
  }
  return sums;
}

function othersOf(sums: Sums, points: readonly Summary[]): SeriesLine {
  const all = [...sums.values()].flatMap((slot) => slot.get(-1) ?? []);
  return { key: '', name: '', isOthers: true, total: summaryOf(addedUp(all)), points };
}

/** Every hour, or day, from the one `since` is in to before the hour `until` is in. */
function slotsBetween({ since, until, every }: Pick<SeriesAsk, 'since' | 'until' | 'every'>): string[] {
  const slots = new Set<string>();
  const end = hourWordsAt(until);
  // Hour by hour: days have 23 to 25 of them.
  for (let moment = since; moment < until; moment += hourMs) {
    const words = hourWordsAt(moment);
    if (words < end) slots.add(every === 'hour' ? words : hourAt(moment).day);
  }
  return [...slots];
}

function hourWordsAt(moment: number): string {
  const { day, hour } = hourAt(moment);
  return hourWords(day, hour);
}
