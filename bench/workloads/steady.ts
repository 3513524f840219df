/** As many requests a second as a team sends: what a target adds to each of them. */
import { jsonPath, leftBehind, ms, troublesIn, watched } from '../instrument/measuring.ts';
import type { Workload } from './workload.ts';

/** 200 requests a second on 32 connections, each timed from the moment it was due. */
export const steady: Workload = {
  name: 'rate-200',
  title: 'small JSON, 200 requests a second',
  fresh: false,
  saturates: false,
  rows: [
    { figure: 'p50', label: 'p50, ms', decimals: 3, ratio: true },
    { figure: 'p99', label: 'p99, ms', decimals: 3, ratio: true },
    { figure: 'addedP50', label: 'p50 above direct, ms', decimals: 3, ratio: true },
    { figure: 'addedP99', label: 'p99 above direct, ms', decimals: 3, ratio: true },
    { figure: 'late', label: 'generator late p50, ms', decimals: 3 },
  ],
  async run(tools, instance, quick) {
    await tools.reset();
    const watch = await watched(tools, instance, () =>
      tools.load('rate', instance, {
        connections: 32,
        path: jsonPath,
        rate: 200,
        seconds: quick ? 2 : 5,
        'warmup-ms': 500,
      }),
    );
    const { report, others } = watch;
    const { troubles } = await leftBehind(tools);
    return {
      figures: {
        p50: ms(report.latency?.p50Us),
        p99: ms(report.latency?.p99Us),
        late: ms(report.late?.p50Us),
        others,
      },
      troubles: [...watch.troubles, ...troublesIn(report), ...troubles],
      raw: [report],
    };
  },
};
