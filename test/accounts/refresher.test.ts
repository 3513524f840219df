import { beforeEach, describe, expect, test } from 'bun:test';
import { Refresher } from '../../src/accounts/refresher.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Refreshed } from '../../src/oauth/outcome.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';
import { failed, type Means, meansIn, refused, renewed, ToldProvider, unreachable } from './a-renewing.ts';

const folder = temporaryFolders();
const account = anAccount('ann', { kind: 'oauth', provider: 'corp' });
const { id } = account;
const hour = 3_600_000;
let clock: HandClock;
let provider: ToldProvider;
let means: Means;
let refresher: Refresher;
let ends: number;

beforeEach(async () => {
  clock = new HandClock();
  provider = new ToldProvider();
  means = await meansIn(folder(), clock, provider);
  ends = 0;
  refresher = new Refresher({ ...means, random: () => 0.5, onEnd: () => (ends += 1) });
  await clock.turn(3_000);
});

const signedIn = (lifeMs: number, more = {}): Promise<void> =>
  means.tokens.store(id, aTokenSet('1', { expiresAt: clock.now() + lifeMs, ...more }));

const access = async (): Promise<string | undefined> => (await refresher.accessOf(account))?.reveal();

/** An answer that waits until it is told. */
function held(answer: Refreshed): {
  give: () => void;
  answer: () => Promise<Refreshed>;
  asked: Promise<void>;
} {
  const told = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  return {
    give: told.resolve,
    asked: asked.promise,
    answer: async () => {
      asked.resolve();
      await told.promise;
      return answer;
    },
  };
}

describe('a token that is good', () => {
  test('is given at once', async () => {
    await signedIn(hour);
    expect((refresher.accessOf(account) as Secret).reveal()).toBe('access-1');
  });

  test('is read from the vault where nobody has looked yet', async () => {
    await signedIn(hour);
    const fresh = await meansIn(means.lockFolder.replace(/locks$/, ''), clock, provider);
    const other = new Refresher({ ...fresh, random: () => 0.5, onEnd: () => {} });
    expect((await other.accessOf(account))?.reveal()).toBe('access-1');
    expect(provider.asked).toEqual([]);
  });

  test('stays in use while it is renewed', async () => {
    await signedIn(hour);
    const slow = held(renewed('2'));
    provider.answers = [slow.answer];
    const renewing = refresher.refresh(account);
    await slow.asked;
    expect((refresher.accessOf(account) as Secret).reveal()).toBe('access-1');
    slow.give();
    await renewing;
    expect((refresher.accessOf(account) as Secret).reveal()).toBe('access-2');
  });

  test('stays in use when it could not be renewed', async () => {
    await signedIn(hour);
    provider.answers = [unreachable];
    await refresher.attempt(account);
    expect((refresher.accessOf(account) as Secret).reveal()).toBe('access-1');
    expect(refresher.trouble(account)).toBeUndefined();
  });
});

describe('a token that has run out', () => {
  test('is renewed once for all who wait', async () => {
    await signedIn(0);
    provider.answers = [renewed('2'), renewed('3')];
    expect(await Promise.all([access(), access(), access()])).toEqual(['access-2', 'access-2', 'access-2']);
    expect(provider.asked).toEqual(['refresh-1']);
    expect(ends).toBe(1);
  });

  test('is not waited for longer than a call can wait; the refresh goes on', async () => {
    await signedIn(0);
    const slow = held(renewed('2'));
    provider.answers = [slow.answer];
    const waiting = access();
    await slow.asked;
    await clock.turn(20_000);
    expect(await waiting).toBeUndefined();
    expect(refresher.trouble(account)).toEqual({ reason: 'its token is being renewed', isFinal: false });
    slow.give();
    await refresher.refresh(account);
    expect(await access()).toBe('access-2');
  });

  test('and is being renewed for very long is not waited for anew by each call that comes', async () => {
    await signedIn(0);
    const slow = held(renewed('2'));
    provider.answers = [slow.answer];
    const first = access();
    await slow.asked;
    await clock.turn(15_000);
    const second = access();
    await clock.turn(5_000);
    expect(await Promise.all([first, second, access()])).toEqual([undefined, undefined, undefined]);
    slow.give();
    await refresher.close();
  });

  test('is not waited for when the client has left', async () => {
    await signedIn(0);
    const slow = held(renewed('2'));
    provider.answers = [slow.answer];
    const leaving = new AbortController();
    const waiting = refresher.accessOf(account, leaving.signal);
    await slow.asked;
    leaving.abort();
    expect(await waiting).toBeUndefined();
    slow.give();
    await refresher.close();
  });

  test('and cannot be renewed now is asked for again only after a pause, however many calls come', async () => {
    await signedIn(0);
    provider.answers = [unreachable];
    for (let call = 0; call < 5; call += 1) expect(await access()).toBeUndefined();
    expect(provider.asked.length).toBe(1);
    expect(refresher.trouble(account)).toMatchObject({ reason: 'no network', isFinal: false });
    await clock.turn(1_000);
    provider.answers = [renewed('2')];
    expect(await access()).toBe('access-2');
  });

  test('and will not be renewed any more says what to do', async () => {
    await signedIn(0);
    provider.answers = [refused()];
    expect(await access()).toBeUndefined();
    expect(refresher.trouble(account)).toEqual({ reason: 'invalid_grant: no', isFinal: true });
    await clock.turn(24 * hour);
    expect(await access()).toBeUndefined();
    expect(provider.asked).toEqual(['refresh-1']);
  });

  // A provider may call a lifetime anything.
  test('as soon as it comes does not make its provider work without end', async () => {
    await signedIn(0);
    provider.answers = [() => renewed('x', { expiresAt: clock.now() })];
    for (let call = 0; call < 5; call += 1) expect(await access()).toBeUndefined();
    expect(provider.asked.length).toBe(1);
    expect(refresher.trouble(account)).toMatchObject({ isFinal: false, retryAt: clock.now() + 1_000 });
  });
});

