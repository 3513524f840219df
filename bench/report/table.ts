/** Measurements as a table: a column a target, then the ratio that travels between machines. */
import type { Workload } from '../workloads/workload.ts';
import { figureOf, shown, troublesOf, type Results } from './results.ts';

/** The rows of one workload: a column a target, then proxy / nginx. */
export function table(results: Results, workload: Workload, targets: readonly string[]): string {
  const compares = targets.includes('proxy') && targets.includes('nginx');
  const heads = ['', ...targets, ...(compares ? ['proxy/nginx'] : [])];
  const lines = workload.rows.map((row) => {
    const values = targets.map((target) => figureOf(results, workload, target, row));
    const [ours, theirs] = ['proxy', 'nginx'].map((name) => values[targets.indexOf(name)]);
    const isRatio = row.ratio === true && ours !== undefined && theirs !== undefined && theirs > 0;
    const ratio = compares ? [isRatio ? shown(ours / theirs, 2) : ''] : [];
    return [row.label, ...values.map((value) => shown(value, row.decimals)), ...ratio];
  });
  const troubles = targets.flatMap((target) =>
    troublesOf(results, workload, target).map((what) => `  ! ${target}: ${what}`),
  );
  const rows = [heads, ...lines].map(
    ([label = '', ...cells]) => `  ${label.padEnd(26)}${cells.map((cell) => cell.padStart(13)).join('')}`,
  );
  return [`${workload.title}  [${workload.name}]`, ...rows, ...troubles].join('\n');
}
