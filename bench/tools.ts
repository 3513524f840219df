/** The instrument's own two programs: compiled when their sources are newer, started, and asked. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Pinning } from './machine.ts';
import { CannotMeasure, type Processes } from './processes.ts';

/** The credential every target must send upstream, and the one clients send; the mock counts strangers. */
export const upstreamKey = 'sk-ant-api03-bench-upstream';
const clientKey = 'sk-ant-api03-bench-client';

const sources = import.meta.dirname;
const cache = join(import.meta.dirname, '..', '.cache', 'bench');

/** Compiles `name`.c into the cache unless that is newer than its sources; gives the path. */
async function compiled(name: 'upstream' | 'load', processes: Processes): Promise<string> {
  // Its own name in a process list, so that nobody who ends "upstream" means this one.
  const program = join(cache, `bench-${name}`);
  const source = join(sources, `${name}.c`);
  const parts = [source, ...new Bun.Glob('*.h').scanSync({ cwd: sources, absolute: true })];
  const newest = Math.max(...parts.map((path) => statSync(path).mtimeMs));
  if ((statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return program;
  if (Bun.which('cc') === null)
    throw new CannotMeasure(
      'There is no C compiler (cc). Upstream and load generator are C: apt-get install -y gcc libc6-dev',
    );
  mkdirSync(cache, { recursive: true });
  await processes.run(['cc', '-O3', '-Wall', '-o', program, source]);
  return program;
}

const quantiles = z.object({ count: z.number(), p50Us: z.number(), p99Us: z.number(), maxUs: z.number() });

/** What the load generator has seen. Times are microseconds. */
const loadReport = z.object({
  requests: z.number(),
  seconds: z.number(),
  perSecond: z.number(),
  events: z.number(),
  eventsDue: z.number(),
  bytes: z.number(),
  badStatus: z.number(),
  lastBadStatus: z.number(),
  broken: z.number(),
  wrong: z.number(),
  connectErrors: z.number(),
  reconnects: z.number(),
  unanswered: z.number(),
  cpuSeconds: z.number(),
  wallSeconds: z.number(),
  latency: quantiles.optional(),
  firstByte: quantiles.optional(),
  delay: quantiles.optional(),
  late: quantiles.optional(),
});
export type LoadReport = z.infer<typeof loadReport>;

const upstreamStats = z.object({
  open: z.number(),
  streaming: z.number(),
  peakStreaming: z.number(),
  requests: z.number(),
  aborted: z.number(),
  foreignKeys: z.number(),
  refused: z.number(),
});
export type UpstreamStats = z.infer<typeof upstreamStats>;

/** `load` as its usage says: closed, rate, paced or aborts, then its options without the dashes. */
export type LoadOptions = Readonly<Record<string, string | number>>;

export interface Tools {
  readonly upstreamPort: number;
  readonly upstreamPid: number;
  readonly pinning: Pinning | undefined;
  load(mode: 'closed' | 'rate' | 'paced' | 'aborts', port: number, options: LoadOptions): Promise<LoadReport>;
  stats(): Promise<UpstreamStats>;
  reset(): Promise<void>;
}

export async function startTools(processes: Processes, pinning: Pinning | undefined): Promise<Tools> {
  const load = await compiled('load', processes);
  const upstream = processes.start([await compiled('upstream', processes), upstreamKey], {
    cpu: pinning?.upstream,
  });
  const upstreamPort = Number((await upstream.line(/^(\d+)$/m, 5000))[1]);
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${upstreamPort}${path}`).catch((error: unknown) => {
      throw new CannotMeasure(`The upstream does not answer (${String(error)}).\n${upstream.lastWords()}`);
    });
    return answer.json();
  };
  return {
    upstreamPort,
    upstreamPid: upstream.pid,
    pinning,
    async load(mode, port, options) {
      // Straight to the upstream there is nobody to swap the key.
      const key = port === upstreamPort ? upstreamKey : clientKey;
      const given = Object.entries({ port, key, ...options }).flatMap(([name, value]) => [
        `--${name}`,
        String(value),
      ]);
      const said = await processes
        .run([load, mode, ...given], { cpu: pinning?.load })
        .catch((error: unknown) => {
          throw new CannotMeasure(`${String(error)}\n${upstream.lastWords()}`);
        });
      return loadReport.parse(JSON.parse(said));
    },
    stats: async () => upstreamStats.parse(await ask('/stats')),
    async reset() {
      await ask('/reset');
    },
  };
}