describe('pauses', () => {
  /** Milliseconds until the next attempt may begin. */
  async function pauseAfter(...answers: Refreshed[]): Promise<number | undefined> {
    await signedIn(0);
    for (const answer of answers) {
      provider.answers = [answer];
      await clock.turn(refresher.dueIn(account) ?? 0);
      await refresher.attempt(account);
    }
    return refresher.dueIn(account);
  }

  test('grow with failures in a row, from a second to minutes', async () => {
    expect(await pauseAfter(failed(true))).toBe(1_000);
    expect(await pauseAfter(failed(true), unreachable, failed(false))).toBe(8_000);
    expect(await pauseAfter(...Array.from({ length: 12 }, () => unreachable))).toBe(300_000);
  });

  test('are as long as the provider says, within an hour', async () => {
    expect(await pauseAfter(failed(false, clock.now() + 90_000))).toBe(90_000);
    expect(await pauseAfter(failed(false, clock.now() + 900 * hour))).toBe(hour);
  });

  test('are long where a provider refuses us, until the settings change', async () => {
    expect(await pauseAfter(refused('invalid_client'))).toBe(300_000);
    await clock.turn(5_000);
    refresher.forgive();
    expect(refresher.dueIn(account)).toBe(0);
  });

  test('begin anew after a success', async () => {
    expect(await pauseAfter(unreachable, unreachable, renewed('2'))).toBeUndefined();
    expect(refresher.seen(id)?.lastFailure).toBeUndefined();
    expect(await pauseAfter(unreachable)).toBe(1_000);
  });

  test('hold for nobody who asks for a refresh by name', async () => {
    await pauseAfter(unreachable, unreachable, unreachable);
    provider.answers = [renewed('2')];
    expect(await refresher.refresh(account)).toMatchObject({ is: 'fresh' });
  });
});

