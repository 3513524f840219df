import { afterEach, describe, expect, it } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { HandClock } from '../help/a-clock.ts';
import { Rooms } from '../help/a-proxy.ts';
import { dollarPrices, limitsIn, spenders } from '../help/a-spender.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const month = (limit: number, more = ''): string => `[budgets.house]\nlimit_usd = ${limit}\n${more}`;
const upstreamLimits = [
  'anthropic-ratelimit-requests-remaining',
  '99',
  'anthropic-ratelimit-unified-status',
  'allowed',
  'anthropic-ratelimit-unified-5h-utilization',
  '0.5',
];
const nextMonth = String(Date.UTC(2026, 11, 1) / 1000);
const clock = (): HandClock => new HandClock(Date.parse('2026-11-22T12:00Z'));

describe('an answer under a budget', () => {
  for (const stream of [false, true]) {
    it(`tells how much is used in place of the upstream's limits, ${stream ? 'streamed' : 'whole'}`, async () => {
      const on = await spenders(rooms, { config: month(10), headers: upstreamLimits, clock: clock() });
      const first = await on.spend(7.6, 0, { stream });
      expect(first.status).toBe(200);
      await first.arrayBuffer();
      expect(limitsIn(first)).toMatchObject({ 'overage-utilization': '0.00', status: 'allowed' });
      const second = await on.spend(0.1, 0, { stream });
      expect(limitsIn(second)).toEqual({
        status: 'allowed_warning',
        'representative-claim': 'overage',
        'overage-status': 'allowed_warning',
        'overage-utilization': '0.76',
        'overage-surpassed-threshold': '0.75',
        reset: nextMonth,
        'overage-reset': nextMonth,
      });
    });
  }

  it('also replaces them where the settings let the upstream tell its own', async () => {
    const config = `${month(10)}[routing]\nrate_limit_headers = "always"\n`;
    const on = await spenders(rooms, { config, headers: upstreamLimits });
    expect(limitsIn(await on.spend(1))).not.toHaveProperty('5h-utilization');
  });

  it('has none of ours for a key without one; what the upstream says stays as it was', async () => {
    const config = '[budgets.one]\nscope = "key"\nof = ["ann"]\nlimit_usd = 10\n';
    const keys = [{ name: 'ann' }, { name: 'bob' }];
    const on = await spenders(rooms, { config, keys, headers: upstreamLimits });
    expect(limitsIn(await on.spend(1, 1))).toEqual({
      'anthropic-ratelimit-requests-remaining': '99',
      status: 'allowed',
      '5h-utilization': '0.5',
    });
    const pool = await spenders(rooms, { keys, accounts: ['one', 'two'], headers: upstreamLimits });
    expect(limitsIn(await pool.spend(1, 1))).toEqual({});
  });

  it('of a caller without a key tells of the budget for everybody', async () => {
    const on = await spenders(rooms, { config: month(10), keys: [] });
    await (await on.spend(5, null)).arrayBuffer();
    expect(limitsIn(await on.spend(1, null))['overage-utilization']).toBe('0.50');
  });
});

