/** What is asked of each target, and which figures are kept. docs/benchmarks.md says it for readers. */
import { join } from 'node:path';
import { z } from 'zod';
import { jsonPath, leftBehind, troublesIn, watched } from './measuring.ts';
import { CannotMeasure } from './processes.ts';
import { recording } from './recording.ts';
import { starting } from './starting.ts';
import { memoryOf, type Instance } from './targets.ts';
import type { LoadReport, Tools } from './tools.ts';
import type { Figures, Measurement, Row, Workload } from './workload.ts';

const busyRow: Row = { figure: 'busy', label: 'cpu of the target, %', decimals: 0 };

/** As fast as the answers come, over `connections`. */
function closed(
  name: string,
  title: string,
  options: { connections: number; path?: string; body?: number; events?: number; restUs?: number },
): Workload {
  const { connections, path = jsonPath, body = 1024, events = 0, restUs = 0 } = options;
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
    ],
    async run(tools, instance, quick) {
      await tools.reset();
      const { report, busy, others, full } = await watched(tools, instance, () =>
        tools.load('closed', instance.port, {
          connections,
          path,
          body,
          events,
          seconds: quick ? 1 : 3,
          'warmup-ms': 500,
          'rest-us': restUs,
        }),
      );
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
        },
        troubles: [...troublesIn(report), ...troubles],
        raw: [report],
      };
    },
  };
}

const ms = (us: number | undefined): number | undefined => (us === undefined ? undefined : us / 1000);

/** 200 requests a second on 32 connections, each timed from the moment it was due. */
const steady: Workload = {
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
    const { report, others } = await watched(tools, instance, () =>
      tools.load('rate', instance.port, {
        connections: 32,
        path: jsonPath,
        rate: 200,
        seconds: quick ? 2 : 5,
        'warmup-ms': 500,
      }),
    );
    const { troubles } = await leftBehind(tools);
    return {
      figures: {
        p50: ms(report.latency?.p50Us),
        p99: ms(report.latency?.p99Us),
        late: ms(report.late?.p50Us),
        others,
      },
      troubles: [...troublesIn(report), ...troubles],
      raw: [report],
    };
  },
};

/** `streams` at once, each with an event every `intervalMs`. */
function paced(streams: number, intervalMs: number): Workload {
  return {
    name: `paced-${streams}`,
    title: `${streams} paced streams, ${1000 / intervalMs} events a second each`,
    fresh: 'warm',
    saturates: false,
    maxRounds: 2,
    rows: [
      { figure: 'lost', label: 'events lost', decimals: 0, worst: true },
      { figure: 'delayP50', label: 'delay an event p50, ms', decimals: 2 },
      { figure: 'delayP99', label: 'delay an event p99, ms', decimals: 2, ratio: true },
      { figure: 'addedDelayP50', label: 'p50 above direct, ms', decimals: 2 },
      { figure: 'firstByte', label: 'first byte p50, ms', decimals: 2 },
      { figure: 'idleMb', label: 'RSS before, MB', decimals: 0 },
      { figure: 'peakMb', label: 'RSS highest, MB', decimals: 0, ratio: true },
      busyRow,
    ],
    async run(tools, instance, quick) {
      await tools.reset();
      const idleMb = memoryOf(instance);
      // New streams come slowly enough that holding them is what is measured, and all are open at the end.
      const rampMs = streams * (quick ? 1.25 : 2);
      const events = Math.round((quick ? 4000 : 6000) / intervalMs);
      const { report, busy, others, peakMb } = await watched(tools, instance, () =>
        tools.load('paced', instance.port, {
          connections: streams,
          path: `/v1/messages?answer=paced&events=${events}&interval_us=${intervalMs * 1000}`,
          events,
          'ramp-ms': rampMs,
          seconds: Math.ceil((rampMs + events * intervalMs) / 1000) + 5,
        }),
      );
      const { peakStreaming } = await tools.stats();
      const { troubles } = await leftBehind(tools);
      if (peakStreaming < streams)
        troubles.push(`only ${peakStreaming} of ${streams} streams were open at once`);
      return {
        figures: {
          lost: report.eventsDue - report.events,
          delayP50: ms(report.delay?.p50Us),
          delayP99: ms(report.delay?.p99Us),
          firstByte: ms(report.firstByte?.p50Us),
          idleMb,
          peakMb,
          busy,
          others,
        },
        troubles: [...troublesIn(report), ...troubles],
        raw: [report],
      };
    },
  };
}

