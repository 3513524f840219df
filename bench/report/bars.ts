/** The bars of the first version, which nothing may fall behind. */
import { amongThousand, choose } from '../workloads/choose.ts';
import { started } from '../workloads/starting.ts';
import { barOf, type Bar, type Wish } from './bar.ts';
import { named, type Results } from './results.ts';

/** One target's figure as a multiple of another's. */
export function ratio(
  results: Results,
  workload: string,
  figure: string,
  [ours, theirs]: readonly [string, string],
): number | undefined {
  const [own, other] = [ours, theirs].map((target) => named(results, workload, target, figure));
  return own === undefined || other === undefined || other === 0 ? undefined : own / other;
}

/** A figure of the proxy less another one of the same. */
export function growth(results: Results, workload: string, early: string, late: string): number | undefined {
  const [before, after] = [early, late].map((figure) => named(results, workload, 'proxy', figure));
  return before === undefined || after === undefined ? undefined : after - before;
}

/** What of the processor time of a small call is the pool's, with a thousand accounts (%). */
function poolsShare(results: Results): number | undefined {
  const pool = named(results, 'choose', amongThousand, 'call');
  const call = named(results, 'json-32', 'proxy', 'cpuUs');
  return pool === undefined || call === undefined || call === 0 ? undefined : (100 * pool) / call;
}

export function firstBars(results: Results): Bar[] {
  const beside = (workload: string): number | undefined =>
    ratio(results, workload, 'perSecond', ['proxy', 'nginx']);
  const choices = choose.rows.map(({ figure }) => named(results, 'choose', amongThousand, figure));
  const slowest = choices.some((one) => one === undefined)
    ? undefined
    : Math.max(...choices.map((one) => one ?? 0));
  const wish = (
    workload: string,
    text: string,
    wanted: string,
    got: number | undefined,
    decimals: number,
    isMet: Wish['isMet'],
  ): Bar => barOf(results, { workload, text, wanted, got, decimals, isMet });
  const of = (workload: string, figure: string, target = 'proxy'): number | undefined =>
    named(results, workload, target, figure);
  return [
    wish('sse-fast', 'SSE fast, streams/s', '≥ 0.8 × nginx', beside('sse-fast'), 2, (got) => got >= 0.8),
    wish('json-32', 'small JSON, 32 conn.', '≥ 0.15 × nginx', beside('json-32'), 2, (got) => got >= 0.15),
    wish('rate-200', 'added p50 at 200/s, ms', '< 0.6', of('rate-200', 'addedP50'), 3, (got) => got < 0.6),
    wish('paced-2000', 'lost events, 2,000 streams', '0', of('paced-2000', 'lost'), 0, (got) => got === 0),
    wish(
      'start',
      'start to a first answer, ms',
      '< 150',
      of('start', 'servedMs', started),
      0,
      (got) => got < 150,
    ),
    wish('idle', 'idle RSS, MB', '< 70', of('idle', 'idleMb'), 1, (got) => got < 70),
    wish('choose', 'choosing among 1,000, µs', '< 50', slowest, 1, (got) => got < 50),
    wish('json-32', 'the pool in a small call, %', '< 5', poolsShare(results), 1, (got) => got < 5),
    wish(
      'recording',
      'rate kept with the ledger on',
      '> 0.95',
      of('recording', 'kept'),
      3,
      (got) => got > 0.95,
    ),
    wish(
      'recording-turns',
      'the same, turns of Claude Code',
      '> 0.95',
      of('recording-turns', 'kept'),
      3,
      (got) => got > 0.95,
    ),
    wish(
      'aborts',
      'RSS 10,000 - 1,000 aborts',
      '≤ 25',
      growth(results, 'aborts', 'after1000Mb', 'after10000Mb'),
      1,
      (got) => got <= 25,
    ),
  ];
}
