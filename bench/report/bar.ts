/** A bar: what is wanted of a figure, and whether it is so. */
import { shown, troublesOf, type Results } from './results.ts';

export interface Bar {
  readonly text: string;
  readonly wanted: string;
  readonly got: string;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

/** What is wanted of one figure of one workload. */
export interface Wish {
  readonly workload: string;
  readonly text: string;
  readonly wanted: string;
  readonly decimals: number;
  /** Undefined where it was not measured. */
  readonly got: number | undefined;
  readonly isMet: (got: number) => boolean;
  /** Who has to have answered rightly; the proxy as it usually is. */
  readonly by?: string;
  /** Said behind the figure. */
  readonly note?: string | undefined;
}

/** What was answered wrongly in a workload is never a bar met. */
export function barOf(results: Results, wish: Wish): Bar {
  const { workload, text, wanted, decimals, got, isMet, by = 'proxy', note } = wish;
  const found = [...results.keys()].find(({ name }) => name === workload);
  const troubles = found === undefined ? [] : troublesOf(results, found, by);
  const said = [...troubles.slice(0, 1), ...(note === undefined ? [] : [note])];
  const met = got !== undefined && isMet(got) && troubles.length === 0;
  const wasMeasured = got !== undefined || troubles.length > 0;
  return {
    text,
    wanted,
    got: shown(got, decimals) + (said.length > 0 ? ` (${said.join('; ')})` : ''),
    verdict: met ? 'met' : wasMeasured ? 'missed' : 'not measured',
  };
}

/** Bars under a heading. */
export function barTable(heading: string, bars: readonly Bar[]): string {
  const lines = bars.map(
    ({ text, wanted, got, verdict }) => `  ${text.padEnd(34)}${wanted.padEnd(26)}${verdict.padEnd(14)}${got}`,
  );
  return [heading, `  ${''.padEnd(34)}${'wanted'.padEnd(26)}${''.padEnd(14)}measured`, ...lines].join('\n');
}
