import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import type { HeaderList } from '../../src/http/headers.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, json, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
let clock: HandClock;
beforeEach(() => {
  clock = new HandClock();
});
afterEach(() => rooms.close());

const secretOf = (name: string): string => `sk-ant-api03-${name}`;

async function behind(reply: Reply, ...names: string[]): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority,
    secret: secretOf(name),
  }));
  return { proxy: await rooms.add(aProxy({ accounts, clock })), up };
}

/** The same home, after a stop. */
async function again(proxy: Proxy): Promise<Proxy> {
  await proxy.stop();
  return rooms.add(aProxy({ home: proxy.places.home, clock }));
}

function post(proxy: Proxy, session = 's', model = 'claude-opus-5-5'): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] }),
    headers: { 'x-claude-code-session-id': session },
  });
}

async function servedBy(proxy: Proxy, session?: string): Promise<string | null> {
  const answer = await post(proxy, session);
  await answer.text();
  return answer.headers.get('x-ccproxy-account');
}

async function accountsOf(proxy: Proxy): Promise<AccountView[]> {
  const answer = await fetch(`${proxy.url}/status/accounts`);
  return (await answer.json()) as AccountView[];
}

const later = (seconds: number): string => new Date(clock.now() + seconds * 1_000).toISOString();
const unified = (window: string, fields: Record<string, string | number>): HeaderList =>
  Object.entries(fields).flatMap(([name, value]) => [
    `anthropic-ratelimit-unified-${window}-${name}`,
    String(value),
  ]);

describe('where an account stands', () => {
  it('is told with what the upstream said, since when, until when and how it ends, also after a restart', async () => {
    const reset = later(3_600);
    const limit: HeaderList = [
      'anthropic-ratelimit-output-tokens-limit',
      '80000',
      'anthropic-ratelimit-output-tokens-remaining',
      '0',
      'anthropic-ratelimit-output-tokens-reset',
      reset,
    ];
    const replies = {
      ann: apiError(429, 'rate_limit_error', limit),
      bob: apiError(401, 'authentication_error', [], { message: 'sk-ant-oat01-elsewhere is no key' }),
      cy: apiError(403, 'permission_error', [], { message: 'This organization has been disabled.' }),
    };
    const { proxy } = await behind(
      ({ credential = '' }) => replies[credential.slice('sk-ant-api03-'.length) as keyof typeof replies],
      ...Object.keys(replies),
    );
    await post(proxy);
    const since = later(0);
    const expected = [
      {
        is: 'resting',
        since,
        until: reset,
        reason: 'output tokens a minute used up',
        evidence: { in: 'header', name: 'anthropic-ratelimit-output-tokens-reset', value: reset },
        isGuess: false,
        isCut: false,
        askedEarlyAt: null,
        endsBy: 'time',
      },
      {
        is: 'signed-out',
        since,
        reason: 'credential refused, 401 authentication_error',
        evidence: { in: 'body', name: 'error.message', value: 'sk-ant-oat01-[secret] is no key' },
        endsBy: 'credential',
      },
      {
        is: 'signed-out',
        since,
        reason: 'held by its upstream, 403 permission_error',
        evidence: { in: 'body', name: 'error.message', value: 'This organization has been disabled.' },
        endsBy: 'person',
      },
    ];
    expect((await accountsOf(proxy)).map(({ standing }) => standing as object)).toEqual(expected);
    clock.skip(60_000);
    const after = await again(proxy);
    expect((await accountsOf(after)).map(({ standing }) => standing as object)).toEqual(expected);
    clock.skip(3_600_000);
    expect((await accountsOf(after))[0]).toMatchObject({
      standing: { is: 'ready' },
      lastRest: { since, until: reset, evidence: { value: reset } },
    });
  });

  it('is told by nothing that repeats the credential, though the client sees all of the answer', async () => {
    const { proxy } = await behind(
      ({ credential }) =>
        apiError(401, 'authentication_error', [], { message: `no such key: ${credential}` }),
      'ann',
    );
    expect(await (await post(proxy)).text()).toContain(secretOf('ann'));
    const [ann] = await accountsOf(proxy);
    expect(ann?.standing).toMatchObject({ evidence: { name: 'error.type', value: 'authentication_error' } });
  });

  it('follows windows of a plan that nobody knows yet: kept, shown and respected', async () => {
    const reset = Math.round(clock.now() / 1_000) + 7_200;
    const full = [
      ...unified('3w_galactic', { status: 'rejected', utilization: 1.02, reset }),
      ...unified('tide', { status: 'allowed', utilization: 0.4, reset: reset + 60 }),
    ];
    const { proxy } = await behind(
      ({ credential = '' }) => {
        if (credential.endsWith('ann')) return apiError(429, 'rate_limit_error', full);
        return message();
      },
      'ann',
      'bob',
    );
    expect(await servedBy(proxy)).toBe('bob');
    const check = async (on: Proxy): Promise<void> => {
      const [ann] = await accountsOf(on);
      expect(ann?.standing).toMatchObject({
        is: 'resting',
        until: new Date(reset * 1_000).toISOString(),
        reason: 'limit "3w_galactic" used up',
        evidence: { name: 'anthropic-ratelimit-unified-3w_galactic-reset', value: String(reset) },
      });
      expect(ann?.windows).toMatchObject([
        { name: '3w_galactic', kind: 'plan', used: 1.02, status: 'rejected', forecast: 'used-up' },
        { name: 'tide', kind: 'plan', used: 0.4, status: 'allowed' },
      ]);
    };
    await check(proxy);
    await check(await again(proxy));
  });

  it('is not ordered by such a window below the soft limit, and comes last beyond it', async () => {
    let utilization = 0.9;
    const reset = Math.round(clock.now() / 1_000) + 7_200;
    const { proxy } = await behind(
      () => {
        const headers = unified('3w_galactic', { status: 'allowed_warning', utilization, reset });
        return json(
          200,
          { id: 'msg_1', type: 'message', usage: { input_tokens: 1, output_tokens: 1 } },
          headers,
        );
      },
      'ann',
      'bob',
    );
    for (const session of ['1', '2', '3']) expect(await servedBy(proxy, session)).toBe('ann');
    utilization = 0.99;
    clock.skip(2_000);
    expect(await servedBy(proxy, '4')).toBe('ann');
    expect(await servedBy(proxy, '5')).toBe('bob');
    expect(await servedBy(proxy, '1')).toBe('ann');
  });
});

