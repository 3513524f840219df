import { afterEach, describe, expect, it } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { aDoor, type Door } from '../help/a-door.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { claudeCode, runClient, type Run } from '../help/claude-code.ts';

const program = claudeCode();
const rooms = new Rooms();
afterEach(() => rooms.close());

interface Stage {
  proxy: Proxy;
  door: Door;
  /** The paths that reached the simulated API. */
  upstream(): string[];
  claude(more?: { args: string[]; env?: Record<string, string> }): Promise<Run>;
  /** Dollars that were spent. */
  used(): Promise<number>;
  /** Sets another limit for everybody. */
  limit(dollars: number, more?: string): Promise<void>;
}

async function stage(): Promise<Stage> {
  const running = await startSimulator({
    keys: [{ name: 'one', key: 'sk-ant-api03-one' }],
    clock: wallClock,
    log: silentLog,
  });
  await rooms.add(Promise.resolve({ close: () => running.close() }));
  const config = (dollars: number, more = ''): string => `[budgets.house]\nlimit_usd = ${dollars}\n${more}`;
  const proxy = await rooms.add(
    aProxy({
      accounts: [{ name: 'one', kind: 'api-key', baseUrl: running.url, secret: 'sk-ant-api03-one' }],
      keys: [{ name: 'ann' }],
      config: config(1_000),
    }),
  );
  const door = await rooms.add(aDoor(proxy.port));
  return {
    proxy,
    door,
    upstream: () => running.simulator.calls.map(({ path }) => path),
    claude: ({ args, env = {} } = { args: ['--output-format', 'json'] }) =>
      runClient(program!, ['-p', 'say hi', ...args], {
        ANTHROPIC_BASE_URL: door.url,
        ANTHROPIC_AUTH_TOKEN: proxy.keys[0]!,
        ...env,
      }),
    async used() {
      const status = (await (await fetch(`${proxy.url}/status`)).json()) as { budgets: { used: number }[] };
      return status.budgets[0]!.used;
    },
    async limit(dollars, more) {
      writeFileSync(proxy.places.config, config(dollars, more));
      await proxy.server.reload();
    },
  };
}

describe.skipIf(program === undefined)('Claude Code under a budget', () => {
  it('counts what it counts itself', async () => {
    const on = await stage();
    const run = await on.claude();
    expect(run.result).toMatchObject({ is_error: false });
    expect(await on.used()).toBeCloseTo(Number(run.result['total_cost_usd']), 4);
  });

  it('stops after one request when it is used up, and shows the sentence', async () => {
    const on = await stage();
    await on.claude();
    await on.limit(0.01);
    const [before, sent] = [on.door.calls().length, on.upstream().length];
    const run = await on.claude();
    expect(run.exitCode).toBe(1);
    expect(run.result).toMatchObject({ is_error: true, api_error_status: 429 });
    expect(String(run.result['result'])).toContain(
      'The monthly budget of this proxy of $0.01 is used up until ',
    );
    expect(on.door.calls().length - before).toBe(1);
    expect(on.upstream()).toHaveLength(sent);
  });

  it('signed in at the gateway, shows from three quarters on how much is used', async () => {
    const on = await stage();
    await on.claude(gateway);
    expect(await notice(on)).toBeUndefined();
    await on.limit((await on.used()) / 0.76);
    expect(await notice(on)).toMatchObject({
      status: 'allowed_warning',
      rateLimitType: 'overage',
      surpassedThreshold: 0.75,
      resetsAt: Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1) / 1000,
    });
  });

  it('signed in at the gateway, takes a threshold of our own choice, and our sentence alone as the refusal', async () => {
    const on = await stage();
    await on.claude(gateway);
    await on.limit((await on.used()) / 0.52, 'warn_at = 0.5\n');
    expect(await notice(on)).toMatchObject({ status: 'allowed_warning', surpassedThreshold: 0.5 });
    await on.limit(0.01);
    const { stdout } = await on.claude({ ...gateway, args: [] });
    expect(stdout).toStartWith('The monthly budget of this proxy of $0.01 is used up until ');
  });
});

/** What a client does that knows it talks to a gateway; with only a base URL it shows no notice in print mode. */
const gateway = {
  args: ['--output-format', 'stream-json', '--verbose'],
  env: { CLAUDE_CODE_USE_GATEWAY: '1' },
};

/** What a turn of such a client tells of limits. */
async function notice(on: Stage): Promise<unknown> {
  const { stdout } = await on.claude(gateway);
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; rate_limit_info?: { status: string } });
  const told = events.find(({ type }) => type === 'rate_limit_event')?.rate_limit_info;
  return told?.status === 'allowed' ? undefined : told;
}
