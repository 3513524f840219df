import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { Line, UsageAsk } from './ask.ts';
import { usageOfCalls } from './call-sums.ts';
import type { Grouping } from './groupings.ts';
import { usageOfHours } from './hour-sums.ts';
import { addedUp, summaryOf, type Summary } from './summary.ts';

/** One line of a report. */
export interface UsageLine extends Summary {
  /** What the line is of: `2026-11-25`, `2026-11-25 14:00`, an id, a model; '' for what belongs to none. */
  readonly key: string;
  /** The same for a person: the name of an account or client as it was last. */
  readonly name: string;
}

export interface UsageReport {
  /** By time in its order, else the most expensive first. */
  readonly lines: readonly UsageLine[];
  readonly total: Summary;
}

/** Adds up what was used. Days and hours are those of the proxy's own time zone. */
export async function usageReport(query: Kysely<Tables>, ask: UsageAsk): Promise<UsageReport> {
  return reportOf(await linesOf(query, ask), ask.by);
}

/** What each line came to, in no order. */
export function linesOf(query: Kysely<Tables>, ask: UsageAsk): Promise<Line[]> {
  return ask.by === 'session' || ask.by === 'agent' || ask.session !== undefined
    ? usageOfCalls(query, ask)
    : usageOfHours(query, ask);
}

/** The same as a report. */
export function reportOf(lines: readonly Line[], by: Grouping): UsageReport {
  return { lines: sorted(lines, by), total: summaryOf(addedUp(lines.map(({ sums }) => sums))) };
}

function sorted(lines: readonly Line[], by: Grouping): UsageLine[] {
  const shown = lines.map(({ key, name, sums }) => ({ key, name, ...summaryOf(sums) }));
  const isByTime = by === 'day' || by === 'hour';
  return shown.toSorted((a, b) => {
    if (!isByTime && a.usd !== b.usd) return b.usd - a.usd;
    if (!isByTime && a.calls !== b.calls) return b.calls - a.calls;
    return a.key < b.key ? -1 : 1;
  });
}
