/** How long somebody waits for a proxy that was just started: the time to its first answer. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { CannotMeasure } from '../instrument/processes.ts';
import type { World } from '../targets/target.ts';
import { upstreamKey } from '../instrument/tools.ts';
import type { Figures, Measurement, Workload } from './workload.ts';

/** The column of `start`: the program in no other shape than users have it. */
export const started = 'binary';

const rounds = 15;
const quickRounds = 5;
/** Longer than any start that is worth a figure (ms). */
const giveUpMs = 10_000;

export const starting: Workload = {
  name: 'start',
  title: 'from starting the program to its first answers, with one account, ms',
  fresh: false,
  saturates: false,
  rows: [
    { figure: 'listeningMs', label: 'it says that it listens', decimals: 0 },
    { figure: 'servedMs', label: 'a call is answered', decimals: 0 },
    { figure: 'slowestMs', label: 'the slowest of all rounds', decimals: 0, worst: true },
  ],
  async alone(world, quick) {
    if (world.binary === undefined) return new Map<string, Measurement>();
    const { binary, processes, upstream } = world;
    const home = join(mkdtempSync(join(processes.folder, 'start-')), 'home');
    mkdirSync(home, { mode: 0o700 });
    const env = { PATH: process.env['PATH'] ?? '', CCPROXY_HOME: home, CCPROXY_VAULT_BACKEND: 'key-file' };
    const account = ['auth', 'add', 'bench', '--kind', 'api-key', '--secret-stdin'];
    const base = ['--base-url', upstream.url];
    await processes.run([binary, ...account, ...base], { env, input: `${upstreamKey}\n` });
    const measured: Figures[] = [];
    for (let round = 0; round < (quick ? quickRounds : rounds); round++)
      measured.push(await once(binary, env, world));
    const middle = (figure: string): number | undefined => {
      const values = measured.map((one) => one[figure] ?? 0).toSorted((a, b) => a - b);
      return values[Math.floor(values.length / 2)];
    };
    const slowestMs = Math.max(...measured.map(({ servedMs = 0 }) => servedMs));
    const figures = { listeningMs: middle('listeningMs'), servedMs: middle('servedMs'), slowestMs };
    return new Map([[started, { figures, troubles: [], raw: [] }]]);
  },
};

/** Starts it, makes one call as soon as it listens, and ends it. */
async function once(
  binary: string,
  env: Record<string, string>,
  { pinning }: Pick<World, 'pinning'>,
): Promise<Figures> {
  const pin = pinning === undefined ? [] : ['taskset', '-c', pinning.target];
  const began = performance.now();
  const proxy = Bun.spawn([...pin, binary, 'serve', '--port', '0', '--no-open'], {
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    timeout: giveUpMs,
  });
  try {
    const { value } = await proxy.stdout.getReader().read();
    const listeningMs = performance.now() - began;
    const [, url] = /^listening on (\S+)/.exec(new TextDecoder().decode(value)) ?? [];
    if (url === undefined) throw new CannotMeasure(`${binary} did not listen.`);
    const answer = await fetch(`${url}/v1/messages?answer=json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1, messages: [] }),
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new CannotMeasure(`The first call was answered with ${answer.status}.`);
    return { listeningMs, servedMs: performance.now() - began };
  } finally {
    proxy.kill('SIGTERM');
    await proxy.exited;
  }
}
