import { afterEach, describe, expect, it } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { aDoor, type Door } from '../help/a-door.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { claudeCode, runClient, type Run } from '../help/claude-code.ts';

const program = claudeCode();
const rooms = new Rooms();
afterEach(() => rooms.close());

interface Stage {
  simulator: RunningSimulator['simulator'];
  proxy: Proxy;
  door: Door;
  claude(prompt: string, more?: { args?: string[]; env?: Record<string, string> }): Promise<Run>;
}

const keys = ['one', 'two', 'three'].map((name) => ({
  name,
  key: `sk-ant-api03-${name}`,
  organization: `org_${name}`,
}));

/** Claude Code, a door that notes what it sends, the proxy with three accounts, the simulated API. */
async function stage(more: ProxyOptions = {}): Promise<Stage> {
  const running = await startSimulator({ keys, clock: wallClock, log: silentLog });
  await rooms.add(Promise.resolve({ close: () => running.close() }));
  const accounts = keys.map(({ name, key }, at) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: running.url,
    priority: at,
    secret: key,
  }));
  const proxy = await rooms.add(aProxy({ accounts, ...more }));
  const door = await rooms.add(aDoor(proxy.port));
  return {
    simulator: running.simulator,
    proxy,
    door,
    claude: (prompt, { args = [], env = {} } = {}) =>
      runClient(program!, ['-p', prompt, '--output-format', 'json', ...args], {
        ANTHROPIC_BASE_URL: door.url,
        ANTHROPIC_AUTH_TOKEN: proxy.keys[0] ?? 'placeholder',
        ...env,
      }),
  };
}

/** The calls on messages that reached the simulated API, as `account status`. */
function upstream({ simulator }: Stage): string[] {
  return simulator.calls
    .filter(({ path }) => path === '/v1/messages')
    .map(({ key, status }) => `${key} ${status}`);
}

/** Every body that left the client reached the API as it was, and nothing else did. */
function expectSameBodies({ simulator, door }: Stage): void {
  const hashes = (calls: readonly { sha256: string | undefined; size: number }[]): string[] =>
    [...new Set(calls.filter(({ size }) => size > 0).map(({ sha256 }) => sha256 ?? ''))].toSorted();
  expect(hashes(simulator.calls)).toEqual(hashes(door.calls()));
  expect(door.calls().length).toBeGreaterThan(0);
}

