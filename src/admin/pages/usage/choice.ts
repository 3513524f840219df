import { GatewayError } from '../../../base/errors.ts';
import { type Dimension, dimensions } from '../../../usage/reports/groupings.ts';
import type { Every } from '../../../usage/reports/hour-sums.ts';

export const ranges = ['24h', '7d', '30d', '90d'] as const;
type Range = (typeof ranges)[number];

export const measures = ['cost', 'tokens', 'calls', 'lost'] as const;
export type Measure = (typeof measures)[number];

/** What somebody wants to see of the usage. It stands in the address: a choice can be kept and sent on. */
export interface Choice {
  /** One of the usual ones, or days of the calendar (`2026-11-25`), both included. */
  readonly range: Range | { readonly from: string; readonly to: string };
  readonly by: Dimension;
  readonly show: Measure;
  /** Only what belongs to these: an account or client by its id, a model, a session or the beginning of its id. */
  readonly only: Partial<Record<Dimension, string>>;
}

/** From when to when (ms since the epoch), and how long the slots between are. */
export interface Span {
  readonly since: number;
  readonly until: number;
  readonly every: Every;
}

const usual = { range: '30d', by: 'account', show: 'cost' } as const satisfies Partial<Choice>;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Longer ranges are told by the day: a hundred slots are as many as one can tell apart (ms). */
const mostInHours = 3 * dayMs;
const longest = 366;
const longestWord = 512;

/** What an address says; what it says wrongly counts as not said. */
export function choiceIn(query: Readonly<Record<string, string>>): Choice {
  const only: Partial<Record<Dimension, string>> = {};
  for (const one of dimensions) {
    const value = query[one];
    if (value !== undefined && value !== '') only[one] = value.slice(0, longestWord);
  }
  return {
    range: rangeIn(query),
    by: dimensions.find((one) => one === query['by']) ?? usual.by,
    show: measures.find((one) => one === query['show']) ?? usual.show,
    only,
  };
}

function rangeIn({ range, from, to }: Readonly<Record<string, string>>): Choice['range'] {
  if (from !== undefined && to !== undefined && isDay(from) && isDay(to)) return { from, to };
  return ranges.find((one) => one === range) ?? usual.range;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The address of a choice below `path`; what is usual is left out. */
export function addressOf(path: string, { range, by, show, only }: Choice): string {
  const query = new URLSearchParams();
  if (typeof range === 'object') for (const [name, day] of Object.entries(range)) query.set(name, day);
  else if (range !== usual.range) query.set('range', range);
  if (by !== usual.by) query.set('by', by);
  if (show !== usual.show) query.set('show', show);
  for (const one of dimensions) {
    const value = only[one];
    if (value !== undefined) query.set(one, value);
  }
  const text = query.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

/** The moments a choice is about. @throws GatewayError bad_request where it is longer than a year */
export function spanOf({ range }: Choice, now: number): Span {
  if (typeof range === 'object') {
    const since = Math.min(dayBegin(range.from, 0), dayBegin(range.to, 0));
    const until = Math.max(dayBegin(range.from, 1), dayBegin(range.to, 1));
    if (until - since > longest * dayMs)
      throw new GatewayError('bad_request', 'Choose a range of a year at most.');
    return { since, until, every: until - since <= mostInHours ? 'hour' : 'day' };
  }
  // The hour that is running belongs to it.
  const until = now + hourMs;
  const begin = new Date(now);
  if (range === '24h') {
    begin.setMinutes(0, 0, 0);
    return { since: begin.getTime() - 23 * hourMs, until, every: 'hour' };
  }
  begin.setHours(0, 0, 0, 0);
  begin.setDate(begin.getDate() - Number.parseInt(range, 10) + 1);
  return { since: begin.getTime(), until, every: 'day' };
}

/** When a day of the calendar begins here, or the one so many after it. */
function dayBegin(day: string, after: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + after).getTime();
}
