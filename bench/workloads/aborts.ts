/** Clients that leave in the middle of their answers: whether anything of them stays behind. */
import { leftBehind, troublesIn } from '../instrument/measuring.ts';
import type { LoadReport } from '../instrument/tools.ts';
import { memoryOf } from '../targets/target.ts';
import type { Workload } from './workload.ts';

/** Streams that never end, left after three events, 100 at once; half of the clients vanish with a reset. */
export const aborts: Workload = {
  name: 'aborts',
  title: '10,000 streams left by their clients, 100 at once',
  fresh: 'cold',
  saturates: false,
  maxRounds: 1,
  rows: [
    { figure: 'idleMb', label: 'RSS before, MB', decimals: 1 },
    { figure: 'after1000Mb', label: 'RSS after 1,000, MB', decimals: 1 },
    { figure: 'after10000Mb', label: 'RSS after 10,000, MB', decimals: 1 },
    { figure: 'perSecond', label: 'aborts a second', decimals: 0 },
    { figure: 'leftOpen', label: 'streams left open upstream', decimals: 0, worst: true },
  ],
  async run(tools, instance, quick) {
    await tools.reset();
    const idleMb = memoryOf(instance);
    const leave = async (total: number): Promise<{ report: LoadReport; mb: number | undefined }> => {
      const report = await tools.load('aborts', instance, {
        connections: 100,
        path: '/v1/messages?answer=paced&events=0&interval_us=5000',
        total,
        seconds: 60,
      });
      await leftBehind(tools);
      // Collectors give memory back when it is quiet.
      if (idleMb !== undefined) await Bun.sleep(quick ? 2000 : 5000);
      return { report, mb: memoryOf(instance) };
    };
    const first = await leave(1000);
    const second = await leave(9000);
    const { troubles, streaming } = await leftBehind(tools);
    const { aborted } = await tools.stats();
    const left = first.report.requests + second.report.requests;
    if (left < 10_000) troubles.push(`only ${left} of 10000 streams came to be left`);
    if (aborted < left) troubles.push(`the upstream saw ${aborted} of ${left} streams end early`);
    return {
      figures: {
        idleMb,
        after1000Mb: first.mb,
        after10000Mb: second.mb,
        perSecond: second.report.requests / second.report.wallSeconds,
        leftOpen: streaming,
      },
      troubles: [...troublesIn(first.report), ...troublesIn(second.report), ...troubles],
      raw: [first.report, second.report],
    };
  },
};