describe.skipIf(program === undefined)('Claude Code through the proxy', () => {
  it('has a plain turn in one call, body unchanged', async () => {
    const on = await stage();
    const run = await on.claude('say hi');
    expect(run.exitCode).toBe(0);
    expect(run.result).toMatchObject({ is_error: false, terminal_reason: 'completed', num_turns: 1 });
    expect(upstream(on)).toEqual(['one 200']);
    expect(on.simulator.calls[0]).toMatchObject({ query: 'beta=true', stream: true, ended: 'complete' });
    expectSameBodies(on);
  });

  it('makes a tool round trip in two calls on one account', async () => {
    const on = await stage();
    const run = await on.claude('[[tool:Bash {"command":"echo hi","description":"say hi"}]]', {
      args: ['--allowedTools', 'Bash'],
    });
    expect(run.result).toMatchObject({ is_error: false, num_turns: 2 });
    expect(upstream(on)).toEqual(['one 200', 'one 200']);
    expectSameBodies(on);
  });

  it('runs a subagent on the account of its session', async () => {
    const on = await stage();
    const run = await on.claude('[[agent:look around]]');
    expect(run.result).toMatchObject({ is_error: false });
    expect(upstream(on)).toEqual(['one 200', 'one 200', 'one 200']);
    expect(new Set(on.simulator.calls.map(({ session }) => session)).size).toBe(1);
    expectSameBodies(on);
  });

  it('asks for the model the person chose', async () => {
    const on = await stage();
    const run = await on.claude('say hi', { args: ['--model', 'haiku'] });
    expect(run.result).toMatchObject({ is_error: false });
    expect(on.simulator.calls.map(({ model }) => model)).toEqual(['claude-haiku-5-5']);
    expectSameBodies(on);
  });

  it('does not notice that the first account is at its limit', async () => {
    const on = await stage();
    on.simulator.script('one', ['throttle;retry-after=3600']);
    const run = await on.claude('say hi');
    expect(run.result).toMatchObject({ is_error: false });
    expect(on.door.calls()).toHaveLength(1);
    expect(upstream(on)).toEqual(['one 429', 'two 200']);
    expectSameBodies(on);
  });

  it('does not notice an overload of the first account', async () => {
    const on = await stage();
    on.simulator.fault({ key: 'one', scenario: 'error-529' });
    const run = await on.claude('say hi');
    expect(run.result).toMatchObject({ is_error: false });
    expect(on.door.calls()).toHaveLength(1);
    expect(upstream(on)).toEqual(['one 529', 'one 529', 'one 529', 'two 200']);
    expectSameBodies(on);
  });

  it('changes to its fallback model in a storm of 529, as it would without us', async () => {
    const on = await stage();
    on.simulator.fault({ model: 'claude-opus-5-5', scenario: 'error-529' });
    const run = await on.claude('say hi', { args: ['--fallback-model', 'haiku'] });
    expect(run.result).toMatchObject({ is_error: false });
    expect(on.door.calls()).toHaveLength(4);
    // Three calls of the client, each at most once an account and twice more on its first.
    expect(upstream(on).filter((call) => call.endsWith('529'))).toHaveLength(3 * 5);
    expect(on.simulator.calls.at(-1)).toMatchObject({ model: 'claude-haiku-5-5', status: 200 });
    expectSameBodies(on);
  });

  it('ends well when its stream is cut in the middle, by its own streaming retry', async () => {
    const on = await stage();
    on.simulator.fault({ scenario: 'cut-text', times: 1 });
    const run = await on.claude('say hi');
    expect(run.result).toMatchObject({ is_error: false });
    expect(on.simulator.calls.map(({ stream, ended }) => ({ stream, ended }))).toEqual([
      { stream: true, ended: 'cut' },
      { stream: true, ended: 'complete' },
    ]);
    expectSameBodies(on);
  });

  it('does not notice that its stream began with an error: another account serves the one call it made', async () => {
    // An overload in its place is repeated there before another account is asked, as the status would be.
    const behind = { overloaded_error: ['one 200', 'one 200', 'one 200'], api_error: ['one 200'] };
    for (const [type, tried] of Object.entries(behind)) {
      const on = await stage();
      on.simulator.fault({ key: 'one', scenario: `error-event-head;type=${type}` });
      const run = await on.claude('say hi');
      expect(run.result).toMatchObject({ is_error: false, terminal_reason: 'completed', num_turns: 1 });
      expect(on.door.calls()).toHaveLength(1);
      expect(upstream(on)).toEqual([...tried, 'two 200']);
      expect(on.proxy.records.at(-1)).toMatchObject({ accountName: 'two', status: 200, ended: 'complete' });
      expectSameBodies(on);
    }
  });

  it('gets an error after its stream has begun as it came, and no other account is asked for that call', async () => {
    const on = await stage();
    on.simulator.fault({ key: 'one', scenario: 'error-event-text;type=api_error', times: 1 });
    const run = await on.claude('say hi');
    expect(run.result).toMatchObject({ is_error: false });
    // Each call of the client is one of the upstream's: what is repeated, the client repeats.
    expect(upstream(on)).toEqual(on.door.calls().map(() => 'one 200'));
    expect(on.proxy.records.map(({ attempts }) => attempts.length)).toEqual(on.door.calls().map(() => 1));
    expect(on.proxy.records[0]).toMatchObject({ ended: 'error', errorType: 'api_error' });
    expectSameBodies(on);
  });

  it('hears at once that its key is wrong', async () => {
    const on = await stage({ keys: [{ name: 'ci' }] });
    const run = await on.claude('say hi', { env: { ANTHROPIC_AUTH_TOKEN: 'ccp-wrong' } });
    expect(run.exitCode).toBe(1);
    expect(String(run.result['result'])).toContain('401');
    expect(on.door.calls()).toHaveLength(1);
    expect(on.simulator.calls).toHaveLength(0);
  });

  it('works with a client key', async () => {
    const on = await stage({ keys: [{ name: 'ci' }] });
    const run = await on.claude('say hi');
    expect(run.result).toMatchObject({ is_error: false });
    expect(JSON.stringify(on.simulator.calls)).not.toContain(on.proxy.keys[0]!);
  });

  it('counts the tokens of /context, many at once, while its key may make one call at a time', async () => {
    const on = await stage({ keys: [{ name: 'ci', callsAtOnce: 1, requestsPerMinute: 1 }] });
    await on.claude('/context');
    const counts = on.simulator.calls.filter(({ path }) => path === '/v1/messages/count_tokens');
    expect(counts.length).toBeGreaterThan(10);
    expect(counts.every(({ status }) => status === 200)).toBe(true);
  });
});
