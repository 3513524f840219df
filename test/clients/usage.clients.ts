import { afterAll, afterEach, beforeAll, describe, expect, it } from 'bun:test';
import { findRunning } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { openSender } from '../../src/wire/send.ts';
import { until } from '../help/a-command.ts';
import { converse } from '../help/a-conversation.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { sumOf } from '../help/a-scrape.ts';
import { claudeCode } from '../help/claude-code.ts';

/**
 * A session of the real client over several turns, with tools, agents and a model of its own choice: what it says
 * it cost is what `usage` says, and the metrics, and the tokens are those the simulated API has billed.
 */
const program = claudeCode();
const thousandthOfACent = 1e-5;
const rooms = new Rooms();
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ clock: wallClock, log: silentLog });
});
afterEach(() => rooms.close());
afterAll(() => simulator.close());

const turns = [
  '[[text:600]]',
  '[[think:300]][[text:200]]',
  '[[agent:[[text:500]]]]',
  '[[tool:Bash {"command":"echo hello","description":"say hello"}]][[then]][[text:100]]',
  '[[text:1200]]',
];

describe.skipIf(program === undefined)('a session of Claude Code', () => {
  it('costs in usage, in the metrics and by tokens of the upstream what the client says', async () => {
    const account = {
      name: 'sim',
      kind: 'api-key' as const,
      baseUrl: simulator.url,
      secret: 'sk-ant-api03-x',
    };
    const proxy = await rooms.add(aProxy({ accounts: [account] }));
    const env = { ANTHROPIC_BASE_URL: proxy.url, ANTHROPIC_AUTH_TOKEN: 'placeholder' };
    const args = ['--model', 'claude-opus-5-5', '--allowedTools', 'Bash', 'Agent'];
    const results = await converse(program!, args, env, turns);
    const total = Number(results.at(-1)?.['total_cost_usd']);
    expect(total).toBeGreaterThan(0.01);
    const session = String(results.at(-1)?.['session_id']);

    const sender = openSender({ clock: wallClock });
    const running = (await findRunning(proxy.places.run, sender))!;
    const bounds = { since: wallClock.now() - 3_600_000, until: wallClock.now() + 7_200_000 };
    const usage = async (by: 'day' | 'session') => running.reports.usage({ by, ...bounds });
    await until(async () => (await usage('session')).total.calls === proxy.records.length);
    const day = await usage('day');
    const told = await running.reports.session(session);
    const line = await running.line(session);
    sender.close();
    expect(Math.abs(day.total.usd - total)).toBeLessThan(thousandthOfACent);
    expect(told.tree.usdWithBranches).toBeCloseTo(day.total.usd, 8);
    expect(told.tree.branches).toHaveLength(1);
    expect(line).toMatchObject({ account: { name: 'sim', isOfSession: true } });
    expect(line.sessionUsd).toBeCloseTo(day.total.usd, 8);

    const scraped = await (await fetch(`${proxy.url}/metrics`)).text();
    expect(sumOf(scraped, 'ccproxy_cost_usd_total')).toBeCloseTo(day.total.usd, 8);

    const billed = simulator.simulator.calls.flatMap((call) => call.usage ?? []);
    const sum = (of: (usage: (typeof billed)[number]) => number): number =>
      billed.reduce((all, one) => all + of(one), 0);
    expect(day.total).toMatchObject({
      input: sum((one) => one.input),
      output: sum((one) => one.output),
      cacheRead: sum((one) => one.cacheRead),
      cacheWrite5m: sum((one) => one.cacheWrite5m),
      cacheWrite1h: sum((one) => one.cacheWrite1h),
    });
    expect(day.total.messages).toBe(billed.length);
  });
});