describe('a budget that is used up', () => {
  it('is a 429 with exactly the headers and the sentence of the gateway protocol, and no call upstream', async () => {
    const on = await spenders(rooms, { config: month(1), headers: upstreamLimits, clock: clock() });
    await (await on.spend(1.5)).arrayBuffer();
    const refused = await on.spend(1);
    expect(refused.status).toBe(429);
    expect(limitsIn(refused)).toEqual({
      status: 'rejected',
      reset: nextMonth,
      'overage-reset': nextMonth,
      'overage-utilization': '1',
      'overage-surpassed-threshold': '1',
      'overage-period': 'monthly',
      'overage-disabled-reason': 'org_spend_cap_reached',
      'overage-scope': 'group_pool',
    });
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(refused.headers.get('retry-after')).toBe(
      String((Date.UTC(2026, 11, 1) - Date.UTC(2026, 10, 22, 12)) / 1000),
    );
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'billing_error',
        message:
          'The monthly budget of this proxy of $1.00 is used up until 2026-12-01 00:00 UTC; go on then, or ask whoever runs this proxy to raise it.',
      },
    });
    expect(on.up.calls).toHaveLength(1);
  });

  it('of several is told by the one that begins anew last', async () => {
    const config =
      '[budgets.day]\nlimit_usd = 1\nperiod = "daily"\n[budgets.week]\nlimit_usd = 1\nperiod = "weekly"\n';
    // A Saturday: the day ends in the night, the week a day later.
    const on = await spenders(rooms, { config, clock: new HandClock(Date.parse('2026-11-21T12:00Z')) });
    await (await on.spend(2)).arrayBuffer();
    expect(limitsIn(await on.spend(1))['overage-period']).toBe('weekly');
  });

  it('never stops the counting of tokens, which costs nothing', async () => {
    const on = await spenders(rooms, { config: month(1) });
    await (await on.spend(2)).arrayBuffer();
    const counted = await fetch(`${on.proxy.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': on.proxy.keys[0]! },
      body: '{"model":"m","messages":[]}',
    });
    expect([counted.status, await counted.json()]).toEqual([200, { input_tokens: 7 }]);
    expect(limitsIn(counted)).toEqual({});
    expect(await on.used()).toEqual({ house: 2 });
  });

  it('lets calls through again when it begins anew', async () => {
    const hand = clock();
    const on = await spenders(rooms, { config: month(1, 'period = "daily"\n'), clock: hand });
    await (await on.spend(2)).arrayBuffer();
    expect((await on.spend(1)).status).toBe(429);
    hand.set(Date.parse('2026-11-23T00:00Z'));
    expect((await on.spend(1)).status).toBe(200);
  });

  it('only warns where it is soft', async () => {
    const on = await spenders(rooms, { config: month(1, 'hard = false\n') });
    await (await on.spend(2)).arrayBuffer();
    const served = await on.spend(2);
    expect(served.status).toBe(200);
    expect(limitsIn(served)).toMatchObject({ status: 'allowed_warning', 'overage-utilization': '0.99' });
  });

  it('stays used up over a restart', async () => {
    const on = await spenders(rooms, { config: month(1) });
    await (await on.spend(2)).arrayBuffer();
    await on.proxy.stop();
    const again = await spenders(rooms, { config: month(1), home: on.proxy.places.home });
    const refused = await fetch(`${again.proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': on.proxy.keys[0]! },
      body: '{"model":"m","max_tokens":1,"messages":[]}',
    });
    expect(refused.status).toBe(429);
    expect(again.up.calls).toHaveLength(0);
  });

  it('is a change of the settings away from being raised', async () => {
    const on = await spenders(rooms, { config: month(1) });
    await (await on.spend(2)).arrayBuffer();
    expect((await on.spend(1)).status).toBe(429);
    writeFileSync(on.proxy.places.config, dollarPrices + month(5));
    await on.proxy.server.reload();
    expect((await on.spend(1)).status).toBe(200);
  });

  it('closes what runs models without telling what they use, and leaves the rest open', async () => {
    const on = await spenders(rooms, { config: month(100) });
    const ask = (method: string, path: string): Promise<Response> =>
      fetch(on.proxy.url + path, { method, headers: { 'x-api-key': on.proxy.keys[0]! } });
    const batches = await ask('POST', '/v1/messages/batches');
    expect([batches.status, await batches.text()]).toEqual([
      403,
      expect.stringContaining('cannot be counted'),
    ]);
    expect((await ask('POST', '/v1/sessions')).status).toBe(403);
    for (const [method, path] of [
      ['GET', '/v1/messages/batches'],
      ['POST', '/v1/messages/batches/b1/cancel'],
      ['POST', '/v1/files'],
      ['GET', '/v1/files'],
    ] as const)
      expect((await ask(method, path)).status).toBe(200);
    const free = await spenders(rooms, { config: month(100, 'hard = false\n') });
    const open = await fetch(`${free.proxy.url}/v1/messages/batches`, {
      method: 'POST',
      headers: { 'x-api-key': free.proxy.keys[0]! },
    });
    expect(open.status).toBe(200);
  });
});

describe('a key with a budget of its own', () => {
  it('is refused when that is used up; the others are not', async () => {
    const keys = [
      { name: 'ann', budgets: [{ period: 'monthly' as const, limitUsd: 1, hard: true }] },
      { name: 'bob' },
    ];
    const on = await spenders(rooms, { keys });
    await (await on.spend(1)).arrayBuffer();
    const refused = await on.spend(1);
    expect(await refused.json()).toMatchObject({
      error: {
        message: expect.stringContaining('The monthly budget of this client key of $1.00 is used up'),
      },
    });
    expect(limitsIn(refused)).not.toHaveProperty('overage-scope');
    expect((await on.spend(1, 1)).status).toBe(200);
  });
});

