// The attack: whoever reaches the port without a key sends as much as they like, of every kind: without a key, with
// wrong ones, under foreign names, from web pages, with bodies and requests that are none, naming accounts, sessions
// and objects of others. The original lost accounts to a handful of them. Here ten thousand must leave everything as
// it was: where accounts stand, what they have left, where sessions are at home, who owns what, what was spent.
import { afterEach, describe, expect, it, spyOn } from 'bun:test';
import { Pool } from '../../src/accounts/pool.ts';
import { HandClock } from '../help/a-clock.ts';
import type { Answer } from '../../src/http/call.ts';
import { parsed, until } from '../help/a-command.ts';
import { databaseDump, type Dump } from '../help/a-database-dump.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { anUpstream, apiError, json, message, type SeenCall, type Upstream } from '../help/an-upstream.ts';
import { hostileRequests, last } from '../help/hostile-requests.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const strangers = 10_000;
const atOnce = 32;
const clock = new HandClock();

const session = '00000000-0000-4000-8000-000000000001';
const home = { 'x-claude-code-session-id': session };
const body = JSON.stringify({
  model: 'claude-opus-5-5',
  max_tokens: 1,
  messages: [{ role: 'user', content: 'hi' }],
  metadata: { user_id: `user_1_account__session_${session}` },
});

