import { dollars, share, shortNumber } from '../../../base/amounts.ts';
import type { Dimension } from '../../../usage/reports/groupings.ts';
import type { SeriesLine } from '../../../usage/reports/usage-series.ts';
import type { SummaryView } from '../../contract-usage.ts';
import { grouped, shortTime } from '../parts/amounts.ts';
import type { Measure } from './choice.ts';

export const dimensionNames: Readonly<Record<Dimension, string>> = {
  account: 'Account',
  model: 'Model',
  client: 'Client',
  session: 'Session',
};

export const measureNames: Readonly<Record<Measure, string>> = {
  cost: 'Cost',
  tokens: 'Tokens',
  calls: 'Calls',
  lost: 'Lost to moves',
};

export const rangeNames = {
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
} as const;

/** What is drawn, and how it is told. */
export type Unit = 'usd' | 'tokens' | 'count' | 'ms' | 'share';

export const unitOf: Readonly<Record<Measure, Unit>> = {
  cost: 'usd',
  tokens: 'tokens',
  calls: 'count',
  lost: 'usd',
};

/** All that prompts were long. */
export function promptOf({ input, cacheRead, cacheWrite5m, cacheWrite1h }: SummaryView): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h;
}

export function measured(summary: SummaryView, measure: Measure): number {
  switch (measure) {
    case 'cost':
      return summary.usd;
    case 'tokens':
      return promptOf(summary) + summary.output;
    case 'calls':
      return summary.calls;
    case 'lost':
      return summary.usdLostToMoves;
  }
}

/** A value in words: `$1.23`, `4.5k`, `840 ms`, `62 %`. */
export function valueWords(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  switch (unit) {
    case 'usd':
      return grouped(dollars(value));
    case 'tokens':
      return shortNumber(value);
    case 'count':
      return grouped(String(value));
    case 'ms':
      return shortTime(value);
    case 'share':
      return share(value);
  }
}

/** What cost is told with: `~` where some of it is estimated, `?` where it is assumed. */
export function costWords({ usd, usdOfUnknown, estimates }: SummaryView): string {
  return `${usdOfUnknown > 0 ? '?' : estimates > 0 ? '~' : ''}${grouped(dollars(usd))}`;
}

/** The name of a line for a person. */
export function lineName(line: Pick<SeriesLine, 'key' | 'name' | 'isOthers'>, by: Dimension): string {
  if (line.isOthers) return 'All others';
  if (line.key === '') return by === 'session' ? 'Without a session' : 'None';
  if (by === 'session') return line.key.slice(0, 8);
  return by === 'model' ? line.name.replace(/^claude-/, '') : line.name;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A slot in words, and shorter for an axis: `2026-11-25 14:00` → `25 Nov 14:00`, `14:00`. */
export function slotWords(slot: string): { whole: string; short: string } {
  const [date = '', time] = slot.split(' ');
  const [, month = 1, day = 1] = date.split('-').map(Number);
  const dayWords = `${day} ${months[month - 1] ?? ''}`;
  if (time === undefined) return { whole: dayWords, short: dayWords };
  return { whole: `${dayWords} ${time}`, short: time === '00:00' ? dayWords : time };
}

/** The colour of a line, by its place. */
export function colourOf({ isOthers }: Pick<SeriesLine, 'isOthers'>, at: number): number {
  return isOthers ? 0 : at + 1;
}
