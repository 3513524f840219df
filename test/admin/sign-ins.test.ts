import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { SignIns } from '../../src/admin/sign-ins.ts';
import { findRunning, type RemoteProxy } from '../../src/admin/remote.ts';
import { readRunFile } from '../../src/admin/run-file.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { SignInFlowView } from '../../src/admin/contract-accounts.ts';
import type { Revoked } from '../../src/oauth/outcome.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { type RunningSimulator, startSimulator } from '../../src/simulator/start.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { openStore } from '../accounts/a-store.ts';
import { aSignInRoom } from '../oauth/a-sign-in.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { HandClock } from '../help/a-clock.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const folder = temporaryFolders();
const rooms = new Rooms();
let sender: Sender;
beforeEach(() => {
  sender = openSender({ clock: wallClock });
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

interface Scene {
  readonly provider: RunningSimulator;
  readonly proxy: Proxy;
  readonly remote: RemoteProxy;
}

/** A running proxy with the account `team` of a provider that says yes by itself. */
async function aScene(oauth: OAuthOptions = {}, more = 'client_id = "c"'): Promise<Scene> {
  const given = { consent: 'approve', intervalSeconds: 1, ...oauth } as const;
  const keys = [{ name: 'other', key: 'sk-ant-api03-other' }];
  const provider = await rooms.add(startSimulator({ keys, oauth: given, clock: wallClock, log: silentLog }));
  const config = `[providers.company]\nissuer = "${provider.url}"\nbase_url = "${provider.url}"\n${more}\n`;
  const proxy = await rooms.add(aProxy({ config }));
  const remote = await findRunning(proxy.places.run, sender);
  if (remote === undefined) throw new Error('the proxy was not found');
  await remote.addAccount({ name: 'team', kind: 'oauth', provider: 'company' });
  return { provider, proxy, remote };
}

/** Opens the address of a sign-in, as a browser would. */
async function open({ state }: SignInFlowView): Promise<number> {
  if (state.is !== 'needs-user') throw new Error(`nothing to open: ${state.is}`);
  return (await fetch(state.url)).status;
}

async function serves({ url }: Proxy): Promise<number> {
  const body = JSON.stringify({
    model: 'claude-haiku-5-5',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'hello' }],
  });
  const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
  const answer = await fetch(`${url}/v1/messages`, { method: 'POST', body, headers });
  await answer.text();
  return answer.status;
}

