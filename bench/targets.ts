/** What is measured: nothing in between, nginx, this proxy. Each starts on a free port of 127.0.0.1. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { residentMb, treeOf, type Pinning } from './machine.ts';
import { CannotMeasure, type Processes, type Program } from './processes.ts';
import { upstreamKey } from './tools.ts';

/** A target that runs. `pids` is empty where there is no process (direct). */
export interface Instance {
  readonly port: number;
  pids(): number[];
  /** Whether it still runs and what it said last, for when something went wrong. */
  lastWords(): string;
  stop(): Promise<void>;
  /** Writes its settings file, which it follows while it runs; undefined where there is none. */
  configure?(toml: string): void;
}

export interface Target {
  readonly name: string;
  /** What is measured, with its version, for the head of the report. */
  readonly description: string;
  start(world: World): Promise<Instance>;
}

export interface World {
  readonly processes: Processes;
  readonly pinning: Pinning | undefined;
  readonly upstreamPort: number;
  /** The proxy as users have it; undefined where its source is measured. */
  readonly binary: string | undefined;
}

export const direct: Target = {
  name: 'direct',
  description: 'no proxy',
  start: ({ upstreamPort }) =>
    Promise.resolve({
      port: upstreamPort,
      pids: () => [],
      lastWords: () => '',
      stop: () => Promise.resolve(),
    }),
};

/** nginx as a fair opponent: one worker, connections kept on both sides, no logs, nothing held back. */
export function nginx(): Target | string {
  const program = Bun.which('nginx') ?? (existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : undefined);
  if (program === undefined) return 'nginx is not installed (apt-get install -y nginx-light)';
  const version = /nginx\/(\S+)/.exec(Bun.spawnSync([program, '-v']).stderr.toString())?.[1] ?? 'unknown';
  return {
    name: 'nginx',
    description: `nginx ${version}, one worker, upstream keep-alive, buffering off, access log off`,
    async start({ processes, pinning, upstreamPort }) {
      const folder = mkdtempSync(join(processes.folder, 'nginx-'));
      const port = await freePort();
      const config = join(folder, 'nginx.conf');
      writeFileSync(config, nginxConfig(folder, port, upstreamPort));
      const server = processes.start([program, '-p', folder, '-c', config, '-e', join(folder, 'error.log')], {
        cpu: pinning?.target,
      });
      await reachable(port, server);
      return instanceOf(server, port);
    },
  };
}

/**
 * `proxy_request_buffering off` and 128 KB of body buffer were the fastest for large bodies of the four
 * combinations tried. The key is swapped as the proxy does it.
 */
function nginxConfig(folder: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
  );
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 16000; use epoll; multi_accept on; }
http {
${temporary.join('\n')}
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_max_body_size 64m;
  client_body_buffer_size 128k;
  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 512; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_set_header authorization "";
      proxy_set_header x-api-key ${upstreamKey};
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
}

/** This proxy: from the checkout, or the binary at `binary`. One API key account points at the mock. */
export function proxy(binary: string | undefined): Target {
  return proxyWith(binary, 'proxy', {});
}

/** The same, but writing nothing down: beside it, one sees what recording costs. */
export function unrecorded(binary: string | undefined): Target {
  return proxyWith(binary, 'unrecorded', { CCPROXY_LEDGER_ENABLED: 'false' });
}

/** The same with a thousand accounts: beside it, one sees what they add to a call. */
export function thousand(binary: string | undefined): Target {
  return proxyWith(binary, 'thousand', {}, 1_000);
}

/** The same as two processes that share the port: beside it, one sees what a second core brings, or costs where there is none. */
export function two(binary: string | undefined): Target {
  return proxyWith(binary, 'two', { CCPROXY_SERVER_WORKERS: '2' });
}

function proxyWith(
  binary: string | undefined,
  name: string,
  given: Record<string, string>,
  accounts = 1,
): Target {
  const root = join(import.meta.dirname, '..');
  const command = binary === undefined ? [process.execPath, join(root, 'src', 'cli', 'main.ts')] : [binary];
  const entry = command.at(-1) ?? '';
  if (!existsSync(entry)) throw new CannotMeasure(`The proxy cannot be measured: ${entry} is not there.`);
  const source = binary === undefined ? `from source on Bun ${Bun.version}` : `binary ${binary}`;
  const version = Bun.spawnSync([...command, '--version'])
    .stdout.toString()
    .trim();
  return {
    name,
    description: [
      `${version || name}, ${source}, ${accounts === 1 ? 'one account' : `${accounts} accounts`}, its defaults`,
      ...Object.keys(given),
    ].join(', '),
    async start({ processes, pinning, upstreamPort }) {
      const home = join(mkdtempSync(join(processes.folder, 'proxy-')), 'home');
      mkdirSync(home, { mode: 0o700 });
      const base = `http://127.0.0.1:${upstreamPort}`;
      const others = accounts === 1 ? {} : { CCPROXY_ACCOUNTS_FILE: accountsFile(home, accounts - 1, base) };
      const env = { CCPROXY_HOME: home, ...others, ...given };
      const account = ['auth', 'add', 'bench', '--kind', 'api-key', '--secret-stdin'];
      await processes.run([...command, ...account, '--base-url', base], { env, input: `${upstreamKey}\n` });
      const server = processes.start([...command, 'serve', '--port', '0', '--no-open'], {
        cpu: name === 'two' ? pinning?.two : pinning?.target,
        env,
      });
      const [, port] = await server.line(/^listening on http:\/\/[^\s/]+:(\d+)/m, 20_000);
      return {
        ...instanceOf(server, Number(port)),
        configure(toml) {
          writeFileSync(join(home, 'config.toml'), toml, { mode: 0o600 });
        },
      };
    },
  };
}

/** A file of `count` accounts beside `home`, as containers mount them; all of them are the mock's. */
function accountsFile(home: string, count: number, base: string): string {
  const account = { kind: 'api-key', base_url: base, secret: upstreamKey };
  const accounts = Array.from({ length: count }, (_, at) => ({ ...account, name: `bench-${at + 1}` }));
  const path = `${home}-accounts.json`;
  writeFileSync(path, JSON.stringify({ accounts }), { mode: 0o600 });
  return path;
}

function instanceOf(server: Program, port: number): Instance {
  return {
    port,
    pids: () => treeOf(server.pid),
    lastWords: () => server.lastWords(),
    stop: () => server.stop(),
  };
}

/** MB held by everything the target runs; undefined where it runs nothing. */
export function memoryOf(instance: Instance): number | undefined {
  const pids = instance.pids();
  return pids.length === 0 ? undefined : residentMb(pids);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new CannotMeasure('No free port was found.');
  return address.port;
}

async function reachable(port: number, server: Program): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: { data: () => undefined },
    }).catch(() => undefined);
    if (socket !== undefined) {
      socket.end();
      return;
    }
    await Bun.sleep(50);
  }
  throw new CannotMeasure(`Nothing listens on port ${port} after five seconds.\n${server.lastWords()}`);
}