describe('an account whose budget is used up', () => {
  const config = '[budgets.first]\nscope = "account"\nof = ["one"]\nlimit_usd = 1\n';

  it('is passed over, its sessions move, and status says why', async () => {
    const on = await spenders(rooms, { config, accounts: ['one', 'two'] });
    const ask = { metadata: { user_id: `user_x_session_${'0'.repeat(8)}-s` } };
    for (const account of ['one', 'two', 'two']) {
      const served = await on.spend(1, 0, ask);
      await served.arrayBuffer();
      expect(served.headers.get('x-ccproxy-account')).toBe(account);
    }
    const status = (await (await fetch(`${on.proxy.url}/status`)).json()) as {
      accounts: { standing: { is: string; reason?: string } }[];
    };
    expect(status.accounts.map(({ standing }) => [standing.is, standing.reason])).toEqual([
      ['resting', 'budget first used up'],
      ['ready', undefined],
    ]);
    const counted = await fetch(`${on.proxy.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': on.proxy.keys[0]!, 'x-account-name': 'one' },
      body: '{"model":"m","messages":[]}',
    });
    expect(counted.status).toBe(200);
  });

  it('says nothing of itself to callers while another serves', async () => {
    const on = await spenders(rooms, { config, accounts: ['one', 'two'] });
    await (await on.spend(1)).arrayBuffer();
    expect(limitsIn(await on.spend(1))).toEqual({});
  });

  it('comes back by itself, and until then all of them used up is a billing error', async () => {
    const hand = clock();
    const all = '[budgets.all]\nscope = "account"\nof = ["one", "two"]\nlimit_usd = 1\nperiod = "daily"\n';
    const on = await spenders(rooms, { config: all, accounts: ['one', 'two'], clock: hand });
    await (await on.spend(1)).arrayBuffer();
    const refused = await on.spend(1);
    expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([429, 'false']);
    expect(limitsIn(refused)).toMatchObject({ status: 'rejected', 'overage-period': 'daily' });
    expect(await refused.json()).toMatchObject({
      error: {
        type: 'billing_error',
        message:
          'The budgets of all accounts that could serve this call are used up until 2026-11-23 00:00 UTC; go on then, or ask whoever runs this proxy to raise them.',
      },
    });
    hand.set(Date.parse('2026-11-23T00:00Z'));
    expect((await on.spend(1)).status).toBe(200);
  });
});

describe('GET /api/oauth/usage', () => {
  const ask = (url: string, key?: string): Promise<Response> =>
    fetch(`${url}/api/oauth/usage`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });

  it('tells a client key its budget in cents, as the headers do', async () => {
    const on = await spenders(rooms, { config: month(20), clock: clock() });
    await (await on.spend(10.8)).arrayBuffer();
    const usage = await ask(on.proxy.url, on.proxy.keys[0]);
    expect([usage.status, usage.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await usage.json()).toEqual({
      extra_usage: {
        is_enabled: true,
        monthly_limit: 2000,
        used_credits: 1080,
        utilization: 54,
        currency: 'USD',
      },
      limits: [
        {
          kind: 'spend',
          group: 'monthly',
          percent: 54,
          resets_at: '2026-12-01T00:00:00.000Z',
          severity: 'normal',
          is_active: true,
        },
      ],
    });
    expect(limitsIn(await on.spend(0))).toMatchObject({
      'overage-utilization': '0.54',
      'overage-reset': nextMonth,
    });
  });

  it('tells one without a budget what it has used', async () => {
    const on = await spenders(rooms);
    await (await on.spend(1)).arrayBuffer();
    expect(await (await ask(on.proxy.url, on.proxy.keys[0])).json()).toMatchObject({
      extra_usage: { monthly_limit: null, used_credits: 100, daily: { used_credits: 100 }, weekly: {} },
      limits: [],
    });
  });

  it('is there for client keys alone', async () => {
    const on = await spenders(rooms);
    expect((await ask(on.proxy.url)).status).toBe(401);
    const open = await spenders(rooms, { keys: [] });
    const none = await ask(open.proxy.url, 'sk-ant-oat01-somebody');
    expect(none.status).toBe(404);
    expect(open.up.calls).toHaveLength(0);
  });
});

it("a caller's own login counts against the budgets of its client key and of everybody, and no secret stays", async () => {
  const { anUpstream, message } = await import('../help/an-upstream.ts');
  const { aProxy } = await import('../help/a-proxy.ts');
  const up = await rooms.add(anUpstream(() => message()));
  const proxy = await rooms.add(
    aProxy({
      accounts: [{ name: 'own', kind: 'passthrough', baseUrl: up.url }],
      keys: [{ name: 'ann', budgets: [{ period: 'daily', limitTokens: 13, hard: true }] }],
      config: month(5),
    }),
  );
  const call = (): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-ant-oat01-mine', 'x-ccproxy-key': proxy.keys[0]! },
      body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[]}',
    });
  await (await call()).arrayBuffer();
  const refused = await call();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('13 tokens') } });
  expect(up.calls).toHaveLength(1);
});
