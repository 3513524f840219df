/** The instrument's own two programs: compiled when their sources are newer, started, and asked. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Pinning } from './machine.ts';
import { CannotMeasure, type Processes } from './processes.ts';

/** The credential every target must send upstream, and the one clients send; the mock counts strangers. */
export const upstreamKey = 'sk-ant-api03-bench-upstream';
/** Of an account that the mock refuses when it is told to. */
export const failingKey = 'sk-ant-api03-bench-failing';
const clientKey = 'sk-ant-api03-bench-client';

const sources = join(import.meta.dirname, 'c');
const cache = join(import.meta.dirname, '..', '..', '.cache', 'bench');

/** Compiles `name`.c into the cache unless that is newer than its sources; gives the path. */
async function compiled(
  name: 'upstream' | 'load',
  processes: Processes,
  options: readonly string[] = [],
): Promise<string> {
  // Its own name in a process list, so that nobody who ends "upstream" means this one.
  const program = join(cache, `bench-${[name, ...options].join('')}`);
  const source = join(sources, `${name}.c`);
  const parts = [source, ...new Bun.Glob('*.h').scanSync({ cwd: sources, absolute: true })];
  const newest = Math.max(...parts.map((path) => statSync(path).mtimeMs));
  if ((statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return program;
  if (Bun.which('cc') === null)
    throw new CannotMeasure(
      'There is no C compiler (cc). Upstream and load generator are C: apt-get install -y gcc libc6-dev',
    );
  mkdirSync(cache, { recursive: true });
  await processes.run(['cc', '-O3', '-Wall', '-o', program, source, ...options]);
  return program;
}

/** The upstream, with its TLS door where OpenSSL is there: to be compiled with, and to make a certificate. */
async function startUpstream(processes: Processes, cpu: string | undefined) {
  const hasTls = existsSync('/usr/include/openssl/ssl.h') && Bun.which('openssl') !== null;
  const options = hasTls ? ['-DWITH_TLS', '-lssl', '-lcrypto'] : [];
  const program = await compiled('upstream', processes, options);
  const certificate = join(processes.folder, 'upstream.crt');
  const key = join(processes.folder, 'upstream.key');
  if (hasTls) await processes.run(certificateCommand(certificate, key));
  const secured = hasTls ? [certificate, key] : [];
  const upstream = processes.start([program, upstreamKey, failingKey, ...secured], { cpu });
  const [, port, tlsPort] = await upstream.line(/^(\d+)(?: (\d+))?$/m, 5000);
  const plain: Address = { port: Number(port), url: `http://127.0.0.1:${port}` };
  const tls: Address | undefined =
    tlsPort === undefined
      ? undefined
      : { port: Number(tlsPort), url: `https://localhost:${tlsPort}`, ca: certificate };
  return { upstream, plain, tls };
}

/** One that nobody else trusts, for `localhost`, for as long as a run. */
function certificateCommand(certificate: string, key: string): string[] {
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  return ['openssl', 'req', ...made, ...names, '-out', certificate, '-keyout', key];
}

const quantiles = z.object({ count: z.number(), p50Us: z.number(), p99Us: z.number(), maxUs: z.number() });

/** What the load generator has seen. Times are microseconds. */
const loadReport = z.object({
  requests: z.number(),
  /** Streams that were left on purpose. */
  left: z.number(),
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
  /** Answers to the failing account. */
  failed: z.number(),
  /** Connections made to it. */
  accepted: z.number(),
});
export type UpstreamStats = z.infer<typeof upstreamStats>;

/** Where an upstream is; with `ca`, the certificate (PEM) to trust there, it speaks TLS. */
export interface Address {
  readonly port: number;
  readonly url: string;
  readonly ca?: string;
}

/** Whom load is sent to, and what it wants of its clients. */
export interface Whom {
  readonly port: number;
  /** Instead of the clients' own key. */
  readonly key?: string;
  /** `name: value`, beside those of a Claude Code call. */
  readonly headers?: readonly string[];
  /** The upstream may get another number of bytes than was sent: it writes bodies anew. */
  readonly mayChangeLength?: boolean;
}

/** `load` as its usage says: closed, rate, paced or aborts, then its options without the dashes. */
export type LoadOptions = Readonly<Record<string, string | number>>;

export interface Tools {
  readonly upstream: Address;
  /** The same upstream behind TLS; undefined where it has none. */
  readonly tls: Address | undefined;
  readonly upstreamPid: number;
  readonly pinning: Pinning | undefined;
  load(mode: 'closed' | 'rate' | 'paced' | 'aborts', whom: Whom, options: LoadOptions): Promise<LoadReport>;
  stats(): Promise<UpstreamStats>;
  reset(): Promise<void>;
  /** From now on the failing account is answered with this status; with 0 like any other. */
  fail(status: number): Promise<void>;
}

export async function startTools(processes: Processes, pinning: Pinning | undefined): Promise<Tools> {
  const load = await compiled('load', processes);
  const { upstream, plain, tls } = await startUpstream(processes, pinning?.upstream);
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${plain.url}${path}`).catch((error: unknown) => {
      throw new CannotMeasure(`The upstream does not answer (${String(error)}).\n${upstream.lastWords()}`);
    });
    return answer.json();
  };
  return {
    upstream: plain,
    tls,
    upstreamPid: upstream.pid,
    pinning,
    async load(mode, whom, options) {
      // Some proxies drop the query on its way upstream.
      const [, query] = String(options['path'] ?? '').split('?');
      if (query !== undefined) await ask(`/usual?${query}`);
      const said = await processes
        .run([load, mode, ...loadArguments(whom, options)], { cpu: pinning?.load })
        .catch((error: unknown) => {
          throw new CannotMeasure(`${String(error)}\n${upstream.lastWords()}`);
        });
      return loadReport.parse(JSON.parse(said));
    },
    stats: async () => upstreamStats.parse(await ask('/stats')),
    async reset() {
      await ask('/reset');
    },
    async fail(status) {
      await ask(`/fail?status=${status}`);
    },
  };
}

/** The words `load` is started with. */
export function loadArguments(whom: Whom, options: LoadOptions): string[] {
  const { port, key = clientKey, headers = [], mayChangeLength = false } = whom;
  const given = Object.entries({ port, key, 'any-length': mayChangeLength ? 1 : 0, ...options });
  const words = [...given, ...headers.map((header) => ['header', header] as const)];
  return words.flatMap(([name, value]) => [`--${name}`, String(value)]);
}
