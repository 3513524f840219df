import { afterEach, describe, expect, it } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusView } from '../../src/admin/contract.ts';
import { until } from '../help/a-command.ts';
import { aCertificate } from '../help/a-certificate.ts';
import type { Connection } from '../help/a-connection.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { dollarPrices, spenders } from '../help/a-spender.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';
import { hello, keyed, severalProcesses } from '../help/some-workers.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function statusOf(proxy: Proxy): Promise<StatusView> {
  return (await (await fetch(`${proxy.url}/status`)).json()) as StatusView;
}

describe.if(process.platform === 'linux')('a proxy of several processes', () => {
  it('deals connections out to all of them, and each serves calls as one process would', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const { toEach } = await severalProcesses(rooms, 3, { accounts: keyed(up.url, 'one') });
    for (const connection of await toEach()) {
      const { status, headers, body } = await connection.post('/v1/messages', hello);
      expect([status, headers.get('x-ccproxy-account'), JSON.parse(body)]).toEqual([
        200,
        'one',
        expect.objectContaining({ type: 'message', id: 'msg_01' }),
      ]);
    }
    expect(up.served()).toEqual(['sk-ant-api03-one', 'sk-ant-api03-one', 'sk-ant-api03-one']);
  });

  it('keeps a session on its account, whichever process gets the connection', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = keyed(up.url, 'one', 'two', 'three').map((one) => ({ ...one, priority: 1 }));
    const { connect } = await severalProcesses(rooms, 3, { accounts });
    const homes = new Map<string, Set<string>>();
    for (let at = 0; at < 200; at++) {
      const session = `session-${at % 10}`;
      const connection = await connect();
      const got = await connection.post('/v1/messages', hello, { 'x-claude-code-session-id': session });
      await connection.close();
      homes.set(session, (homes.get(session) ?? new Set()).add(got.headers.get('x-ccproxy-account') ?? ''));
    }
    expect([...homes.values()].map(({ size }) => size)).toEqual(Array(10).fill(1));
    expect(new Set([...homes.values()].flatMap((home) => [...home]))).toEqual(
      new Set(['one', 'two', 'three']),
    );
  });

  it('respects at once, in every process, what one of them has learned of an account', async () => {
    let isLimited = false;
    const reset = new Date(Date.now() + 3_600_000).toISOString();
    const limit = [
      'anthropic-ratelimit-requests-remaining',
      '0',
      'anthropic-ratelimit-requests-reset',
      reset,
    ];
    const up = await rooms.add(
      anUpstream(({ credential }) =>
        isLimited && credential === 'sk-ant-api03-one'
          ? apiError(429, 'rate_limit_error', ['retry-after', '3600', ...limit])
          : message(),
      ),
    );
    const { toEach } = await severalProcesses(rooms, 3, { accounts: keyed(up.url, 'one', 'two') });
    const connections = await toEach();
    const session = { 'x-claude-code-session-id': 's' };
    for (const connection of connections) await connection.post('/v1/messages', hello, session);
    isLimited = true;
    const [, learner] = connections;
    expect((await learner?.post('/v1/messages', hello, session))?.headers.get('x-ccproxy-account')).toBe(
      'two',
    );
    // At once: before an answer of the next call, on any other connection, could come.
    for (const connection of connections) {
      const { headers } = await connection.post('/v1/messages', hello, session);
      expect([headers.get('x-ccproxy-account'), headers.get('x-ccproxy-attempts')]).toEqual(['two', '1']);
    }
    expect(up.served().filter((key) => key === 'sk-ant-api03-one')).toHaveLength(4);
  });

  it('counts every call once, in status, metrics and ledger, as the upstream did', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const { proxy, workers, toEach } = await severalProcesses(rooms, 3, {
      accounts: keyed(up.url, 'one'),
    });
    const connections = await toEach();
    for (let round = 0; round < 20; round++)
      await Promise.all(connections.map((connection) => connection.post('/v1/messages', hello)));
    await until(async () => (await statusOf(proxy)).ledger.written >= 60);
    for (const connection of connections) {
      const metrics = (await connection.get('/metrics')).body;
      const calls = [...metrics.matchAll(/^ccproxy_calls_total\{[^\n]*\} (\d+)$/gm)].map(([, count]) =>
        Number(count),
      );
      expect(calls.reduce((sum, count) => sum + count, 0)).toBe(up.calls.length);
      const status = JSON.parse((await connection.get('/status')).body) as StatusView;
      expect(status.accounts.map(({ served }) => served)).toEqual([60]);
      expect(new Set(status.workers)).toEqual(new Set(workers()));
    }
    expect(up.calls).toHaveLength(60);
    expect(proxy.records).toHaveLength(60);
  });

  it('holds a budget across processes: a burst over all of them does not run far past it', async () => {
    const on = await spenders(rooms, {
      config: '[budgets.house]\nlimit_usd = 1\n',
      processes: 3,
    });
    // Each is expected to cost a bit, and costs a quarter of the budget.
    const answers = await Promise.all(Array.from({ length: 60 }, () => on.spend(0.25)));
    const served = answers.filter(({ status }) => status === 200).length;
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    expect(served).toBeGreaterThan(0);
    expect(up(on)).toBe(served);
    const more = await Promise.all(Array.from({ length: 20 }, () => on.spend(0.25)));
    await Promise.all(more.map((answer) => answer.arrayBuffer()));
    expect(more.every(({ status }) => status === 429)).toBe(true);
  });

  it('has no more calls on an account at once than it may have; the others wait in one line', async () => {
    let running = 0;
    let most = 0;
    const two = Promise.withResolvers<void>();
    const up = await rooms.add(
      anUpstream(async () => {
        running += 1;
        most = Math.max(most, running);
        // The first of all waits for a second one, however long that takes; then they take long enough for a third.
        if (running === 2) two.resolve();
        await two.promise;
        await new Promise<void>((resolve) => setTimeout(resolve, 20));
        running -= 1;
        return message();
      }),
    );
    const accounts = keyed(up.url, 'one').map((one) => ({ ...one, maxConcurrent: 2 }));
    const { connect } = await severalProcesses(rooms, 3, { accounts });
    const connections = await Promise.all(Array.from({ length: 24 }, connect));
    const answers = await Promise.all(
      connections.map((connection) => connection.post('/v1/messages', hello)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(24).fill(200));
    expect(most).toBe(2);
  });

  it('holds a client key, and all clients together, to what they may do in all processes together', async () => {
    const gate = Promise.withResolvers<void>();
    const up = await rooms.add(
      anUpstream(async () => {
        await gate.promise;
        return message();
      }),
    );
    const { proxy, connect } = await severalProcesses(rooms, 3, {
      accounts: keyed(up.url, 'one'),
      keys: [{ name: 'ann', callsAtOnce: 4 }, { name: 'bob' }],
      config: '[clients]\nmax_concurrent_calls = 20\n',
    });
    const asked = async (key = '', count = 0): Promise<{ count: (status: number) => number }> => {
      const connections = await Promise.all(Array.from({ length: count }, connect));
      const statuses: number[] = [];
      for (const connection of connections)
        void connection
          .post('/v1/messages', hello, { 'x-api-key': key })
          .then(({ status }) => statuses.push(status));
      return { count: (status) => statuses.filter((one) => one === status).length };
    };
    const [ann, bob] = proxy.keys;
    const ofAnn = await asked(ann, 12);
    await until(() => ofAnn.count(429) === 8);
    const ofBob = await asked(bob, 20);
    await until(() => ofBob.count(503) === 4);
    await until(() => up.calls.length === 20);
    gate.resolve();
    await until(() => ofAnn.count(200) + ofBob.count(200) === 20);
    expect([ofAnn.count(200), ofBob.count(200)]).toEqual([4, 16]);
  });

  it('tells the page what happens, whichever process has its connection', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const { toEach } = await severalProcesses(rooms, 2, { accounts: keyed(up.url, 'one') });
    const pages = await toEach();
    const origin = { host: 'localhost', accept: 'text/event-stream' };
    for (const page of pages) page.ask('/api/events', origin);
    await Promise.all(pages.map((page) => page.until((seen) => seen.includes('text/event-stream'))));
    const [, caller] = await toEach();
    await caller?.post('/v1/messages', hello);
    await Promise.all(
      pages.map((page) => page.until((seen) => /event: \w*\r?\n?/.test(seen) && seen.includes('requests'))),
    );
    expect(pages.map(({ ended }) => ended)).toEqual([undefined, undefined]);
  });

  for (const scope of ['total', 'account'] as const) {
    it(`lets calls run at once only as far as a budget (${scope}) reaches, as one process would`, async () => {
      const gate = Promise.withResolvers<void>();
      const up = await rooms.add(
        anUpstream(async () => {
          await gate.promise;
          return message();
        }),
      );
      // Each call is expected to bring an eighth of what it may: 16,000 tokens, so the seventh reaches beyond the budget.
      const config = `${dollarPrices}[budgets.house]\nscope = "${scope}"\nlimit_usd = 0.1\n${scope === 'account' ? 'of = ["one"]\n' : ''}`;
      const { connect, proxy } = await severalProcesses(rooms, 3, { accounts: keyed(up.url, 'one'), config });
      const connections = await Promise.all(Array.from({ length: 24 }, connect));
      const refused: number[] = [];
      for (const connection of connections)
        void connection
          .post('/v1/messages', { ...hello, max_tokens: 200_000 })
          .then(({ status }) => refused.push(status))
          .catch(() => undefined);
      // For an account they wait, for a caller they are told to come again.
      await until(async () => {
        const metrics = await (await fetch(`${proxy.url}/metrics`)).text();
        const waiting = Number(/^ccproxy_calls_waiting (\d+)$/m.exec(metrics)?.[1]);
        return up.calls.length + waiting + refused.length === 24;
      });
      expect([up.calls.length, new Set(refused)]).toEqual([7, new Set(scope === 'total' ? [429] : [])]);
      for (const connection of connections) await connection.close();
      gate.resolve();
    });
  }

  it('takes changed settings, accounts and client keys in every process', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const { proxy, toEach } = await severalProcesses(rooms, 3, { accounts: keyed(up.url, 'one', 'two') });
    const connections = await toEach();
    const account = async (connection: Connection): Promise<unknown> =>
      (await connection.post('/v1/messages', hello)).headers.get('x-ccproxy-account');
    expect(await Promise.all(connections.map(account))).toEqual(['one', 'one', 'one']);
    const switched = await controlled(proxy, 'POST', '/status/accounts/one/disable');
    expect(switched.status).toBe(200);
    expect(await Promise.all(connections.map(account))).toEqual(['two', 'two', 'two']);
    await writeFile(proxy.places.config, '[server]\nmax_body_bytes = "1 KiB"\n');
    await proxy.server.reload();
    const large = { ...hello, system: 'x'.repeat(2_000) };
    for (const connection of connections)
      expect((await connection.post('/v1/messages', large)).status).toBe(413);
  });

  it('speaks TLS in every process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    await rooms.add(Promise.resolve({ close: async () => rmSync(folder, { recursive: true }) }));
    const { cert, key, pem } = aCertificate(folder, 'localhost');
    const up = await rooms.add(anUpstream(() => message()));
    const config = `[server]\ntls_cert = "${cert}"\ntls_key = "${key}"\n`;
    const { proxy } = await severalProcesses(rooms, 3, { accounts: keyed(up.url, 'one'), config });
    expect(proxy.url).toStartWith('https://');
    for (let at = 0; at < 20; at++) {
      const answer = await fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        body: JSON.stringify(hello),
        headers: { connection: 'close' },
        tls: { ca: pem },
      } as RequestInit);
      expect([answer.status, ((await answer.json()) as { id: string }).id]).toEqual([200, 'msg_01']);
    }
  });

  it('does not share its port with another proxy', async () => {
    const { proxy } = await severalProcesses(rooms, 2);
    const flags = { 'server.port': proxy.port };
    for (const processes of [1, 2])
      await expect(aProxy({ processes, flags })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

function up({ up: { calls } }: Awaited<ReturnType<typeof spenders>>): number {
  return calls.length;
}

/** As commands of the same user may. */
async function controlled(proxy: Proxy, method: string, path: string): Promise<Response> {
  const { controlToken } = JSON.parse(await readFile(proxy.places.run, 'utf8')) as { controlToken: string };
  return fetch(`${proxy.url}${path}`, { method, headers: { 'x-ccproxy-control': controlToken } });
}
