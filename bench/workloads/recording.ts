/** What it costs to write calls down: one process, whose ledger is switched on and off while it serves. */
import { z } from 'zod';
import {
  jsonPath,
  leftBehind,
  median,
  streamOf,
  troublesIn,
  watched,
  type Watched,
} from '../instrument/measuring.ts';
import type { Instance } from '../targets/target.ts';
import type { LoadReport, Tools } from '../instrument/tools.ts';
import type { Workload } from './workload.ts';

/** Long enough for a dozen transactions; short enough that a machine that slows down slows both sides of a pair. */
const sliceSeconds = 2;
/** Until the settings file was seen, and what was recorded before is on the disk. */
const settleMs = 1_200;

interface Slice {
  readonly watch: Watched;
  readonly report: LoadReport;
  readonly troubles: readonly string[];
}

/** What the calls are. */
interface Calls {
  readonly path: string;
  /** Bytes of each request's body. */
  readonly body: number;
  /** Of each answer. */
  readonly events: number;
}

const smallJson: Calls = { path: jsonPath, body: 1024, events: 0 };
/** A turn of Claude Code: its first body, and an answer that streams. */
const turns: Calls = { path: streamOf('fast'), body: 49_000, events: 200 };

export const recordings: readonly Workload[] = [
  recording('recording', 'small JSON, 32 connections', smallJson),
  {
    ...recording('recording-turns', '49 KB bodies and streams of 200 events, 32 connections', turns),
    when: 'asked',
  },
];

/**
 * Two processes beside one another differ by more than recording costs: by where their memory lies, by what their
 * compilers chose. So pairs of slices are compared within one, on and off and off and on in turn.
 */
function recording(name: string, what: string, calls: Calls): Workload {
  return {
    name,
    title: `${what}, with the ledger on and off in one process`,
    fresh: 'warm',
    saturates: false,
    ofProxy: true,
    maxRounds: 1,
    rows: [
      { figure: 'on', label: 'on, requests a second', decimals: 0 },
      { figure: 'off', label: 'off, requests a second', decimals: 0 },
      { figure: 'kept', label: 'on / off, median of pairs', decimals: 3 },
      { figure: 'p50On', label: 'on, p50, ms', decimals: 3 },
      { figure: 'p50Off', label: 'off, p50, ms', decimals: 3 },
      { figure: 'pairs', label: 'pairs', decimals: 0 },
    ],
    async run(tools, instance, quick) {
      const pairs = quick ? 3 : 15;
      const on: Slice[] = [];
      const off: Slice[] = [];
      for (let pair = 0; pair < pairs; pair++) {
        for (const isOn of pair % 2 === 0 ? [true, false] : [false, true]) {
          (isOn ? on : off).push(await slice(tools, instance, calls, isOn));
        }
      }
      const rates = (slices: readonly Slice[]): number[] => slices.map(({ report }) => report.perSecond);
      const p50s = (slices: readonly Slice[]): number[] =>
        slices.map(({ report }) => (report.latency?.p50Us ?? 0) / 1000);
      const offRates = rates(off);
      const all = [...on, ...off];
      const { troubles } = await leftBehind(tools);
      return {
        figures: {
          on: median(rates(on)),
          off: median(offRates),
          kept: median(rates(on).map((rate, at) => rate / (offRates[at] ?? Number.NaN))),
          p50On: median(p50s(on)),
          p50Off: median(p50s(off)),
          pairs,
          others: Math.max(...all.map(({ watch }) => watch.others)),
        },
        troubles: [...all.flatMap((one) => one.troubles), ...troubles],
        raw: all.map(({ report }) => report),
      };
    },
  };
}

async function slice(tools: Tools, instance: Instance, calls: Calls, isOn: boolean): Promise<Slice> {
  instance.configure?.(`[ledger]\nenabled = ${isOn}\n`);
  await Bun.sleep(settleMs);
  const before = await recorded(instance);
  const watch = await watched(tools, instance, () =>
    tools.load('closed', instance, {
      connections: 32,
      ...calls,
      seconds: sliceSeconds,
      // The first transaction comes after half a second.
      'warmup-ms': 700,
    }),
  );
  const { report } = watch;
  const count = (await recorded(instance)) - before;
  const wanted = isOn ? count >= report.requests : count === 0;
  const troubles = wanted ? [] : [`${count} calls went to the ledger while it was ${isOn ? 'on' : 'off'}`];
  return { watch, report, troubles: [...troublesIn(report), ...troubles] };
}

const status = z.object({ ledger: z.object({ waiting: z.number(), written: z.number() }) });

/** Calls that the ledger took since the start. */
async function recorded({ port }: Instance): Promise<number> {
  const { ledger } = status.parse(await (await fetch(`http://127.0.0.1:${port}/status`)).json());
  return ledger.waiting + ledger.written;
}
