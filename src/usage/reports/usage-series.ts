import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { UsageAsk } from './ask.ts';
import { hourWords } from './call-keys.ts';
import { slotsOfCalls } from './call-sums.ts';
import type { Dimension } from './groupings.ts';
import { type Every, slotsOfHours } from './hour-sums.ts';
import { addedUp, summaryOf, type Summary, type SummedRow } from './summary.ts';
import { usageReport } from './usage-report.ts';

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
  const { lines, total } = await usageReport(query, ask);
  const shown = lines.slice(0, ask.most);
  const keys = shown.map(({ key }) => key);
  const slots = slotsBetween(ask);
  const sums = await sumsOfSlots(query, ask, keys);
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
    lines.length > shown.length
      ? [
          othersOf(
            sums,
            pointsOf((line) => line < 0),
          ),
        ]
      : [];
  return { slots, lines: [...known, ...rest], points: pointsOf(() => true), total };
}

/** By slot, then by the place of its line; -1 is all the others. */
type Sums = ReadonlyMap<string, ReadonlyMap<number, SummedRow>>;

async function sumsOfSlots(query: Kysely<Tables>, ask: SeriesAsk, keys: readonly string[]): Promise<Sums> {
  const { by, every } = ask;
  const rows =
    by === 'session' || ask.session !== undefined
      ? await slotsOfCalls(query, ask, every, keys)
      : await slotsOfHours(query, { ...ask, by }, every);
  const places = new Map(keys.map((key, at) => [key, at]));
  const sums = new Map<string, Map<number, SummedRow>>();
  for (const { slot, key, sums: row } of rows) {
    const line = key === undefined ? -1 : (places.get(key) ?? -1);
    const known = sums.get(slot) ?? new Map<number, SummedRow>();
    const before = known.get(line);
    known.set(line, before === undefined ? row : addedUp([before, row]));
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