/** Streams that never end, left after three events, 100 at once; half of the clients vanish with a reset. */
const aborts: Workload = {
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
      const report = await tools.load('aborts', instance.port, {
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

/** Started, three seconds of nothing. */
const idle: Workload = {
  name: 'idle',
  title: 'idle',
  fresh: 'cold',
  saturates: false,
  withoutDirect: true,
  rows: [{ figure: 'idleMb', label: 'RSS, MB', decimals: 1 }],
  async run(_tools, instance) {
    await Bun.sleep(3000);
    return { figures: { idleMb: memoryOf(instance) }, troubles: [], raw: [] };
  },
};

/** The columns of `choose`. */
export const amongOne = '1 account';
export const amongThousand = '1,000 accounts';

const chosenBy = (what: string): string => `new session, ${what}, µs`;

/** What choosing an account costs, without any call: the pool alone, from the source. */
export const choose: Workload = {
  name: 'choose',
  title: 'choosing an account, µs of processor time',
  fresh: false,
  saturates: false,
  rows: [
    { figure: 'balanced', label: chosenBy('balanced'), decimals: 1 },
    { figure: 'round-robin', label: chosenBy('round-robin'), decimals: 1 },
    { figure: 'priority', label: chosenBy('priority'), decimals: 1 },
    { figure: 'soonest-reset', label: chosenBy('soonest-reset'), decimals: 1 },
    { figure: 'least-cost', label: chosenBy('least-cost'), decimals: 1 },
    { figure: 'next', label: 'after another failed, µs', decimals: 1 },
    { figure: 'allowed', label: 'of a key held to three, µs', decimals: 1 },
    { figure: 'pinned', label: 'named, µs', decimals: 1 },
    { figure: 'home', label: 'session at home, µs', decimals: 1 },
  ],
  run: () => Promise.reject(new CannotMeasure('choose is measured for itself.')),
  async alone({ processes, pinning }, quick) {
    const program = join(import.meta.dirname, 'choosing.ts');
    const command = [process.execPath, program, ...(quick ? ['--quick'] : [])];
    const said = await processes.run(command, { cpu: pinning?.target });
    const { one, thousand } = choosing.parse(JSON.parse(said));
    const measured = (figures: Figures): Measurement => ({ figures, troubles: [], raw: [] });
    return new Map([
      [amongOne, measured(one)],
      [amongThousand, measured(thousand)],
    ]);
  },
};

const costs = z.record(z.string(), z.number());
/** What `choosing.ts` prints. */
const choosing = z.object({ one: costs, thousand: costs });

const streamOf = (answer: string): string => `/v1/messages?answer=${answer}&events=200`;

export const workloads: readonly Workload[] = [
  choose,
  starting,
  idle,
  closed('json-1', 'small JSON, 1 connection', { connections: 1 }),
  closed('json-32', 'small JSON, 32 connections', { connections: 32 }),
  recording,
  closed('json-256', 'small JSON, 256 connections', { connections: 256 }),
  steady,
  closed('upload-1mb', '1 MB bodies, 8 connections', { connections: 8, body: 1_000_000 }),
  closed('sse-fast', 'SSE fast, 200 events, one write each, 32 connections', {
    connections: 32,
    path: streamOf('fast'),
    events: 200,
    restUs: 1000,
  }),
  closed('sse-coalesced', 'SSE, 200 events in one write, 32 connections', {
    connections: 32,
    path: streamOf('coalesced'),
    events: 200,
  }),
  paced(500, 50),
  paced(2000, 100),
  aborts,
];

/**
 * Lets a just-in-time compiler see the common paths before anything counts: what is measured is a server
 * that has been up for a while. nginx needs none of it.
 */
export async function warmUp(tools: Tools, instance: Instance, isCompiled: boolean): Promise<void> {
  const seconds = isCompiled ? 1 : 5;
  await tools.load('closed', instance.port, { connections: 16, seconds, path: jsonPath });
  await tools.load('closed', instance.port, {
    connections: 16,
    seconds: 1,
    path: streamOf('fast'),
    events: 200,
  });
}

/** The workloads whose names are, or begin with, one of `wanted`; all of them for none. */
export function chosenWorkloads(wanted: readonly string[]): Workload[] {
  for (const name of wanted)
    if (!workloads.some((workload) => workload.name.startsWith(name)))
      throw new CannotMeasure(
        `There is no workload "${name}". There are: ${workloads.map((workload) => workload.name).join(', ')}`,
      );
  return workloads.filter(
    ({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)),
  );
}
