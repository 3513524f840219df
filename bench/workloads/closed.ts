/** Requests that follow one another: what a target carries, and what each of them costs it. */
import { jsonPath, leftBehind, ms, troublesIn, watched } from '../instrument/measuring.ts';
import { busyRow, type Row, type Workload } from './workload.ts';

interface Closed {
  readonly connections: number;
  readonly path?: string;
  /** Bytes of each request's body. */
  readonly body?: number;
  /** Of each answer. */
  readonly events?: number;
  /** How long the load generator rests before each look at its sockets. */
  readonly restUs?: number;
  readonly upstream?: 'tls';
  readonly when?: Workload['when'];
}

/** As fast as the answers come, over `connections`. */
export function closed(name: string, title: string, options: Closed): Workload {
  const { connections, path = jsonPath, body = 1024, events = 0, restUs = 0, upstream } = options;
  const streams = events > 0;
  const times: Row[] = [
    { figure: 'p50', label: 'p50, ms', decimals: 2 },
    { figure: 'p99', label: 'p99, ms', decimals: 2 },
  ];
  return {
    name,
    title,
    fresh: false,
    saturates: connections > 1,
    ...(options.when !== undefined && { when: options.when }),
    // The load generator speaks no TLS: nothing can be measured without a proxy there.
    ...(upstream !== undefined && { upstream, withoutDirect: true }),
    rows: [
      {
        figure: 'perSecond',
        label: streams ? 'streams a second' : 'requests a second',
        decimals: 0,
        ratio: true,
      },
      ...(restUs > 0 ? [] : times),
      { figure: 'cpuUs', label: `cpu a ${streams ? 'stream' : 'request'}, µs`, decimals: 0, ratio: true },
      busyRow,
      ...(upstream === undefined
        ? []
        : [{ figure: 'accepted', label: 'connections upstream', decimals: 0 } satisfies Row]),
    ],
    async run(tools, instance, quick) {
      await tools.reset();
      const watch = await watched(tools, instance, () =>
        tools.load('closed', instance, {
          connections,
          path,
          body,
          events,
          seconds: quick ? 1 : 3,
          'warmup-ms': 500,
          'rest-us': restUs,
        }),
      );
      const { report, busy, others, full } = watch;
      const { accepted } = await tools.stats();
      const { troubles } = await leftBehind(tools);
      return {
        figures: {
          perSecond: report.perSecond,
          p50: ms(report.latency?.p50Us),
          p99: ms(report.latency?.p99Us),
          cpuUs: busy === undefined ? undefined : (busy * 10_000) / report.perSecond,
          busy,
          full,
          others,
          // Not those of the questions that were asked of the upstream itself.
          accepted: upstream === undefined ? undefined : accepted,
        },
        troubles: [...watch.troubles, ...troublesIn(report), ...troubles],
        raw: [report],
      };
    },
  };
}
