/** From measurements to a table of medians and ratios, the bars, and whether any of it may be believed. */
import { median } from './measuring.ts';
import { started } from './starting.ts';
import type { Measurement, Row, Workload } from './workload.ts';
import { amongThousand, choose } from './workloads.ts';

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

function named(results: Results, workload: string, target: string, figure: string): number | undefined {
  const found = [...results.keys()].find(({ name }) => name === workload);
  const row = found?.rows.find((each) => each.figure === figure) ?? { figure, label: figure, decimals: 0 };
  return found === undefined ? undefined : figureOf(results, found, target, row);
}

const shown = (value: number | undefined, decimals: number): string =>
  value === undefined
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const troublesOf = (results: Results, workload: Workload, target: string): string[] =>
  (results.get(workload)?.get(target) ?? []).flatMap(({ troubles }) => troubles);

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

export interface Bar {
  readonly text: string;
  readonly wanted: string;
  readonly got: string;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

/** The bars of the first version. What the proxy answered wrongly in a workload is never a bar met. */
export function bars(results: Results): Bar[] {
  const ratio = (workload: string): number | undefined => {
    const [ours, theirs] = ['proxy', 'nginx'].map((name) => named(results, workload, name, 'perSecond'));
    return ours === undefined || theirs === undefined || theirs === 0 ? undefined : ours / theirs;
  };
  const after = (figure: string): number | undefined => named(results, 'aborts', 'proxy', figure);
  const [early, late] = [after('after1000Mb'), after('after10000Mb')];
  const growth = early === undefined || late === undefined ? undefined : late - early;
  const choices = choose.rows.map(({ figure }) => named(results, 'choose', amongThousand, figure));
  const slowest = choices.some((one) => one === undefined)
    ? undefined
    : Math.max(...choices.map((one) => one ?? 0));
  const [many, few] = ['thousand', 'proxy'].map((name) => named(results, 'json-32', name, 'cpuUs'));
  const bar = (
    workload: string,
    text: string,
    wanted: string,
    got: number | undefined,
    decimals: number,
    isMet: (value: number) => boolean,
  ): Bar => {
    const found = [...results.keys()].find(({ name }) => name === workload);
    const troubles = found === undefined ? [] : troublesOf(results, found, 'proxy');
    const value = shown(got, decimals) + (troubles.length > 0 ? ` (${troubles[0] ?? ''})` : '');
    const met = got !== undefined && isMet(got) && troubles.length === 0;
    const wasMeasured = got !== undefined || troubles.length > 0;
    return { text, wanted, got: value, verdict: met ? 'met' : wasMeasured ? 'missed' : 'not measured' };
  };
  return [
    bar('sse-fast', 'SSE fast, streams/s', '≥ 0.8 × nginx', ratio('sse-fast'), 2, (value) => value >= 0.8),
    bar('json-32', 'small JSON, 32 conn.', '≥ 0.15 × nginx', ratio('json-32'), 2, (value) => value >= 0.15),
    bar(
      'rate-200',
      'added p50 at 200/s, ms',
      '< 0.6',
      named(results, 'rate-200', 'proxy', 'addedP50'),
      3,
      (value) => value < 0.6,
    ),
    bar(
      'paced-2000',
      'lost events, 2,000 streams',
      '0',
      named(results, 'paced-2000', 'proxy', 'lost'),
      0,
      (value) => value === 0,
    ),
    bar(
      'start',
      'start to a first answer, ms',
      '< 150',
      named(results, 'start', started, 'servedMs'),
      0,
      (value) => value < 150,
    ),
    bar('idle', 'idle RSS, MB', '< 70', named(results, 'idle', 'proxy', 'idleMb'), 1, (value) => value < 70),
    bar('choose', 'choosing among 1,000, µs', '< 50', slowest, 1, (value) => value < 50),
    bar(
      'json-32',
      'cpu, 1,000 accounts ÷ one',
      '< 1.05',
      many === undefined || few === undefined ? undefined : many / few,
      3,
      (value) => value < 1.05,
    ),
    bar(
      'recording',
      'rate kept with the ledger on',
      '> 0.95',
      named(results, 'recording', 'proxy', 'kept'),
      3,
      (value) => value > 0.95,
    ),
    bar('aborts', 'RSS 10,000 - 1,000 aborts', '≤ 25', growth, 1, (value) => value <= 25),
  ];
}

/** The table of the bars. */
export function barTable(list: readonly Bar[]): string {
  const lines = list.map(
    ({ text, wanted, got, verdict }) => `  ${text.padEnd(30)}${wanted.padEnd(18)}${verdict.padEnd(14)}${got}`,
  );
  return ['Bars', `  ${''.padEnd(30)}${'wanted'.padEnd(18)}${''.padEnd(14)}measured`, ...lines].join('\n');
}

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
  if (bare === undefined || own === undefined || own === 0) return undefined;
  if (bare >= enoughRoom * own || (full ?? 0) >= saturatedPercent) return undefined;
  return (
    `${workload.name}: direct is only ${shown(bare / own, 2)} x ${target}, ` +
    `whose cpu was busy ${shown(full, 0)} % of the time: the instrument was the limit`
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
