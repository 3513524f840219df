/** `/context` of Claude Code: 25 `count_tokens` at once, while others read their streams. Who waits for whom? */
import { leftBehind, ms, troublesIn, watched, type Watched } from '../instrument/measuring.ts';
import type { LoadReport, Tools } from '../instrument/tools.ts';
import type { Instance } from '../targets/target.ts';
import type { Workload } from './workload.ts';

const streams = 500;
const intervalMs = 50;
/** New streams come within this; the bursts begin behind it. */
const rampMs = 1000;
const atOnce = 25;
/** Bodies of `/context` have 83 bytes to 30 KB. */
const bodyBytes = 16_000;

export const counting: Workload = {
  name: 'counting',
  title: `${atOnce} count_tokens at once, twice a second, beside ${streams} streams of ${1000 / intervalMs} events a second`,
  fresh: 'warm',
  when: 'asked',
  saturates: false,
  maxRounds: 2,
  openFiles: 2.4 * streams,
  rows: [
    { figure: 'lost', label: 'events lost', decimals: 0, worst: true },
    { figure: 'aloneP50', label: 'delay alone p50, ms', decimals: 2 },
    { figure: 'aloneP99', label: 'delay alone p99, ms', decimals: 2 },
    { figure: 'besideP50', label: 'delay beside them p50, ms', decimals: 2 },
    { figure: 'besideP99', label: 'delay beside them p99, ms', decimals: 2, ratio: true },
    { figure: 'besideMax', label: 'delay beside them max, ms', decimals: 1 },
    { figure: 'countP50', label: 'count_tokens p50, ms', decimals: 2, ratio: true },
    { figure: 'countP99', label: 'count_tokens p99, ms', decimals: 2, ratio: true },
    { figure: 'counts', label: 'count_tokens answered', decimals: 0 },
  ],
  async run(tools, instance, quick) {
    await tools.reset();
    const lastMs = quick ? 3000 : 6000;
    const alone = await watched(tools, instance, () => hold(tools, instance, lastMs));
    let counted: Promise<LoadReport> | undefined;
    const beside = await watched(tools, instance, () => {
      counted = count(tools, instance, lastMs);
      return hold(tools, instance, lastMs);
    });
    const counts = await counted;
    const { troubles } = await leftBehind(tools);
    const all: Watched[] = [alone, beside];
    const reports = [...all.map(({ report }) => report), ...(counts === undefined ? [] : [counts])];
    return {
      figures: {
        lost: all.reduce((sum, { report }) => sum + report.eventsDue - report.events, 0),
        aloneP50: ms(alone.report.delay?.p50Us),
        aloneP99: ms(alone.report.delay?.p99Us),
        besideP50: ms(beside.report.delay?.p50Us),
        besideP99: ms(beside.report.delay?.p99Us),
        besideMax: ms(beside.report.delay?.maxUs),
        countP50: ms(counts?.latency?.p50Us),
        countP99: ms(counts?.latency?.p99Us),
        counts: counts?.requests,
        others: Math.max(...all.map(({ others }) => others)),
      },
      troubles: [...all.flatMap((one) => one.troubles), ...reports.flatMap(troublesIn), ...troubles],
      raw: reports,
    };
  },
};

function hold(tools: Tools, instance: Instance, lastMs: number): Promise<LoadReport> {
  const events = Math.round(lastMs / intervalMs);
  return tools.load('paced', instance, {
    connections: streams,
    path: `/v1/messages?answer=paced&events=${events}&interval_us=${intervalMs * 1000}`,
    events,
    'ramp-ms': rampMs,
    seconds: Math.ceil((rampMs + lastMs) / 1000) + 5,
  });
}

/** Bursts for as long as every stream is there. */
async function count(tools: Tools, instance: Instance, lastMs: number): Promise<LoadReport> {
  await Bun.sleep(rampMs);
  return tools.load('rate', instance, {
    connections: atOnce,
    // Without a query: the upstream knows the path, and a query would say what its streams are.
    path: '/v1/messages/count_tokens',
    body: bodyBytes,
    rate: 2 * atOnce,
    burst: atOnce,
    seconds: (lastMs - rampMs) / 1000,
  });
}
