/** From what was measured in every round to one figure: medians, and differences to direct. */
import { median } from '../instrument/measuring.ts';
import type { Measurement, Row, Workload } from '../workloads/workload.ts';

/** Measurements by workload and target name, in the order of the rounds. */
export type Results = ReadonlyMap<Workload, ReadonlyMap<string, readonly Measurement[]>>;

/** Figures that are differences to direct, and what they are differences of. */
const aboveDirect: Readonly<Record<string, string>> = {
  addedP50: 'p50',
  addedP99: 'p99',
  addedDelayP50: 'delayP50',
};

/** One figure of one target over all rounds. */
export function figureOf(results: Results, workload: Workload, target: string, row: Row): number | undefined {
  const base = aboveDirect[row.figure];
  if (base !== undefined) {
    if (target === 'direct') return undefined;
    const plain: Row = { ...row, figure: base };
    const [own, bare] = [target, 'direct'].map((name) => figureOf(results, workload, name, plain));
    return own === undefined || bare === undefined ? undefined : own - bare;
  }
  const measured = results.get(workload)?.get(target) ?? [];
  const values = measured.map(({ figures }) => figures[row.figure]).filter((value) => value !== undefined);
  return row.worst === true && values.length > 0 ? Math.max(...values) : median(values);
}

/** The same, by the names of workload and figure. */
export function named(
  results: Results,
  workload: string,
  target: string,
  figure: string,
): number | undefined {
  const found = [...results.keys()].find(({ name }) => name === workload);
  const row = found?.rows.find((each) => each.figure === figure) ?? { figure, label: figure, decimals: 0 };
  return found === undefined ? undefined : figureOf(results, found, target, row);
}

/** A figure as a table shows it. */
export const shown = (value: number | undefined, decimals: number): string =>
  value === undefined
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** What went wrong in a workload, over all rounds. */
export const troublesOf = (results: Results, workload: Workload, target: string): string[] =>
  (results.get(workload)?.get(target) ?? []).flatMap(({ troubles }) => troubles);
