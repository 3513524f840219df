import { describe, expect, it } from 'bun:test';
import { homeName, Sessions, type CacheUse } from '../../src/accounts/sessions.ts';
import { HandClock } from '../help/a-clock.ts';

describe('sessions', () => {
  it('stay on the account they were bound to', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 10);
    expect(sessions.accountOf('s')).toBeUndefined();
    sessions.bind('s', 'acc_a');
    expect(sessions.accountOf('s')).toBe('acc_a');
    sessions.bind('s', 'acc_b');
    expect(sessions.accountOf('s')).toBe('acc_b');
    expect(sessions.size).toBe(1);
  });

  it('are forgotten when unused for longer than their time, and binding is use', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    sessions.bind('s', 'acc_a');
    await clock.turn(900);
    sessions.bind('s', 'acc_a');
    await clock.turn(1_000);
    expect(sessions.accountOf('s')).toBe('acc_a');
    await clock.turn(1);
    expect(sessions.accountOf('s')).toBeUndefined();
    expect(sessions.size).toBe(0);
  });

  it('are counted for each account, as long as they are remembered', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    sessions.bind('s', 'acc_a');
    await clock.turn(600);
    sessions.bind('t', 'acc_a');
    sessions.bind('u', 'acc_b');
    expect(sessions.counts()).toEqual(
      new Map([
        ['acc_a', 2],
        ['acc_b', 1],
      ]),
    );
    await clock.turn(600);
    expect(sessions.counts()).toEqual(
      new Map([
        ['acc_a', 1],
        ['acc_b', 1],
      ]),
    );
  });

  it('are not prolonged by being asked for', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    sessions.bind('s', 'acc_a');
    await clock.turn(800);
    sessions.accountOf('s');
    await clock.turn(800);
    expect(sessions.accountOf('s')).toBeUndefined();
  });

  it('never grow beyond their number: the one unused longest goes first', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 3);
    for (const name of ['a', 'b', 'c']) sessions.bind(name, 'acc');
    sessions.bind('a', 'acc');
    sessions.bind('d', 'acc');
    expect(sessions.size).toBe(3);
    expect(sessions.accountOf('b')).toBeUndefined();
    for (const name of ['a', 'c', 'd']) expect(sessions.accountOf(name)).toBe('acc');
  });

  it('survive a stranger who makes up a million of them, within their number', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 100);
    for (let at = 0; at < 1_000_000; at += 1) sessions.bind(`made-up-${at}`, 'acc');
    expect(sessions.size).toBe(100);
  });

  it('go with their account', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 10);
    sessions.bind('a', 'acc_1');
    sessions.bind('b', 'acc_2');
    sessions.forget('acc_1');
    expect(sessions.accountOf('a')).toBeUndefined();
    expect(sessions.accountOf('b')).toBe('acc_2');
  });

  it('take changed settings from then on', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    for (const name of ['a', 'b', 'c']) sessions.bind(name, 'acc');
    sessions.limit(5_000, 2);
    await clock.turn(3_000);
    expect(sessions.accountOf('c')).toBe('acc');
    sessions.bind('d', 'acc');
    expect(sessions.size).toBe(2);
  });
});

