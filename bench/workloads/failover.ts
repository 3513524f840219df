/** An account that cannot serve, and the next one that does: what a call loses by it. The proxy alone, beside itself. */
import { jsonPath, leftBehind, median, ms, troublesIn, watched } from '../instrument/measuring.ts';
import type { LoadReport, Tools } from '../instrument/tools.ts';
import type { Instance } from '../targets/target.ts';
import type { Workload } from './workload.ts';

interface Slice {
  readonly report: LoadReport;
  readonly cpuUs: number | undefined;
  readonly others: number;
  readonly troubles: readonly string[];
}

/**
 * The first account answers 429 without naming a window or a moment, so it is never rested and every call meets it
 * (docs/routing.md). Each request is a session of its own, since a session would stay where it was served. With 529
 * the account is asked again after a pause, then avoided: that is a pause by design, so one call tells it.
 */
export const failover: Workload = {
  name: 'failover',
  title: 'small JSON whose first account refuses, the second serves',
  fresh: 'warm',
  when: 'asked',
  saturates: false,
  ofProxy: true,
  mayFail: true,
  maxRounds: 1,
  rows: [
    { figure: 'plain', label: 'served at once, a second', decimals: 0 },
    { figure: 'moved', label: 'after a 429, a second', decimals: 0 },
    { figure: 'plainCpuUs', label: 'served at once, cpu µs', decimals: 0 },
    { figure: 'movedCpuUs', label: 'after a 429, cpu µs', decimals: 0 },
    { figure: 'plainP50', label: 'at once, 200/s, p50 ms', decimals: 3 },
    { figure: 'movedP50', label: 'after a 429, 200/s, p50 ms', decimals: 3 },
    { figure: 'plainP99', label: 'at once, 200/s, p99 ms', decimals: 3 },
    { figure: 'movedP99', label: 'after a 429, 200/s, p99 ms', decimals: 3 },
    { figure: 'overloadedMs', label: 'the first call after 529, ms', decimals: 0 },
  ],
  async run(tools, instance, quick) {
    const pairs = quick ? 1 : 3;
    const fast: Record<'plain' | 'moved', Slice[]> = { plain: [], moved: [] };
    const calm: Record<'plain' | 'moved', Slice[]> = { plain: [], moved: [] };
    for (let pair = 0; pair < pairs; pair++) {
      for (const kind of ['plain', 'moved'] as const) {
        const status = kind === 'plain' ? 0 : 429;
        fast[kind].push(await slice(tools, instance, status, 'closed'));
        calm[kind].push(await slice(tools, instance, status, 'rate'));
      }
    }
    const overloaded = await firstCall(tools, instance, 529);
    await tools.fail(0);
    const { troubles } = await leftBehind(tools);
    const all = [...fast.plain, ...fast.moved, ...calm.plain, ...calm.moved];
    const middle = (slices: readonly Slice[], of: (slice: Slice) => number | undefined) =>
      median(slices.map(of).filter((value) => value !== undefined));
    const perSecond = ({ report }: Slice): number => report.perSecond;
    const p50 = ({ report }: Slice): number | undefined => ms(report.latency?.p50Us);
    const p99 = ({ report }: Slice): number | undefined => ms(report.latency?.p99Us);
    return {
      figures: {
        plain: middle(fast.plain, perSecond),
        moved: middle(fast.moved, perSecond),
        plainCpuUs: middle(fast.plain, ({ cpuUs }) => cpuUs),
        movedCpuUs: middle(fast.moved, ({ cpuUs }) => cpuUs),
        plainP50: middle(calm.plain, p50),
        movedP50: middle(calm.moved, p50),
        plainP99: middle(calm.plain, p99),
        movedP99: middle(calm.moved, p99),
        overloadedMs: ms(overloaded.latency?.maxUs),
        others: Math.max(...all.map(({ others }) => others)),
      },
      troubles: [...all.flatMap((one) => one.troubles), ...troublesIn(overloaded), ...troubles],
      raw: [...all.map(({ report }) => report), overloaded],
    };
  },
};

async function slice(
  tools: Tools,
  instance: Instance,
  status: number,
  mode: 'closed' | 'rate',
): Promise<Slice> {
  await tools.reset();
  await tools.fail(status);
  const watch = await watched(tools, instance, () =>
    tools.load(mode, instance, {
      connections: 32,
      path: jsonPath,
      seconds: 2,
      'new-sessions': 1,
      ...(mode === 'rate' && { rate: 200 }),
    }),
  );
  const { report, busy, others } = watch;
  const { failed, requests } = await tools.stats();
  const met = status === 0 ? failed === 0 : failed >= requests;
  const troubles = met ? [] : [`${failed} of ${requests} calls were refused first, with ${status}`];
  return {
    report,
    cpuUs: busy === undefined ? undefined : (busy * 10_000) / report.perSecond,
    others,
    troubles: [...watch.troubles, ...troublesIn(report), ...troubles],
  };
}

/** One call after the other: the first of them meets the account that refuses, later ones know better. */
async function firstCall(tools: Tools, instance: Instance, status: number): Promise<LoadReport> {
  await tools.fail(status);
  return tools.load('closed', instance, { connections: 1, path: jsonPath, seconds: 2, 'new-sessions': 1 });
}