describe('a token that the upstream refuses', () => {
  const first = new Secret('access-1');

  test('is renewed once for all calls that met with it', async () => {
    await signedIn(hour);
    provider.answers = [renewed('2'), renewed('3')];
    const both = await Promise.all([refresher.renew(account, first), refresher.renew(account, first)]);
    expect(both).toEqual([{ is: 'renewed' }, { is: 'renewed' }]);
    expect(await refresher.renew(account, first)).toEqual({ is: 'renewed' });
    expect(provider.asked).toEqual(['refresh-1']);
  });

  test('and was replaced meanwhile, by whomever, needs no refresh', async () => {
    await signedIn(hour);
    await means.tokens.replace(id, aTokenSet('1'), aTokenSet('2'));
    expect(await refresher.renew(account, first)).toEqual({ is: 'renewed' });
    expect(provider.asked).toEqual([]);
  });

  test('is not used any more, by any call, until there is another one', async () => {
    await signedIn(hour);
    provider.answers = [failed(true)];
    const trouble = { reason: 'no answer', isFinal: false, retryAt: clock.now() + 1_000 };
    expect(await refresher.renew(account, first)).toEqual({ is: 'without', trouble });
    expect(await access()).toBeUndefined();
    expect(refresher.dueIn(account)).toBe(1_000);
    await clock.turn(1_000);
    provider.answers = [renewed('2')];
    expect(await access()).toBe('access-2');
  });

  test('and cannot be renewed at all is a matter for a person', async () => {
    await signedIn(hour);
    provider.answers = [refused()];
    const trouble = { reason: 'invalid_grant: no', isFinal: true };
    expect(await refresher.renew(account, first)).toEqual({ is: 'without', trouble });
  });

  test('right after another one was makes nobody ask again: the refusal stands', async () => {
    await signedIn(hour);
    provider.answers = [renewed('2')];
    await refresher.renew(account, first);
    for (let call = 0; call < 5; call += 1)
      expect(await refresher.renew(account, new Secret('access-2'))).toEqual({ is: 'stands' });
    expect(provider.asked.length).toBe(1);
    expect(await access()).toBe('access-2');
  });

  test('a while after another one was is renewed', async () => {
    await signedIn(hour);
    provider.answers = [renewed('2'), renewed('3')];
    await refresher.renew(account, first);
    await clock.turn(60_000);
    expect(await refresher.renew(account, new Secret('access-2'))).toEqual({ is: 'renewed' });
  });

  test('and comes back as the very same one is not asked for a second time', async () => {
    await signedIn(hour);
    provider.answers = [renewed('1', { expiresAt: clock.now() + hour })];
    expect(await refresher.renew(account, first)).toEqual({ is: 'renewed' });
    expect(await refresher.renew(account, first)).toEqual({ is: 'stands' });
    expect(provider.asked.length).toBe(1);
  });
});

describe('what is seen of tokens', () => {
  test('says when they were renewed, when they expire, and when the next refresh is', async () => {
    await signedIn(hour);
    const now = clock.now();
    const { expiresAt, keptAt, nextRefreshAt, lastFailure } = refresher.seen(id) ?? {};
    expect([keptAt, expiresAt]).toEqual([now, now + hour]);
    expect(Math.round((nextRefreshAt ?? 0) - now)).toBe(0.85 * hour);
    expect(lastFailure).toBeUndefined();
  });

  test('says what went wrong last', async () => {
    await signedIn(hour);
    provider.answers = [unreachable];
    await refresher.attempt(account);
    expect(refresher.seen(id)?.lastFailure).toEqual({ at: clock.now(), reason: 'no network' });
  });

  test('is nothing where there are none', () => {
    expect([refresher.seen(id), refresher.dueIn(account)]).toEqual([undefined, undefined]);
  });
});

test('a person can have tokens tried once more that are over', async () => {
  await signedIn(hour);
  provider.answers = [refused()];
  expect(await refresher.refresh(account)).toMatchObject({ is: 'over' });
  expect(means.log.events('error')).toEqual(['an account has to be signed in to again']);
  provider.answers = [renewed('2')];
  expect(await refresher.refresh(account)).toMatchObject({ is: 'fresh', isOurs: true });
  expect(await access()).toBe('access-2');
});

test('the end waits for what has been sent, and nothing new begins', async () => {
  await signedIn(0);
  const slow = held(renewed('2'));
  provider.answers = [slow.answer];
  void refresher.attempt(account);
  await slow.asked;
  let isClosed = false;
  const closing = refresher.close().then(() => (isClosed = true));
  await clock.turn(5_000);
  expect(isClosed).toBe(false);
  slow.give();
  await closing;
  expect((await means.tokens.read(id))?.refresh?.reveal()).toBe('refresh-2');
  expect(await refresher.refresh(account)).toMatchObject({ is: 'put-off', because: 'here' });
});

test('a listener hears whose tokens they were and how it ended', async () => {
  const heard: string[] = [];
  const told = new Refresher({
    ...means,
    random: () => 0.5,
    onEnd: ({ name }, end) => heard.push(`${name} ${end.is}`),
  });
  await signedIn(0);
  provider.answers = [unreachable, renewed('2')];
  await told.refresh(account);
  await told.refresh(account);
  expect(heard).toEqual([`${account.name} put-off`, `${account.name} fresh`]);
});

test('a listener that fails hurts nobody', async () => {
  const odd = new Refresher({
    ...means,
    random: () => 0.5,
    onEnd: () => {
      throw new Error('a mistake');
    },
  });
  await signedIn(0);
  provider.answers = [renewed('2')];
  expect((await odd.accessOf(account))?.reveal()).toBe('access-2');
});