describe('a sign-in in the running proxy', () => {
  test('is found again by its id, and its account is used as soon as it is done', async () => {
    const { proxy, remote } = await aScene();
    expect(await serves(proxy)).toBe(503);
    expect(await remote.signIns.ways('team')).toEqual(['loopback', 'paste', 'device']);
    const begun = await remote.signIns.begin('team', 'loopback');
    expect(begun).toMatchObject({ account: 'team', provider: 'company', way: 'loopback', warning: null });
    expect(await remote.signIns.find(begun.id)).toEqual(begun);
    expect(await remote.signIns.list()).toEqual([begun]);
    expect(await open(begun)).toBe(200);
    expect((await remote.signIns.find(begun.id)).state).toEqual({
      is: 'done',
      label: 'person-1@simulated.example',
    });
    expect(await serves(proxy)).toBe(200);
  });

  test('heals an account that was signed out', async () => {
    const { provider, proxy, remote } = await aScene();
    await open(await remote.signIns.begin('team', 'loopback'));
    const { book } = provider.simulator.signIns;
    book.revokeAll();
    expect(await serves(proxy)).toBe(503);
    expect((await remote.getAccount('team')).standing.is).toBe('signed-out');
    await open(await remote.signIns.begin('team', 'loopback'));
    expect(await remote.getAccount('team')).toMatchObject({
      standing: { is: 'ready' },
      signIn: { isSignedIn: true, lastFailure: null },
    });
    expect(await serves(proxy)).toBe(200);
  });

  test('whose account is removed meanwhile keeps nothing, and gives back what came', async () => {
    const { provider, remote } = await aScene();
    const begun = await remote.signIns.begin('team', 'loopback');
    await remote.removeAccount('team');
    expect(await open(begun)).toBe(400);
    const { state } = await remote.signIns.find(begun.id);
    expect(state).toMatchObject({ is: 'failed', failure: 'not-kept' });
    const revoked = provider.simulator.calls.filter(({ target }) => target === '/oauth/revoke');
    expect(revoked.length).toBe(2);
  });

  test('is given up by its id, and then answers nobody', async () => {
    const { remote } = await aScene();
    const begun = await remote.signIns.begin('team', 'loopback');
    expect((await remote.signIns.cancel(begun.id)).state).toMatchObject({
      is: 'failed',
      failure: 'cancelled',
    });
    const came = await open(begun).catch(() => 'nobody');
    expect(came).toBe('nobody');
    expect((await problemOf(remote.signIns.paste(begun.id, 'code'))).code).toBe('sign-in-over');
  });

  test('takes what is pasted, and asks again for what belongs elsewhere', async () => {
    const { provider, remote } = await aScene({}, 'client_id = "c"\nways = ["paste"]');
    const begun = await remote.signIns.begin('team', 'paste');
    expect((await problemOf(remote.signIns.paste(begun.id, 'a#b'))).code).toBe('pasted-code-foreign');
    if (begun.state.is !== 'needs-user') throw new Error('nothing to open');
    const { headers } = await fetch(begun.state.url, { redirect: 'manual' });
    const done = await remote.signIns.paste(begun.id, headers.get('location') ?? '');
    expect(done.state.is).toBe('done');
    expect(provider.simulator.calls.some(({ target }) => target === '/oauth/token')).toBe(true);
  });

  test('is begun, seen and ended by nobody without the token of this run', async () => {
    const { proxy, remote } = await aScene();
    const begun = await remote.signIns.begin('team', 'loopback');
    const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
    const ask = async (method: string, path: string, given?: string): Promise<number> =>
      (
        await fetch(`${proxy.url}/control${path}`, {
          method,
          ...(given && { headers: { 'x-ccproxy-control': given } }),
        })
      ).status;
    const one = `/sign-ins/${begun.id}`;
    for (const [method, path] of [
      ['GET', '/sign-ins'],
      ['GET', one],
      ['POST', '/sign-ins'],
      ['POST', `${one}/paste`],
      ['POST', `${one}/cancel`],
      ['GET', '/accounts/team/ways'],
    ] as const)
      expect({ path, status: await ask(method, path) }).toEqual({ path, status: 403 });
    expect(await ask('GET', one, token)).toBe(200);
    expect(await ask('GET', '/sign-ins/nothing', token)).toBe(404);
  });

  test('is not for accounts that sign in nowhere', async () => {
    const { remote } = await aScene();
    await remote.addAccount({ name: 'mine', kind: 'passthrough' });
    expect((await problemOf(remote.signIns.begin('mine', 'loopback'))).code).toBe('sign-in-unneeded');
    expect((await problemOf(remote.signIns.begin('nobody', 'loopback'))).code).toBe('account-unknown');
  });

  test('ends with the proxy', async () => {
    const { proxy, remote } = await aScene();
    await remote.signIns.begin('team', 'loopback');
    await proxy.stop();
    expect(proxy.lines).toContainEqual(expect.objectContaining({ failure: 'cancelled' }));
  });
});

describe('giving tokens back', () => {
  test('ends with the removal of the account also where its provider is down', async () => {
    const { provider, remote } = await aScene();
    await open(await remote.signIns.begin('team', 'loopback'));
    await provider.close();
    const { account, givenBack } = await remote.removeAccount('team');
    expect(account.name).toBe('team');
    expect(givenBack).toMatchObject({ is: 'failed', reason: expect.stringContaining('company') });
    expect(await remote.listAccounts()).toEqual([]);
  });

  test('waits ten seconds for a provider that does not answer, and no longer', async () => {
    const clock = new HandClock();
    const { store } = await rooms.add(openStore(folder(), clock));
    const { oauth } = await rooms.add(Promise.resolve(aSignInRoom('', { clock })));
    const silent = Promise.withResolvers<Revoked>();
    const signIns = new SignIns({
      accounts: store,
      providers: () => new Map(),
      oauth: () => ({ ...oauth, revoke: () => silent.promise }),
      clock,
      log: silentLog,
    });
    const giving = signIns.giveBack('company', aTokenSet('1'));
    let isOver = false;
    void giving.then(() => (isOver = true));
    await clock.turn(9_999);
    expect(isOver).toBe(false);
    await clock.turn(1);
    expect(await giving).toEqual({
      is: 'failed',
      reason: 'Provider "company" does not answer in time',
    });
  });
});
