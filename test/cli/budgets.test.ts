import { Database } from 'bun:sqlite';
import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed, until, type Bench } from '../help/a-command.ts';
import { Rooms } from '../help/a-proxy.ts';
import { dollarPrices } from '../help/a-spender.ts';
import { anUpstream, json, type Upstream } from '../help/an-upstream.ts';

const open = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

const config = `${dollarPrices}
[budgets.house]
limit_usd = 2

[budgets.small]
scope = "each-key"
period = "daily"
limit_tokens = 5000000
hard = false
`;

/** A home with an account and the key "ann", whose calls cost a dollar each. */
async function aHome(): Promise<{ bench: Bench; up: Upstream; key: string }> {
  const bench = open();
  const usage = { input_tokens: 1_000_000, output_tokens: 0 };
  const up = await rooms.add(anUpstream(() => json(200, { id: 'm', type: 'message', content: [], usage })));
  mkdirSync(bench.home, { mode: 0o700 });
  writeFileSync(join(bench.home, 'config.toml'), config);
  const add = ['auth', 'add', 'one', '--kind', 'api-key', '--base-url', up.url, '--secret-stdin'];
  await bench.run(add, { input: 'sk-ant-api03-planted' });
  const made = await bench.run(['keys', 'create', 'ann', '--budget', '3usd/week']);
  return { bench, up, key: made.out.trim() };
}

async function call(url: string, key: string): Promise<number> {
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key },
    body: '{"model":"claude-opus-5-5","max_tokens":10,"messages":[]}',
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** What the database holds of the spending of all, in dollars. */
function written(home: string): number {
  const database = new Database(join(home, 'proxy.db'), { readonly: true });
  try {
    const row = database
      .query("select micro_usd from budget_spend where subject = 'total' and period = 'monthly'")
      .get() as { micro_usd: number } | null;
    return (row?.micro_usd ?? 0) / 1e6;
  } finally {
    database.close();
  }
}

describe('budgets', () => {
  test('shows what may be spent and what was, as a table and as JSON; so does status', async () => {
    const { bench, key } = await aHome();
    const proxy = await bench.start(['serve', '--port', '0']);
    expect(await call(proxy.url, key)).toBe(200);
    const { out } = await bench.run(['budgets']);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, '  ').replace(/in .*$/, 'in …'))).toEqual([
      'BUDGET  OF  PERIOD  USED  LIMIT  STATE  RUNNING  BEGINS ANEW',
      'house  everybody  monthly  $1.00  $2.00  50 %  0  in …',
      'small/ann  ann  daily  1,000,000 tokens  5,000,000 tokens  20 %  0  in …',
      'ann  ann  weekly  $1.00  $3.00  33 %  0  in …',
    ]);
    expect((await bench.run(['status'])).out).toContain(lines[1]!);
    const { budgets } = parsed<{ budgets: Record<string, unknown>[] }>(
      (await bench.run(['budgets', '--json'])).out,
    );
    expect(budgets[0]).toEqual({
      name: 'house',
      scope: 'total',
      of: [],
      period: 'monthly',
      unit: 'usd',
      limit: 2,
      used: 1,
      percent: 50,
      hard: true,
      isUsedUp: false,
      resetsAt: expect.stringMatching(/^\d{4}-\d\d-01T00:00:00\.000Z$/),
      held: 0,
      inFlight: 0,
    });
  });

  test('ends with 5 where no proxy runs', async () => {
    const { code, err } = await open().run(['budgets']);
    expect(code).toBe(5);
    expect(err).toContain('[proxy-not-running]');
  });

  test('says how to set one where there is none', async () => {
    const bench = open();
    await bench.start(['serve', '--port', '0']);
    const { out, err } = await bench.run(['budgets']);
    expect(out).toBe('There is no budget.\n');
    expect(err).toContain('keys create NAME --budget 20usd/month');
  });
});

test('what was spent survives a kill -9, and the next start refuses', async () => {
  const { bench, up, key } = await aHome();
  const proxy = await bench.start(['serve', '--port', '0']);
  for (let at = 0; at < 2; at += 1) expect(await call(proxy.url, key)).toBe(200);
  await until(() => written(bench.home) === 2);
  await proxy.stop('SIGKILL');
  const again = await bench.start(['serve', '--port', '0']);
  expect(await call(again.url, key)).toBe(429);
  expect(up.calls).toHaveLength(2);
});

test('two proxies on one home count together', async () => {
  const { bench, up, key } = await aHome();
  const [one, two] = [
    await bench.start(['serve', '--port', '0']),
    await bench.start(['serve', '--port', '0']),
  ];
  expect(await call(one.url, key)).toBe(200);
  expect(await call(two.url, key)).toBe(200);
  // Each of them alone has seen one dollar of two.
  await until(async () => (await call(one.url, key)) === 429);
  await until(async () => (await call(two.url, key)) === 429);
  expect(up.calls.length).toBeLessThan(10);
});

describe('a budget of a key', () => {
  test('is set at creation, shown, changed while the proxy runs, and taken away', async () => {
    const { bench, key } = await aHome();
    const proxy = await bench.start(['serve', '--port', '0']);
    expect(await call(proxy.url, key)).toBe(200);
    expect((await bench.run(['keys', 'list'])).out).toContain('$3.00 a week');
    const set = await bench.run(['keys', 'set', 'ann', '--budget', '1usd/day,500ktokens/month/soft']);
    expect([set.code, set.out]).toEqual([0, expect.stringContaining('changed ann (key_')]);
    expect(await call(proxy.url, key)).toBe(429);
    expect((await bench.run(['keys', 'list'])).out).toContain(
      '$1.00 a day; 500,000 tokens a month, only warned of',
    );
    await bench.run(['keys', 'set', 'ann', '--budget', 'none']);
    expect(await call(proxy.url, key)).toBe(200);
    expect((await bench.run(['keys', 'list'])).out).not.toContain('BUDGETS');
  });

  test('that cannot be meant is refused with what would be right', async () => {
    const bench = open();
    for (const budget of ['20', '20eur/month', '0usd/day', '5usd/year', '1.5tokens', 'usd/day']) {
      const { code, err } = await bench.run(['keys', 'create', 'x', '--budget', budget]);
      expect([code, err]).toEqual([2, expect.stringContaining('20usd/month, or tokens: 500ktokens/day')]);
    }
    const nothing = await bench.run(['keys', 'set', 'x']);
    expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('keys set --help')]);
    const unknown = await bench.run(['keys', 'set', 'x', '--budget', '1usd/day']);
    expect([unknown.code, unknown.err]).toEqual([4, expect.stringContaining('[key-unknown]')]);
  });
});