describe('a guess that has come to its end', () => {
  it('is asked about by one of a hundred calls at once, and the others follow when that is served', async () => {
    let isOutOfMoney = true;
    const held = Promise.withResolvers<void>();
    const { proxy, up } = await behind(async () => {
      if (isOutOfMoney) return apiError(429, 'billing_error');
      await held.promise;
      return message();
    }, 'ann');
    expect((await post(proxy)).status).toBe(429);
    clock.skip(3_600_000);
    isOutOfMoney = false;
    const before = up.calls.length;
    const calls = Array.from({ length: 100 }, (_, at) => post(proxy, `s${at}`).then(({ status }) => status));
    await until(async () => {
      const scrape = await (await fetch(`${proxy.url}/metrics`)).text();
      return scrape.includes('ccproxy_calls_waiting 99\n');
    });
    expect(up.calls.length - before).toBe(1);
    held.resolve();
    let statuses: number[] | undefined;
    void Promise.all(calls).then((all) => {
      statuses = all;
    });
    // They come one after the other, as after every rest.
    await until(async () => {
      await clock.turn(250);
      return statuses !== undefined;
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(up.calls.length - before).toBe(100);
  });
});

describe('a session that had to leave', () => {
  const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 1_000 };
  const good = json(200, { id: 'msg_1', type: 'message', stop_reason: 'end_turn', usage });

  it('goes home after a restart while its cache there is warm, and not when it is cold', async () => {
    for (const [awayMs, home] of [
      [60_000, 'ann'],
      [299_000, 'bob'],
    ] as const) {
      let isLimited = false;
      const limit = apiError(429, 'rate_limit_error', ['retry-after', '30']);
      const reply: Reply = ({ credential = '' }) => (isLimited && credential.endsWith('ann') ? limit : good);
      const { proxy } = await behind(reply, 'ann', 'bob');
      expect(await servedBy(proxy)).toBe('ann');
      clock.skip(2_000);
      isLimited = true;
      expect(await servedBy(proxy)).toBe('bob');
      isLimited = false;
      clock.skip(awayMs);
      expect(await servedBy(await again(proxy))).toBe(home);
    }
  });
});