interface Kind {
  readonly status: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const refused = (more: Omit<Kind, 'status'>): Kind => ({ status: 401, ...more });

/** What strangers send. Each names what it is after where it can: an account, a session, an object of somebody's. */
const kinds: readonly Kind[] = [
  refused({}),
  refused({ headers: home }),
  refused({ headers: { 'x-account-name': 'ann' } }),
  refused({ headers: { 'x-account-name': 'own', authorization: 'Bearer sk-ant-oat01-somebody-elses' } }),
  refused({ headers: { 'x-api-key': `ccp-${'x'.repeat(43)}` } }),
  refused({ headers: { 'x-ccproxy-key': 'wrong', 'x-api-key': 'sk-ant-api03-ann' } }),
  refused({ headers: { authorization: 'Bearer nonsense', ...home } }),
  refused({ headers: { authorization: 'Basic YW5uOmFubg==' } }),
  refused({ headers: { 'x-forwarded-for': '127.0.0.1', ...home } }),
  refused({ body: '' }),
  refused({ body: '{' }),
  refused({ body: '[]' }),
  refused({ body: '{"model":"a","model":"b"}' }),
  refused({ body: `{"model":"m","messages":${'['.repeat(2_000)}` }),
  refused({ body: '\u0000\ufffe' }),
  refused({ path: '/v1/messages/count_tokens' }),
  refused({ path: '/v1/messages/batches' }),
  refused({ path: '/v1/messages/batches/msgbatch_1', method: 'GET' }),
  refused({ path: '/v1/messages/batches/msgbatch_1/cancel' }),
  refused({ path: '/v1/files/file_1', method: 'DELETE' }),
  refused({ path: '/v1/models', method: 'GET' }),
  { status: 403, path: '/v1/organizations/me', method: 'GET' },
  { status: 403, headers: { origin: 'https://evil.example', ...home } },
  { status: 403, headers: { 'sec-fetch-site': 'cross-site' } },
  { status: 403, headers: { host: 'evil.example' } },
  { status: 403, path: '/status/accounts/ann/disable', headers: { 'x-forwarded-for': '127.0.0.1' } },
  { status: 403, path: '/status/accounts/ann/refresh', headers: { origin: 'https://evil.example' } },
];

/** `ann` comes to be at its limit, `bob` serves; both tell what they have left. */
function reply({ credential, target }: SeenCall): Answer {
  const unified = 'anthropic-ratelimit-unified-5h';
  const reset = String(clock.now() / 1000 + 3_600);
  const plan = [`${unified}-status`, 'allowed', `${unified}-utilization`, '0.5', `${unified}-reset`, reset];
  if (target.startsWith('/v1/files')) return json(200, { id: 'file_1', type: 'file' });
  if (credential === 'sk-ant-api03-ann')
    return apiError(429, 'rate_limit_error', ['retry-after', '7200', ...plan]);
  const answer = message();
  return { ...answer, headers: [...answer.headers, ...plan] };
}

const config = `
[budgets.house]
limit_usd = 100
[budgets.bob]
scope = "account"
of = ["bob"]
limit_usd = 50
`;

/** A proxy that is in use: an account that rests, headroom, a session at home, an object with an owner, spent budgets. */
async function inUse(): Promise<{ proxy: Proxy; up: Upstream; key: Record<string, string> }> {
  const up = await rooms.add(anUpstream(reply));
  const account = { kind: 'api-key', baseUrl: up.url } as const;
  const accounts: ProxyOptions['accounts'] = [
    { ...account, name: 'ann', priority: 1, secret: 'sk-ant-api03-ann' },
    { ...account, name: 'bob', priority: 2, secret: 'sk-ant-api03-bob' },
    { ...account, name: 'carl', priority: 3, secret: 'sk-ant-api03-carl' },
    { name: 'own', kind: 'passthrough', baseUrl: up.url },
  ];
  const proxy = await rooms.add(aProxy({ accounts, keys: [{ name: 'ci' }], config, clock }));
  const key = { 'x-api-key': proxy.keys[0] ?? '', ...home };
  for (const path of ['/v1/messages', '/v1/messages', '/v1/files']) {
    const answer = await fetch(`${proxy.url}${path}`, { method: 'POST', headers: key, body });
    expect([answer.status, await answer.json()]).toMatchObject([200, {}]);
  }
  // What is written late is written now.
  await clock.turn(60_000);
  const used = ['bindings', 'budget_spend', 'headroom', 'moves', 'rests', 'session_homes', 'standings'];
  await until(() => used.every((name) => stored(proxy)[name]?.length !== 0));
  return { proxy, up, key };
}

/** Sends `count` requests, as many at once as `atOnce`; says which were answered otherwise than expected. */
async function send(url: string, count: number): Promise<string[]> {
  const wrong: string[] = [];
  let sent = 0;
  const oneByOne = async (): Promise<void> => {
    for (let at = sent++; at < count; at = sent++) {
      const kind = kinds[at % kinds.length]!;
      const { path = '/v1/messages', method = 'POST', headers = {} } = kind;
      const init = { method, headers, ...(method === 'POST' && { body: kind.body ?? body }) };
      const answer = await fetch(`${url}${path}`, init);
      await answer.arrayBuffer();
      if (answer.status !== kind.status) wrong.push(`${answer.status} for ${JSON.stringify(kind)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneByOne));
  return wrong;
}

/** The pool as the owner of the machine sees it: where accounts stand, what was counted, what they have left. */
async function pool({ url }: Proxy): Promise<unknown> {
  const answer = await fetch(`${url}/status`);
  expect(answer.status).toBe(200);
  // How many rows the ledger has yet to write: that refusals are written down is meant.
  const { ledger: _, ...seen } = parsed<Record<string, unknown>>(await answer.text());
  return seen;
}

/** The whole database; of the calls, whose refusals are written down as well, those that concern an account. */
function stored({ places }: Proxy): Dump {
  const { calls = [], rollups = [], ...others } = databaseDump(places.database);
  const ofAccounts = (rows: Dump[string]): Dump[string] => rows.filter(({ account_id: id }) => Boolean(id));
  return { ...others, calls: ofAccounts(calls), rollups: ofAccounts(rollups) };
}

describe('ten thousand requests of strangers', () => {
  it('change nothing of any account, session, object or budget', async () => {
    const { proxy, up } = await inUse();
    const before = { pool: await pool(proxy), stored: stored(proxy), calls: up.calls.length };
    const chosen = spyOn(Pool.prototype, 'choose');
    const learned = spyOn(Pool.prototype, 'report');
    try {
      expect(await send(proxy.url, strangers)).toEqual([]);
      for (const { says } of hostileRequests.filter(({ calls }) => calls.length === 0))
        await rawSend(proxy.port, says + last);
      expect([chosen.mock.calls.length, learned.mock.calls.length]).toEqual([0, 0]);
    } finally {
      chosen.mockRestore();
      learned.mockRestore();
    }
    expect(await pool(proxy)).toEqual(before.pool);
    expect(up.calls).toHaveLength(before.calls);
    await clock.turn(60_000);
    await proxy.stop();
    expect(stored(proxy)).toEqual(before.stored);
  });

  it('are told from a single one of somebody with a key, so that the test above can fail', async () => {
    const { proxy, key } = await inUse();
    const before = { pool: await pool(proxy), stored: stored(proxy) };
    await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers: key, body })).arrayBuffer();
    expect(await pool(proxy)).not.toEqual(before.pool);
    await clock.turn(60_000);
    await proxy.stop();
    const after = stored(proxy);
    const changed = Object.keys(after).filter((name) => !Bun.deepEquals(after[name], before.stored[name]));
    expect(changed).toEqual(expect.arrayContaining(['budget_spend', 'calls', 'headroom', 'rollups']));
  });
});
