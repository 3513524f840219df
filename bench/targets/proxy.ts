/** This proxy, as somebody starts it: its defaults, an API key account that points at the mock, its access log on. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotMeasure } from '../instrument/processes.ts';
import { failingKey, upstreamKey } from '../instrument/tools.ts';
import { instanceOf, type Target, type World } from './target.ts';

/** The proxy in one of its shapes. */
interface Shape {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly accounts?: number;
}

const oneAccount: Shape = { name: 'proxy' };

/** Shapes of the proxy beside its usual one. */
const shapes: readonly Shape[] = [
  oneAccount,
  /** From the source, on the runtime that runs the benchmark. */
  { name: 'source' },
  /** Writes nothing down: beside `proxy`, one sees what recording costs. */
  { name: 'unrecorded', env: { CCPROXY_LEDGER_ENABLED: 'false' } },
  /** Beside `proxy`, one sees what a thousand accounts add to a call. */
  { name: 'thousand', accounts: 1_000 },
  /** Two processes that share the port: what a second core brings, or costs where there is none. */
  { name: 'two', env: { CCPROXY_SERVER_WORKERS: '2' } },
];

export const proxyNames: readonly string[] = shapes.map(({ name }) => name);

/** The shape of that name: the binary at `binary`, or the checkout. */
export function proxy(name: string, binary: string | undefined): Target {
  const { env: given = {}, accounts = 1 } = shapes.find((one) => one.name === name) ?? oneAccount;
  const command =
    binary === undefined || name === 'source'
      ? [process.execPath, join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')]
      : [binary];
  const entry = command.at(-1) ?? '';
  if (!existsSync(entry)) throw new CannotMeasure(`The proxy cannot be measured: ${entry} is not there.`);
  const source = command.length > 1 ? `from source on Bun ${Bun.version}` : `binary ${binary}`;
  const said = Bun.spawnSync([...command, '--version']);
  const version = said.stdout.toString().trim();
  return {
    name,
    description: [
      `${version || name}, ${source}, ${accounts === 1 ? 'one account' : `${accounts} accounts`}, its defaults`,
      ...Object.keys(given),
    ].join(', '),
    async start(world) {
      const { processes, pinning, upstream } = world;
      const home = join(mkdtempSync(join(processes.folder, 'proxy-')), 'home');
      mkdirSync(home, { mode: 0o700 });
      const others =
        accounts === 1 ? {} : { CCPROXY_ACCOUNTS_FILE: accountsFile(home, accounts - 1, upstream.url) };
      const trusted = upstream.ca === undefined ? {} : { CCPROXY_UPSTREAM_EXTRA_CA: upstream.ca };
      const env = { CCPROXY_HOME: home, ...others, ...trusted, ...given };
      if (world.mayFail === true) await addAccount(command, env, world, 'failing', failingKey, 1);
      await addAccount(command, env, world, 'bench', upstreamKey, world.mayFail === true ? 2 : undefined);
      await world.prepare?.(home);
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

async function addAccount(
  command: readonly string[],
  env: Record<string, string>,
  { processes, upstream }: World,
  name: string,
  key: string,
  priority: number | undefined,
): Promise<void> {
  const order = priority === undefined ? [] : ['--priority', String(priority)];
  const account = ['auth', 'add', name, '--kind', 'api-key', '--secret-stdin', ...order];
  await processes.run([...command, ...account, '--base-url', upstream.url], { env, input: `${key}\n` });
}

/** A file of `count` accounts beside `home`, as containers mount them; all of them are the mock's. */
function accountsFile(home: string, count: number, base: string): string {
  const account = { kind: 'api-key', base_url: base, secret: upstreamKey };
  const accounts = Array.from({ length: count }, (_, at) => ({ ...account, name: `bench-${at + 1}` }));
  const path = `${home}-accounts.json`;
  writeFileSync(path, JSON.stringify({ accounts }), { mode: 0o600 });
  return path;
}
