/** Ten minutes in which three of ten clients leave: whether memory goes on growing. */
import { leftBehind, troublesIn, watched } from '../instrument/measuring.ts';
import { memoryOf } from '../targets/target.ts';
import { busyRow, type Workload } from './workload.ts';

const seconds = 600;
const quickSeconds = 30;
const leavePercent = 30;

/** 100 connections, each stream of 20 events within 0.4 s, left after its third by 30 in a hundred, half of those with a reset. */
export const soak: Workload = {
  name: 'soak',
  title: 'ten minutes of streams, 100 at once, 30 % of them left by their clients',
  fresh: 'warm',
  when: 'long',
  saturates: false,
  maxRounds: 1,
  withoutDirect: true,
  rows: [
    { figure: 'idleMb', label: 'RSS before, MB', decimals: 1 },
    { figure: 'earlyMb', label: 'RSS after a tenth, MB', decimals: 1 },
    { figure: 'middleMb', label: 'RSS after half, MB', decimals: 1 },
    { figure: 'lateMb', label: 'RSS at the end, MB', decimals: 1 },
    { figure: 'quietMb', label: 'RSS when it is over, MB', decimals: 1 },
    { figure: 'peakMb', label: 'RSS highest, MB', decimals: 1 },
    { figure: 'completed', label: 'streams read to the end', decimals: 0 },
    { figure: 'left', label: 'streams left', decimals: 0 },
    { figure: 'cancelled', label: 'of them ended upstream, %', decimals: 0 },
    { figure: 'leftOpen', label: 'streams left open upstream', decimals: 0, worst: true },
    busyRow,
  ],
  async run(tools, instance, quick) {
    await tools.reset();
    const whole = quick ? quickSeconds : seconds;
    const idleMb = memoryOf(instance);
    const at = async (part: number): Promise<number | undefined> => {
      await Bun.sleep(part * whole * 1000);
      return memoryOf(instance);
    };
    const marks = [at(0.1), at(0.5), at(0.99)];
    const watch = await watched(tools, instance, () =>
      tools.load('closed', instance, {
        connections: 100,
        path: '/v1/messages?answer=paced&events=20&interval_us=20000',
        events: 20,
        'leave-percent': leavePercent,
        seconds: whole,
      }),
    );
    const [earlyMb, middleMb, lateMb] = await Promise.all(marks);
    const { report, busy, others, peakMb } = watch;
    const { troubles, streaming } = await leftBehind(tools);
    const { aborted } = await tools.stats();
    // Collectors give memory back when it is quiet.
    await Bun.sleep(quick ? 2000 : 10_000);
    return {
      figures: {
        idleMb,
        earlyMb,
        middleMb,
        lateMb,
        quietMb: memoryOf(instance),
        peakMb,
        completed: report.requests,
        left: report.left,
        cancelled: report.left === 0 ? undefined : (100 * aborted) / report.left,
        leftOpen: streaming,
        busy,
        others,
      },
      troubles: [...watch.troubles, ...troublesIn(report), ...troubles],
      raw: [report],
    };
  },
};
