/** What is asked of each target, in the order of the report. docs/benchmarks.md says it for readers. */
import { jsonPath, streamOf } from '../instrument/measuring.ts';
import { CannotMeasure } from '../instrument/processes.ts';
import type { Tools } from '../instrument/tools.ts';
import type { Instance } from '../targets/target.ts';
import { aborts } from './aborts.ts';
import { choose } from './choose.ts';
import { closed } from './closed.ts';
import { counting } from './counting.ts';
import { failover } from './failover.ts';
import { idle } from './idle.ts';
import { ledger } from './ledger.ts';
import { page } from './page.ts';
import { paced } from './paced.ts';
import { recordings } from './recording.ts';
import { soak } from './soak.ts';
import { starting } from './starting.ts';
import { steady } from './steady.ts';
import type { Workload } from './workload.ts';

export const workloads: readonly Workload[] = [
  choose,
  starting,
  idle,
  closed('json-1', 'small JSON, 1 connection', { connections: 1 }),
  closed('json-32', 'small JSON, 32 connections', { connections: 32 }),
  ...recordings,
  closed('json-256', 'small JSON, 256 connections', { connections: 256 }),
  steady,
  closed('upload-49kb', '49 KB bodies, 32 connections', { connections: 32, body: 49_000 }),
  closed('upload-1mb', '1 MB bodies, 8 connections', { connections: 8, body: 1_000_000 }),
  closed('upload-8mb', '8 MB bodies, 8 connections', { connections: 8, body: 8_000_000, when: 'asked' }),
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
  closed('tls-json-32', 'small JSON, 32 connections, TLS to the upstream', {
    connections: 32,
    upstream: 'tls',
    when: 'asked',
  }),
  paced(500, 50, { when: 'asked' }),
  paced(2000, 100),
  paced(5000, 200, { when: 'asked' }),
  paced(500, 50, { upstream: 'tls', when: 'asked' }),
  counting,
  failover,
  aborts,
  page,
  soak,
  ledger,
];

/**
 * Lets a just-in-time compiler see the common paths before anything counts, calls and streams for the same time: what is
 * measured is a server that has been up for a while. What is machine code from the start needs none of it.
 */
export async function warmUp(tools: Tools, instance: Instance, isCompiled: boolean): Promise<void> {
  for (let round = 0; round < (isCompiled ? 1 : 3); round += 1) {
    const seconds = isCompiled ? 1 : 4;
    await tools.load('closed', instance, { connections: 32, seconds, path: jsonPath });
    await tools.load('closed', instance, {
      connections: 32,
      seconds,
      path: streamOf('fast'),
      events: 200,
    });
  }
}

/** Which workloads somebody means. */
export interface Wanted {
  /** Names, or their beginnings; none for the usual ones. */
  readonly only: readonly string[];
  /** Those too that are not measured unless they are asked for. */
  readonly all: boolean;
  /** Those too that take many minutes. */
  readonly long: boolean;
}

/**
 * What is meant, in the order of the report. Any name may be cut short, but for one that takes many minutes; a whole
 * name means that workload alone, though another one's begins with it.
 */
export function chosenWorkloads({ only, all, long }: Wanted): Workload[] {
  const names = workloads.map(({ name }) => name);
  for (const name of only)
    if (!names.some((each) => each.startsWith(name)))
      throw new CannotMeasure(`There is no workload "${name}". There are: ${names.join(', ')}`);
  const isNamed = (name: string): boolean =>
    only.some((start) => name === start || (!names.includes(start) && name.startsWith(start)));
  const isMeant = ({ name, when }: Workload): boolean => {
    if (when === 'long') return only.includes(name) || (long && (only.length === 0 || isNamed(name)));
    return only.length > 0 ? isNamed(name) : when === undefined || all;
  };
  const chosen = workloads.filter(isMeant);
  if (chosen.length === 0)
    throw new CannotMeasure(`"${only.join(', ')}" takes many minutes: give its whole name, or --long.`);
  return chosen;
}
