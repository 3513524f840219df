import { afterEach, describe, expect, it } from 'bun:test';
import { writeFile } from 'node:fs/promises';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { until } from '../help/a-command.ts';
import { aCollector, namesIn } from '../help/a-collector.ts';
import { aTokenProvider } from '../help/a-token-provider.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { seriesIn, sumOf } from '../help/a-scrape.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

interface Scene {
  api: RunningSimulator;
  proxy: Proxy;
}

/** A proxy with accounts `names` at a simulated API, each with the priority of its place. */
async function behind(names: string[] = ['ann'], more: ProxyOptions = {}): Promise<Scene> {
  const api = await startSimulator({ clock: wallClock, log: silentLog, admin: true });
  await rooms.add(Promise.resolve({ close: () => api.close(0) }));
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: api.url,
    priority,
    secret: `sk-ant-api03-planted-${name}`,
  }));
  return { api, proxy: await rooms.add(aProxy({ accounts, ...more })) };
}

interface Asked {
  text?: string;
  model?: string;
  stream?: boolean;
  path?: string;
  pinned?: string;
  signal?: AbortSignal;
}

function ask(
  { url }: Proxy,
  { text = 'hi', model = 'claude-opus-5-5', ...more }: Asked = {},
): Promise<Response> {
  const { stream = false, path = '/v1/messages', pinned, signal = null } = more;
  const content = [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
  return fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-claude-code-session-id': 's1',
      ...(pinned !== undefined && { 'x-account-name': pinned }),
    },
    body: JSON.stringify({
      model,
      ...(path === '/v1/messages' && { max_tokens: 500, stream }),
      messages: [{ role: 'user', content }],
    }),
    signal,
  });
}

async function scrape({ url }: Proxy, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  return response.text();
}

/** What the simulator has billed, over all its keys and models. */
function billed({ simulator }: RunningSimulator, field: string): number {
  const totals = simulator.state().keys.flatMap(({ models }) => Object.values(models));
  return totals.reduce<number>((sum, total) => sum + Number(Reflect.get(total, field)), 0);
}

