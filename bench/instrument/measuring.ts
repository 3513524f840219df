/** How a target is watched while it does a workload. */
import { cpuSeconds, idleSeconds, machineSeconds, treeOf } from './machine.ts';
import { memoryOf, type Instance } from '../targets/target.ts';
import type { LoadReport, Tools } from './tools.ts';

export function troublesIn(report: LoadReport): string[] {
  const told = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : []);
  return [
    ...told(report.badStatus, `answers with status ${report.lastBadStatus}`),
    ...told(report.broken, 'answers cut off'),
    ...told(report.wrong, 'answers or events that were not what was sent'),
    ...told(report.connectErrors, 'connections refused'),
    ...told(report.unanswered, 'requests without an answer'),
  ];
}

export interface Watched {
  readonly report: LoadReport;
  /** Percent of one cpu: what the target used; what programs used that have no part in the run. */
  readonly busy: number | undefined;
  readonly others: number;
  /** Percent of the time in which the target's cpu had something to do; undefined where it has none. */
  readonly full: number | undefined;
  readonly peakMb: number | undefined;
  /** What the watching itself had to do. */
  readonly troubles: readonly string[];
}

/** What no target may take of the machine. */
const tooMuchMb = 6_000;

/** Runs `work` and watches the target and the machine meanwhile. */
export async function watched(
  tools: Tools,
  instance: Instance,
  work: () => Promise<LoadReport>,
): Promise<Watched> {
  const pids = instance.pids();
  const cpu = pids.length > 0 ? tools.pinning?.target : undefined;
  const read = () => ({
    machine: machineSeconds(),
    idle: cpu === undefined ? 0 : idleSeconds(cpu),
    target: cpuSeconds(pids),
    ours: cpuSeconds([process.pid, tools.upstreamPid]),
    at: performance.now() / 1000,
  });
  const before = read();
  let peakMb = memoryOf(instance);
  let isTooMuch = false;
  const sampler = setInterval(() => {
    peakMb = pids.length === 0 ? undefined : Math.max(peakMb ?? 0, memoryOf(instance) ?? 0);
    if (isTooMuch || (peakMb ?? 0) < tooMuchMb) return;
    // One peer took 9 GB for 2,000 streams; the machine is not to die of it.
    isTooMuch = true;
    void instance.stop();
  }, 250);
  try {
    const report = await work();
    const after = read();
    const percent = (seconds: number): number => (100 * seconds) / (after.at - before.at);
    const target = after.target - before.target;
    const known = target + after.ours - before.ours; // the load generator is a child of this process
    return {
      report,
      busy: pids.length === 0 || isTooMuch ? undefined : percent(target),
      others: Math.max(0, percent(after.machine - before.machine - known)),
      full: cpu === undefined ? undefined : 100 - percent(after.idle - before.idle),
      peakMb,
      troubles: isTooMuch ? [`ended, since it had taken ${Math.round(peakMb ?? 0)} MB`] : [],
    };
  } finally {
    clearInterval(sampler);
  }
}

/**
 * What programs that have no part in the run use of the machine until it is asked (percent of a cpu); for what no target
 * does alone.
 */
export function watchOthers(): () => number {
  const read = () => ({ machine: machineSeconds(), ours: cpuSeconds(treeOf(process.pid)), at: Date.now() });
  const before = read();
  return () => {
    const after = read();
    const foreign = after.machine - before.machine - (after.ours - before.ours);
    return Math.max(0, (100_000 * foreign) / (after.at - before.at));
  };
}

/** What holds for every workload: the target swapped the key, and its streams upstream are over. */
export async function leftBehind(tools: Tools): Promise<{ troubles: string[]; streaming: number }> {
  for (let tries = 0; tries < 50 && (await tools.stats()).streaming > 0; tries++) await Bun.sleep(100);
  const { foreignKeys, streaming } = await tools.stats();
  const troubles = [];
  if (foreignKeys > 0) troubles.push(`${foreignKeys} requests reached the upstream with another key`);
  if (streaming > 0) troubles.push(`${streaming} streams still open upstream`);
  return { troubles, streaming };
}

export const jsonPath = '/v1/messages?answer=json';

export const streamOf = (answer: string): string => `/v1/messages?answer=${answer}&events=200`;

/** Milliseconds of the load generator's microseconds. */
export const ms = (us: number | undefined): number | undefined => (us === undefined ? undefined : us / 1000);

/** The middle value, or the mean of the two in the middle. Undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
