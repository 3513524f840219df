import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import type { Way } from '../../src/wire/sender.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import { header } from '../../src/http/headers.ts';
import { testAccount, type AccountTest, type TestMeans } from '../../src/proxy/test-account.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender, Sending } from '../../src/wire/sender.ts';
import { Rooms } from '../help/a-proxy.ts';
import { anAccount } from '../help/an-account.ts';
import { anUpstream, apiError, json, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
let sender: Sender;
beforeEach(() => {
  sender = openSender({ clock: wallClock });
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

const means = (more: Partial<TestMeans> = {}): TestMeans => ({
  sender,
  secretOf: () => new Secret('sk-ant-api03-planted'),
  wayOutOf: () => undefined,
  clock: wallClock,
  ...more,
});

/** Tests an account of an upstream that answers so. */
async function tested(reply: Reply, more: Partial<Account> = {}): Promise<[AccountTest, Upstream]> {
  const up = await rooms.add(anUpstream(reply));
  return [await testAccount(anAccount('work', { baseUrl: `${up.url}/prefix`, ...more }), means()), up];
}

describe('the test of an account', () => {
  it('asks for the models, as ourselves, with its credential', async () => {
    const [found, { calls }] = await tested(() => json(200, { data: [] }), { sendAs: 'x-api-key' });
    expect(found).toMatchObject({ works: true, code: 'works', fix: null, status: 200 });
    expect(calls.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /prefix/v1/models?limit=1',
    ]);
    expect(calls[0]?.credential).toBe('sk-ant-api03-planted');
    expect(header(calls[0]?.headers ?? [], 'user-agent')).toMatch(/^claude-code-proxy\//);
  });

  it('counts tokens where there is no list of models, and never sends a message', async () => {
    const [found, { calls }] = await tested(({ target }) =>
      target.endsWith('/count_tokens') ? json(200, { input_tokens: 1 }) : json(404, {}),
    );
    expect(found.works).toBe(true);
    expect(calls.map(({ target }) => target.replace('/prefix', ''))).toEqual([
      '/v1/models?limit=1',
      '/v1/messages/count_tokens',
    ]);
  });

  it('says what is wrong, with the words of the upstream, and what to do', async () => {
    for (const [status, code] of [
      [401, 'refused'],
      [403, 'forbidden'],
      [404, 'unfit'],
      [407, 'proxy-login-refused'],
      [500, 'struggling'],
    ] as const) {
      const [found] = await tested(() => apiError(status, 'some_error'));
      expect(found).toMatchObject({ works: false, code, status });
      expect(found.says).toContain('some_error from upstream');
      expect(found.fix).not.toBe(null);
    }
    const [moved] = await tested(() => ({
      status: 302,
      headers: ['location', 'https://login.test'],
      body: undefined,
    }));
    expect(moved).toMatchObject({ code: 'redirected', says: expect.stringContaining('https://login.test') });
  });

  it('takes a limit for a sign that the credential works', async () => {
    const [found] = await tested(() => apiError(429, 'rate_limit_error'));
    expect(found).toMatchObject({ works: true, code: 'limited' });
  });

  it('asks a pass-through upstream without a credential, and is content with a refusal', async () => {
    const [found, { calls }] = await tested(() => apiError(401, 'authentication_error'), {
      kind: 'passthrough',
    });
    expect(found).toMatchObject({ works: true, code: 'reachable' });
    expect(calls[0]?.credential).toBeUndefined();
  });

  it('does not repeat the credential that an upstream repeats, nor drives the terminal', async () => {
    const said = 'bad key sk-ant-api03-planted\u001b[2J\nreally';
    const [found] = await tested(() => json(401, { error: { message: said } }));
    expect(found.says).toContain('bad key …');
    for (const bad of ['planted', '\u001b', '\n']) expect(found.says).not.toContain(bad);
  });

  it('tells where nothing answers', async () => {
    const found = await testAccount(anAccount('work', { baseUrl: 'http://127.0.0.1:1' }), means());
    expect(found).toMatchObject({ works: false, code: 'refused', status: null });
  });

  it('goes the way of the account, and nowhere without what that needs', async () => {
    const seen: unknown[] = [];
    const way: Way = { proxy: new URL('http://10.0.0.1:3128') };
    const recording: Sender = {
      send(sending: Sending) {
        seen.push(Reflect.get(sending, 'via'));
        return Promise.resolve({ is: 'late' });
      },
      close() {},
    };
    const work = anAccount('work', { proxy: 'http://10.0.0.1:3128' });
    await testAccount(work, means({ sender: recording, wayOutOf: () => way }));
    expect(seen).toEqual([way]);
    const lost = (): Promise<Way> =>
      Promise.reject(new Problem('proxy-login-missing', 'It is gone.', 'Give it.'));
    const found = await testAccount(work, means({ sender: recording, wayOutOf: lost }));
    expect(found).toMatchObject({ works: false, code: 'proxy-login-missing', says: 'It is gone.' });
    const none = await testAccount(
      work,
      means({ sender: recording, secretOf: () => Promise.resolve(undefined) }),
    );
    expect(none).toMatchObject({ works: false, code: 'no-secret' });
    expect(seen.length).toBe(1);
  });
});