describe('the metrics of calls through the proxy', () => {
  it('count what was sent, and the tokens that the upstream billed', async () => {
    const { api, proxy } = await behind();
    const long = 'A long prompt that is worth a cache. '.repeat(800);
    for (const stream of [true, false, true]) {
      const answer = await ask(proxy, { stream, text: `${long}[[text:400]]` });
      expect((await answer.text()).length).toBeGreaterThan(100);
    }
    await (await ask(proxy, { model: 'claude-haiku-4-5', text: '[[text:90]]' })).text();
    await (await ask(proxy, { path: '/v1/messages/count_tokens' })).text();
    await (await ask(proxy, { model: 'gpt-9' })).text();
    const text = await scrape(proxy);
    const calls = (labels: Record<string, string>): number | undefined =>
      sumOf(text, 'ccproxy_calls_total', labels);
    expect(calls({ purpose: 'messages', status: '2xx', ended: 'complete', model: 'claude-opus-5-5' })).toBe(
      3,
    );
    expect(calls({ purpose: 'messages', status: '2xx', model: 'claude-haiku-4-5' })).toBe(1);
    expect(calls({ purpose: 'counting', status: '2xx' })).toBe(1);
    expect(calls({ status: '4xx', ended: 'error', model: 'other' })).toBe(1);
    expect(sumOf(text, 'ccproxy_call_errors_total', { type: 'not_found_error' })).toBe(1);
    expect(sumOf(text, 'ccproxy_attempts_total', { account: 'ann', ending: 'answered' })).toBe(6);
    const tokens = (kind: string): number | undefined => sumOf(text, 'ccproxy_tokens_total', { kind });
    expect(tokens('output')).toBe(billed(api, 'output_tokens'));
    expect(tokens('cache_read')).toBe(billed(api, 'cache_read_input_tokens'));
    expect(tokens('cache_write_5m')).toBe(billed(api, 'ephemeral_5m_input_tokens'));
    expect(billed(api, 'cache_read_input_tokens')).toBeGreaterThan(0);
    expect(sumOf(text, 'ccproxy_client_tokens_total', { client: 'local', kind: 'output' })).toBe(
      billed(api, 'output_tokens'),
    );
  });

  it('tell what an answer cost, what is left of the limits, and that the ledger has it', async () => {
    const { proxy } = await behind();
    const text = '[[usage:input=1000,read=0,write5m=0,write1h=0,output=100]]';
    await (await ask(proxy, { model: 'claude-haiku-4-5', text })).text();
    const scraped = await scrape(proxy);
    const labels = { account: 'ann', model: 'claude-haiku-4-5', basis: 'listed', estimate: 'false' };
    // One dollar a million tokens of input, five for output.
    expect(sumOf(scraped, 'ccproxy_cost_usd_total', labels)).toBeCloseTo(0.0015, 12);
    expect(sumOf(scraped, 'ccproxy_client_cost_usd_total', { client: 'local' })).toBeCloseTo(0.0015, 12);
    const left = { account: 'ann', window: 'requests' };
    expect(sumOf(scraped, 'ccproxy_account_headroom_ratio', left)).toBeGreaterThan(0.5);
    expect(sumOf(scraped, 'ccproxy_account_headroom_remaining', left)).toBeGreaterThan(0);
    await until(async () => sumOf(await scrape(proxy), 'ccproxy_ledger_written_calls_total') === 1);
  });

  it('tell of a budget what is used of it', async () => {
    const config = '[budgets.house]\nlimit_usd = 1\n';
    const { proxy } = await behind(['ann'], { config });
    const text = '[[usage:input=100000,read=0,write5m=0,write1h=0,output=0]]';
    await (await ask(proxy, { model: 'claude-haiku-4-5', text })).text();
    const house = { budget: 'house', scope: 'total', period: 'monthly', hard: 'true' };
    const scraped = await scrape(proxy);
    expect(sumOf(scraped, 'ccproxy_budget_used_usd', house)).toBeCloseTo(0.1, 6);
    expect(sumOf(scraped, 'ccproxy_budget_limit_usd', house)).toBe(1);
    expect(sumOf(scraped, 'ccproxy_budget_used_ratio', house)).toBeCloseTo(0.1, 6);
  });

  it('tell the input the upstream billed for messages', async () => {
    const { api, proxy } = await behind();
    await (await ask(proxy)).text();
    await (await ask(proxy, { stream: true })).text();
    expect(sumOf(await scrape(proxy), 'ccproxy_tokens_total', { kind: 'input' })).toBe(
      billed(api, 'input_tokens'),
    );
  });

  it('have histograms that agree with themselves and with the calls', async () => {
    const { proxy } = await behind();
    for (let call = 0; call < 5; call += 1) await (await ask(proxy, { stream: call % 2 === 0 })).text();
    const text = await scrape(proxy);
    for (const name of ['ccproxy_call_duration_seconds', 'ccproxy_call_first_byte_seconds']) {
      const buckets = seriesIn(text).filter((one) => one.name === `${name}_bucket`);
      const bySeries = Map.groupBy(buckets, ({ labels }) => JSON.stringify({ ...labels, le: undefined }));
      for (const [, series] of bySeries) {
        const values = series.map(({ value }) => value);
        expect(values.toSorted((a, b) => a - b)).toEqual(values);
      }
      expect(sumOf(text, `${name}_bucket`, { le: '+Inf' })).toBe(5);
      expect(sumOf(text, `${name}_count`)).toBe(5);
      const sum = sumOf(text, `${name}_sum`) ?? 0;
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThan(60);
    }
  });

  it('tell of an account at its limit, the move it led to, and where it stands', async () => {
    const { api, proxy } = await behind(['ann', 'bob']);
    await (await ask(proxy)).text();
    const rule = JSON.stringify({ scenario: 'limit-5h', times: 1 });
    expect((await fetch(`${api.url}/_sim/faults`, { method: 'POST', body: rule })).status).toBe(201);
    await (await ask(proxy)).text();
    const text = await scrape(proxy);
    const onAnn = { account: 'ann', scope: 'account', lesson: 'limited' };
    expect(sumOf(text, 'ccproxy_attempts_total', onAnn)).toBe(1);
    expect(sumOf(text, 'ccproxy_moves_total', { from: 'ann', to: 'bob' })).toBe(1);
    expect(sumOf(text, 'ccproxy_account_standing', { account: 'ann', standing: 'resting' })).toBe(1);
    expect(sumOf(text, 'ccproxy_account_standing', { account: 'bob', standing: 'ready' })).toBe(1);
    const ends = sumOf(text, 'ccproxy_account_rest_ends_timestamp_seconds', { account: 'ann' }) ?? 0;
    expect(ends).toBeGreaterThan(wallClock.now() / 1000);
  });

  it('count renewals of tokens by how they ended', async () => {
    const api = await rooms.add(aTokenProvider());
    const account = (name: string) => ({
      name,
      kind: 'oauth' as const,
      provider: 'sim',
      baseUrl: api.url,
      tokens: { ...api.signIn(), expiresAt: wallClock.now() - 1_000 },
    });
    const bob = account('bob');
    const lost = { ...bob, tokens: { ...bob.tokens, refresh: new Secret('no-such-token') } };
    const proxy = await rooms.add(aProxy({ accounts: [account('ann'), lost], config: api.config }));
    const renewals = async (name: string, result: string): Promise<number | undefined> =>
      sumOf(await scrape(proxy), 'ccproxy_token_refreshes_total', { account: name, result });
    for (const pinned of ['ann', 'bob']) await (await ask(proxy, { pinned })).text();
    expect(await renewals('ann', 'refreshed')).toBe(1);
    expect(await renewals('bob', 'signed_out')).toBe(1);
    expect(
      sumOf(await scrape(proxy), 'ccproxy_account_standing', { account: 'bob', standing: 'signed_out' }),
    ).toBe(1);
  });

  it('tell of streams that are open, and no more of those that were left', async () => {
    const { proxy } = await behind();
    const leaving = new AbortController();
    const text = '[[text:4000]][[pace:200]]';
    const answers = await Promise.all(
      [1, 2, 3].map(() => ask(proxy, { stream: true, text, signal: leaving.signal })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const open = await scrape(proxy);
    expect(sumOf(open, 'ccproxy_streams_open')).toBe(3);
    expect(sumOf(open, 'ccproxy_calls_in_flight')).toBe(3);
    expect(sumOf(open, 'ccproxy_account_calls_in_flight', { account: 'ann' })).toBe(3);
    leaving.abort();
    await until(async () => sumOf(await scrape(proxy), 'ccproxy_streams_open') === 0);
    expect(sumOf(await scrape(proxy), 'ccproxy_calls_total', { ended: 'client-left' })).toBe(3);
  });
});

describe('/metrics', () => {
  it('speaks the format that is asked for, and HEAD has no body', async () => {
    const { proxy } = await behind();
    const plain = await fetch(`${proxy.url}/metrics`);
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain.headers.get('cache-control')).toBe('no-store');
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5';
    const open = await fetch(`${proxy.url}/metrics`, { headers: { accept } });
    expect(open.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(await open.text()).toEndWith('\n# EOF\n');
    const head = await fetch(`${proxy.url}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('answers nobody from elsewhere', async () => {
    const { proxy } = await behind();
    const from = { 'x-forwarded-for': '203.0.113.9' };
    const response = await fetch(`${proxy.url}/metrics`, { headers: from });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('ccproxy_');
  });

  it('is not there where metrics are switched off, and nothing is counted', async () => {
    const { proxy } = await behind(['ann'], { config: '[metrics]\nenabled = false\n' });
    await (await ask(proxy)).text();
    const response = await fetch(`${proxy.url}/metrics`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('metrics.enabled');
  });

  it('holds no secret, and nothing of what was asked and answered', async () => {
    const { proxy } = await behind(['ann'], { keys: [{ name: 'laptop' }] });
    const key = proxy.keys[0]!;
    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': key,
        'x-claude-code-session-id': 'planted-s',
      },
      body: JSON.stringify({
        model: 'claude-opus-5-5',
        max_tokens: 50,
        messages: [{ role: 'user', content: 'planted words [[say:planted answer]]' }],
      }),
    });
    expect(await response.text()).toContain('planted answer');
    const text = await scrape(proxy);
    expect(sumOf(text, 'ccproxy_client_calls_total', { client: 'laptop', status: '2xx' })).toBe(1);
    const series = seriesIn(text).map(({ name, labels }) => JSON.stringify([name, labels]));
    expect(new Set(series).size).toBe(series.length);
    for (const secret of ['planted', key, key.slice(0, 12), 'sk-ant']) expect(text).not.toContain(secret);
  });
});

describe('metrics for a collector', () => {
  it('are sent to one that the settings name while the proxy runs', async () => {
    const collector = await rooms.add(aCollector());
    const { proxy } = await behind();
    await writeFile(
      proxy.places.config,
      `[metrics]\notlp_url = "${collector.url}"\notlp_interval_seconds = 1\n`,
    );
    await proxy.server.reload();
    await until(() => collector.calls.length > 0);
    expect(namesIn(collector.calls[0]!)).toContain('ccproxy_account_standing');
  });

  it('are sent from the start, and a last time when the proxy stops', async () => {
    const collector = await rooms.add(aCollector());
    const config = `[metrics]\notlp_url = "${collector.url}"\notlp_interval_seconds = 1\n`;
    const { proxy } = await behind(['ann'], { config });
    await (await ask(proxy)).text();
    await until(() => collector.calls.length > 0);
    const before = collector.calls.length;
    await proxy.stop();
    expect(collector.calls.length).toBeGreaterThan(before);
    expect(namesIn(collector.calls.at(-1)!)).toContain('ccproxy_calls');
  });
});