describe('a session that had to leave', () => {
  const minute = 60_000;
  const use = (accountId: string, startedAt: number, usage: Partial<CacheUse['usage']> = {}): CacheUse => ({
    session: 's',
    accountId,
    startedAt,
    usage: { cacheRead: 0, cacheWrite5m: 10, cacheWrite1h: 0, ...usage },
  });

  function left(usage?: Partial<CacheUse['usage']>): { sessions: Sessions; clock: HandClock } {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 24 * 60 * minute, 10);
    sessions.bind('s', 'acc_home');
    sessions.heard(use('acc_home', clock.now(), usage));
    sessions.bind('s', 'acc_other');
    return { sessions, clock };
  }

  it('has a warm cache behind it for five minutes after its last call there', async () => {
    const { sessions, clock } = left();
    await clock.turn(5 * minute - 1);
    expect(sessions.leftBy('s')).toBe('acc_home');
    await clock.turn(1);
    expect(sessions.leftBy('s')).toBeUndefined();
    expect(sessions.accountOf('s')).toBe('acc_other');
  });

  it('has it for an hour where its calls wrote for an hour, those that only read it included', async () => {
    const { sessions, clock } = left({ cacheWrite1h: 5 });
    sessions.bind('s', 'acc_home');
    sessions.heard(use('acc_home', clock.now(), { cacheRead: 15, cacheWrite5m: 0 }));
    sessions.bind('s', 'acc_other');
    await clock.turn(59 * minute);
    expect(sessions.leftBy('s')).toBe('acc_home');
    await clock.turn(minute);
    expect(sessions.leftBy('s')).toBeUndefined();
  });

  it('has none where no answer told of a cache', () => {
    expect(left({ cacheWrite5m: 0 }).sessions.leftBy('s')).toBeUndefined();
  });

  it('has none that is warm for longer, or again, because the clock on the wall was set', async () => {
    for (const hours of [-3, 0]) {
      const { sessions, clock } = left();
      await clock.turn(4 * minute);
      clock.set(clock.now() + hours * 60 * minute);
      expect(sessions.leftBy('s')).toBe('acc_home');
      await clock.turn(minute);
      expect(sessions.leftBy('s')).toBeUndefined();
    }
    const { sessions, clock } = left();
    clock.set(clock.now() + 5 * minute);
    expect(sessions.leftBy('s')).toBeUndefined();
  });

  it('leaves nothing behind once it is back, and forgets its first home for no second failover', () => {
    const { sessions, clock } = left();
    sessions.heard(use('acc_other', clock.now()));
    sessions.bind('s', 'acc_third');
    expect(sessions.leftBy('s')).toBe('acc_home');
    sessions.bind('s', 'acc_home');
    expect(sessions.leftBy('s')).toBeUndefined();
  });

  it('is told by a late answer of the account it left that its cache there was used, by no stranger’s', async () => {
    const { sessions, clock } = left();
    await clock.turn(4 * minute);
    sessions.heard(use('acc_home', clock.now()));
    sessions.heard({ ...use('acc_stranger', clock.now()), session: 'nobody' });
    await clock.turn(4 * minute);
    expect(sessions.leftBy('s')).toBe('acc_home');
    expect(sessions.size).toBe(1);
  });
});

describe('what a session has in the cache of its account', () => {
  const minute = 60_000;
  const used = (usage: NonNullable<CacheUse['usage']>, accountId = 'acc_home') => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 24 * 60 * minute, 10);
    sessions.bind('s', 'acc_home');
    sessions.heard({ session: 's', accountId, startedAt: clock.now(), usage });
    return { clock, sessions };
  };

  it('is what its last call read and wrote there, while that is warm', async () => {
    const { clock, sessions } = used({ cacheRead: 100, cacheWrite5m: 20, cacheWrite1h: 0 });
    expect(sessions.cachedOf('s')).toEqual({ tokens: 120, keptFor: '5m' });
    await clock.turn(5 * minute);
    expect(sessions.cachedOf('s')).toBeUndefined();
  });

  it('is kept for an hour where it was written for one', () => {
    const { sessions } = used({ cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 7 });
    expect(sessions.cachedOf('s')).toEqual({ tokens: 107, keptFor: '1h' });
  });

  it('is nothing where it is nowhere, where no cache was told of, or that of another account', () => {
    const { sessions } = used({ cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 });
    expect(sessions.cachedOf('s')).toBeUndefined();
    expect(sessions.cachedOf('nobody')).toBeUndefined();
    const elsewhere = used({ cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 0 }, 'acc_other');
    expect(elsewhere.sessions.cachedOf('s')).toBeUndefined();
  });

  it('is none any more once it has moved', () => {
    const { sessions } = used({ cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 0 });
    sessions.bind('s', 'acc_other');
    expect(sessions.cachedOf('s')).toBeUndefined();
    sessions.bind('s', 'acc_home');
    expect(sessions.cachedOf('s')).toMatchObject({ tokens: 100 });
  });
});

it('a subagent is at home with its session, or by itself', () => {
  const call = { session: 's', agent: 'a1' };
  expect([homeName(call, 'with-session'), homeName(call, 'own')]).toEqual(['s', 's a1']);
  expect(homeName({ session: 's' }, 'own')).toBe('s');
  expect(homeName({ agent: 'a1' }, 'own')).toBeUndefined();
});
