/** The goals: as fast as nginx, and several times as fast as any other program of this kind. */
import { barOf, type Bar } from './bar.ts';
import { ratio } from './bars.ts';
import { named, type Results } from './results.ts';

/** What the goals depend on besides what was measured. */
export interface Surroundings {
  /** The targets that are other programs of this kind. */
  readonly peers: readonly string[];
  /** Whether a second process of a target has a cpu for itself. */
  readonly hasFreeCpu: boolean;
}

const atLeast =
  (least: number) =>
  (got: number): boolean =>
    got >= least;
const atMost =
  (most: number) =>
  (got: number): boolean =>
    got <= most;

/** What the proxy's rate is as a multiple of another target's. */
function rates(results: Results): Bar[] {
  const rows: readonly (readonly [workload: string, text: string, than: string, least: number])[] = [
    ['sse-fast', 'SSE fast, streams/s', 'nginx', 1],
    ['sse-fast', 'SSE fast, streams/s', 'haproxy', 0.7],
    ['sse-coalesced', 'SSE in one write, streams/s', 'nginx', 1.2],
    ['json-32', 'small JSON, 32 conn.', 'nginx', 0.6],
    ['upload-49kb', '49 KB bodies', 'nginx', 0.7],
    ['upload-1mb', '1 MB bodies', 'nginx', 1.3],
  ];
  return rows.map(([workload, text, than, least]) =>
    barOf(results, {
      workload,
      text,
      wanted: `≥ ${least} × ${than}`,
      decimals: 2,
      got: ratio(results, workload, 'perSecond', ['proxy', than]),
      isMet: atLeast(least),
    }),
  );
}

function latencies(results: Results): Bar[] {
  const above = (figure: string): number | undefined => {
    const [ours, theirs] = ['proxy', 'nginx'].map((name) => named(results, 'rate-200', name, figure));
    return ours === undefined || theirs === undefined ? undefined : ours - theirs;
  };
  const steady = { workload: 'rate-200', decimals: 3 };
  return [
    barOf(results, {
      ...steady,
      text: 'p50 at 200/s above nginx, ms',
      wanted: '≤ 0.15',
      got: above('p50'),
      isMet: atMost(0.15),
    }),
    barOf(results, {
      ...steady,
      text: 'p99 at 200/s above nginx, ms',
      wanted: '≤ 1',
      got: above('p99'),
      isMet: atMost(1),
    }),
    barOf(results, {
      workload: 'paced-2000',
      text: '2,000 streams, delay p99',
      wanted: '≤ 1.5 × nginx',
      decimals: 2,
      got: ratio(results, 'paced-2000', 'delayP99', ['proxy', 'nginx']),
      isMet: atMost(1.5),
    }),
  ];
}

function held(results: Results): Bar[] {
  const streams: readonly (readonly [count: number, text: string, mostMb: number])[] = [
    [2000, '2,000 streams', 100],
    [5000, '5,000 streams', 200],
  ];
  const rows = streams.flatMap(([count, text, mostMb]) => {
    const workload = `paced-${count}`;
    return [
      barOf(results, {
        workload,
        text: `${text}, events lost`,
        wanted: '0',
        decimals: 0,
        got: named(results, workload, 'proxy', 'lost'),
        isMet: atMost(0),
      }),
      barOf(results, {
        workload,
        text: `${text}, RSS highest, MB`,
        wanted: `< ${mostMb}`,
        decimals: 0,
        got: named(results, workload, 'proxy', 'peakMb'),
        isMet: (got) => got < mostMb,
      }),
    ];
  });
  const idle = barOf(results, {
    workload: 'idle',
    text: 'idle RSS, MB',
    wanted: '≤ 45',
    decimals: 1,
    got: named(results, 'idle', 'proxy', 'idleMb'),
    isMet: atMost(45),
  });
  return [...rows, idle];
}

function severalCores(results: Results, { hasFreeCpu }: Surroundings): Bar {
  return barOf(results, {
    workload: 'json-32',
    text: 'two processes ÷ one, small JSON',
    wanted: hasFreeCpu ? '≥ 1.7' : '≥ 1 (no cpu is free)',
    decimals: 2,
    got: ratio(results, 'json-32', 'perSecond', ['two', 'proxy']),
    isMet: atLeast(hasFreeCpu ? 1.7 : 1),
    by: 'two',
  });
}

/** Workloads in which a lead has to be larger. */
const larger: ReadonlySet<string> = new Set(['json-1', 'json-32', 'json-256', 'upload-1mb']);

/** The workload with the smallest lead over whoever of the peers is fastest there, and that lead. */
export function smallestLead(
  results: Results,
  peers: readonly string[],
  isMeant: (workload: string) => boolean,
): { readonly lead: number; readonly workload: string; readonly peer: string } | undefined {
  const leads = [...results.keys()]
    .filter(({ name, rows }) => isMeant(name) && rows.some(({ figure }) => figure === 'perSecond'))
    .flatMap(({ name }) => {
      const ours = named(results, name, 'proxy', 'perSecond');
      if (ours === undefined) return [];
      const theirs = peers.flatMap((peer) => {
        const rate = named(results, name, peer, 'perSecond');
        return rate === undefined || rate === 0 ? [] : [{ peer, rate }];
      });
      const [fastest] = theirs.toSorted((a, b) => b.rate - a.rate);
      return fastest === undefined ? [] : [{ lead: ours / fastest.rate, workload: name, peer: fastest.peer }];
    });
  return leads.toSorted((a, b) => a.lead - b.lead)[0];
}

function leads(results: Results, { peers }: Surroundings): Bar[] {
  const bar = (text: string, least: number, isMeant: (workload: string) => boolean): Bar => {
    const found = smallestLead(results, peers, isMeant);
    return barOf(results, {
      workload: found?.workload ?? '',
      text,
      wanted: `≥ ${least} × the fastest peer`,
      decimals: 1,
      got: found?.lead,
      isMet: atLeast(least),
      note: found === undefined ? undefined : `${found.workload}, ${found.peer}`,
    });
  };
  return [
    bar('small JSON and 1 MB bodies', 5, (name) => larger.has(name)),
    // How many streams a second end as aborts says nothing of a target.
    bar('any other rate', 3, (name) => !larger.has(name) && name !== 'aborts'),
  ];
}

export function goals(results: Results, surroundings: Surroundings): Bar[] {
  return [
    ...rates(results),
    ...latencies(results),
    ...held(results),
    severalCores(results, surroundings),
    ...leads(results, surroundings),
  ];
}
