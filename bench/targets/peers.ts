/**
 * Other programs of this kind, from npm, where somebody installed them (npm install --prefix bench/peers). None of
 * them is a dependency of the project; bench/peers/package.json pins what was measured.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CannotMeasure, type Program } from '../instrument/processes.ts';
import { upstreamKey, type Address, type Whom } from '../instrument/tools.ts';
import { freePort, instanceOf, reachable, type Target } from './target.ts';

const folder = join(import.meta.dirname, '..', 'peers');

/** Peers take seconds to start. */
const startMs = 20_000;

/** How one of them is set up. */
interface Peer {
  readonly name: string;
  readonly package: string;
  /** What was set, beside its defaults. */
  readonly setUp: string;
  /** Its program within the package, and whether Node runs it. */
  readonly program: string;
  readonly isOfNode: boolean;
  readonly arguments: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  /** Writes what it reads at its start into the home it gets. */
  readonly prepare?: (home: string, port: number, upstream: Address) => void;
  /** Tells it of its account once it listens. */
  readonly introduce?: (port: number, upstream: Address) => Promise<void>;
  /** What clients have to send it. */
  readonly whom?: (upstream: Address) => Partial<Whom>;
}

/** One account needs no more than what says where it is and whose it is; each stays at its own defaults otherwise. */
export const peers: readonly Peer[] = [
  {
    name: 'portkey',
    package: '@portkey-ai/gateway',
    setUp: 'NODE_ENV=production; the client names provider, host and key in headers, as it wants',
    program: join('build', 'start-server.js'),
    isOfNode: true,
    arguments: (port) => [`--port=${port}`],
    env: () => ({ NODE_ENV: 'production' }),
    whom: ({ url }) => ({
      key: upstreamKey,
      headers: ['x-portkey-provider: anthropic', `x-portkey-custom-host: ${url}/v1`],
      // It writes bodies anew.
      mayChangeLength: true,
    }),
  },
  {
    name: 'ccflare',
    package: 'better-ccflare',
    setUp: 'one anthropic-compatible account, its own binary',
    program: join('dist', 'better-ccflare'),
    isOfNode: false,
    arguments: (port) => ['--serve', '--port', String(port)],
    env: () => ({ BETTER_CCFLARE_HOST: '127.0.0.1' }),
    async introduce(port, { url }) {
      const account = { name: 'bench', apiKey: upstreamKey, priority: 0, customEndpoint: url };
      const added = await fetch(`http://127.0.0.1:${port}/api/accounts/anthropic-compatible`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(account),
      });
      if (!added.ok) throw new CannotMeasure(`It took no account (${added.status}).`);
    },
  },
  {
    name: 'ccr',
    package: '@musistudio/claude-code-router',
    setUp: 'one provider with the transformer Anthropic, so that nothing is translated; its log on, as it is',
    program: join('dist', 'cli.js'),
    isOfNode: true,
    arguments: () => ['start'],
    env: () => ({}),
    prepare(home, port, { url }) {
      const model = 'claude-sonnet-4-5-20250929';
      const provider = {
        name: 'bench',
        api_base_url: `${url}/v1/messages`,
        api_key: upstreamKey,
        models: [model],
        transformer: { use: ['Anthropic'] },
      };
      const settings = {
        PORT: port,
        NON_INTERACTIVE_MODE: true,
        Providers: [provider],
        Router: { default: `bench,${model}` },
      };
      mkdirSync(join(home, '.claude-code-router'), { mode: 0o700 });
      writeFileSync(join(home, '.claude-code-router', 'config.json'), JSON.stringify(settings));
    },
    whom: () => ({ mayChangeLength: true }),
  },
];

export const peerNames: readonly string[] = peers.map(({ name }) => name);

const manifest = z.object({ version: z.string() });

/** The peer as a target, or why there is none. */
export function peer(name: string): Target | string {
  const found = peers.find((one) => one.name === name);
  if (found === undefined) return `There is no peer "${name}"`;
  const home = join(folder, 'node_modules', found.package);
  if (!existsSync(home)) return `${found.package} is not installed (npm install --prefix bench/peers)`;
  const node = Bun.which('node');
  if (found.isOfNode && node === null) return `${found.package} needs Node, which is not installed`;
  const { version } = manifest.parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));
  const runner = found.isOfNode && node !== null ? [node] : [];
  const on = found.isOfNode ? ` on Node ${versionOf(node ?? '')}` : '';
  return {
    name,
    description: `${found.package} ${version}${on}: ${found.setUp}`,
    isPeer: true,
    async start({ processes, pinning, upstream }) {
      const port = await freePort();
      const own = mkdtempSync(join(processes.folder, `${name}-`));
      found.prepare?.(own, port, upstream);
      const trusted = upstream.ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: upstream.ca };
      const server: Program = processes.start(
        [...runner, join(home, found.program), ...found.arguments(port)],
        { cpu: pinning?.target, env: { HOME: own, ...trusted, ...found.env(port) }, folder: own },
      );
      await reachable(port, server, startMs);
      await found.introduce?.(port, upstream);
      return { ...instanceOf(server, port), ...found.whom?.(upstream) };
    },
  };
}

function versionOf(node: string): string {
  return Bun.spawnSync([node, '--version']).stdout.toString().trim().replace(/^v/, '');
}
