/** Whether a run may be believed. */
import type { Workload } from '../workloads/workload.ts';
import { named, shown, troublesOf, type Results } from './results.ts';

export interface Judgement {
  /** Reasons not to believe the run. */
  readonly invalid: string[];
  /** Worth knowing when reading it. */
  readonly notes: string[];
}

const enoughRoom = 1.5;
const saturatedPercent = 85;
const quietPercent = 15;

/**
 * A figure of a closed loop is the target's own when the instrument alone is half as fast again, or when
 * its cpu had no time left. Otherwise upstream and load generator were what was measured.
 */
function limits(results: Results, workload: Workload, target: string): string | undefined {
  const rate = (name: string): number | undefined => named(results, workload.name, name, 'perSecond');
  const [bare, own, full] = [rate('direct'), rate(target), named(results, workload.name, target, 'full')];
  if (own === undefined || own === 0 || (full ?? 0) >= saturatedPercent) return undefined;
  // Where nothing can be measured without a proxy, its cpu alone tells.
  if (bare === undefined ? workload.withoutDirect !== true : bare >= enoughRoom * own) return undefined;
  const beside = bare === undefined ? target : `direct is only ${shown(bare / own, 2)} x ${target},`;
  return (
    `${workload.name}: ${beside} whose ` +
    `cpu was busy ${shown(full, 0)} % of the time: the instrument was the limit`
  );
}

export function judge(results: Results, targets: readonly string[]): Judgement {
  const invalid: string[] = [];
  const notes: string[] = [];
  let disturbed = 0;
  let count = 0;
  let most = 0;
  for (const [workload, byTarget] of results) {
    for (const reference of ['direct', 'nginx'])
      for (const trouble of troublesOf(results, workload, reference))
        invalid.push(`${workload.name}, ${reference}: ${trouble}`);
    const lost = named(results, workload.name, 'direct', 'lost') ?? 0;
    if (lost > 0) invalid.push(`${workload.name}: ${lost} events were lost without any proxy`);
    if (workload.saturates) {
      for (const target of targets.filter((name) => name !== 'direct')) {
        const reason = limits(results, workload, target);
        if (reason !== undefined) (target === 'nginx' ? invalid : notes).push(reason);
      }
    }
    for (const { figures } of [...byTarget.values()].flat()) {
      const others = figures['others'] ?? 0;
      count += 1;
      if (others > quietPercent) disturbed += 1;
      most = Math.max(most, others);
    }
  }
  if (disturbed > 0)
    notes.push(
      `other programs used more than ${quietPercent} % of a cpu in ${disturbed} of ${count} measurements ` +
        `(at most ${shown(most, 0)} %): repeat on a quiet machine before quoting`,
    );
  return { invalid, notes };
}
