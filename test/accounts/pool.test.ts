import { describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import type { RoomWindow } from '../../src/accounts/headroom/room.ts';
import { noMemory } from '../../src/accounts/memory.ts';
import { Pool, type Ask, type Choice } from '../../src/accounts/pool.ts';
import { defaultRoutes } from '../../src/accounts/routes.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import { avoidanceMs, longestRestMs, staleAfterMs, type Lesson } from '../../src/accounts/standing.ts';
import { slowStartMs } from '../../src/accounts/slow-start.ts';
import type { Clock } from '../../src/base/clock.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

function aPool(...accounts: Account[]): { pool: Pool; clock: HandClock; sessions: Sessions } {
  const clock = new HandClock();
  const sessions = new Sessions(clock, 3_600_000, 1_000);
  const pool = new Pool(clock, sessions);
  pool.refill(accounts);
  return { pool, clock, sessions };
}

/** A pool of `accounts`, of which those in `bars` are barred until a moment. */
function barredPool(bars: Record<string, number>, ...accounts: Account[]): { pool: Pool; clock: HandClock } {
  const clock = new HandClock();
  const sessions = new Sessions(clock, 3_600_000, 1_000);
  const barred = (id: string): { until: number; reason: string } | undefined => {
    const until = bars[id] ?? 0;
    return until > clock.now() ? { until, reason: 'budget house used up' } : undefined;
  };
  const pool = new Pool(clock, sessions, () => {}, barred);
  pool.refill(accounts);
  return { pool, clock };
}

const none: ReadonlySet<string> = new Set();
const call = (more: Partial<Ask> = {}): Ask => ({ purpose: 'messages', own: false, ...more });

function taken(choice: Choice): Choice & { is: 'account' } {
  if (choice.is !== 'account') throw new Error(`expected an account, got ${JSON.stringify(choice)}`);
  return choice;
}

/** Chooses, gives the place back at once, and names the account. */
function pick(pool: Pool, ask: Partial<Ask> = {}, tried: ReadonlySet<string> = none): string {
  const { account, lease } = taken(pool.choose(call(ask), tried));
  lease.release();
  return account.name;
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const a = anAccount('a');
const b = anAccount('b');
const c = anAccount('c');
const limited = (until: number): { is: 'limited'; until: number; reason: string } => ({
  is: 'limited',
  until,
  reason: '429',
});
const refused = { is: 'refused', reason: '401 authentication_error' } as const;
const struggling = { is: 'struggling', reason: 'answered 529' } as const;

describe('affinity', () => {
  it('keeps a session on its account, whoever would be next', () => {
    const { pool } = aPool(a, b, c);
    const home = pick(pool, { session: 's' });
    for (let at = 0; at < 20; at += 1) {
      pick(pool, { session: `other-${at}` });
      expect(pick(pool, { session: 's' })).toBe(home);
    }
    expect(taken(pool.choose(call({ session: 's' }), none)).why).toBe('session');
  });

  it('keeps it there though an account of lower number comes back', () => {
    const { pool, clock } = aPool(anAccount('first', { priority: 1 }), b);
    pool.report('acc_first', limited(clock.now() + 60_000));
    expect(pick(pool, { session: 's' })).toBe('b');
    pool.heal('acc_first');
    expect(pick(pool, { session: 's' })).toBe('b');
    expect(pick(pool, { session: 'new' })).toBe('first');
  });

  it('moves a session when its account rests, and leaves it where it went', () => {
    const { pool, clock } = aPool(a, b);
    const home = pick(pool, { session: 's' });
    pool.report(`acc_${home}`, limited(clock.now() + 60_000));
    const moved = pick(pool, { session: 's' });
    expect(moved).not.toBe(home);
    pool.heal(`acc_${home}`);
    expect(pick(pool, { session: 's' })).toBe(moved);
  });

  it('takes a session back to the account it had to leave while its cache is warm there, and says so', async () => {
    const { pool, clock, sessions } = aPool(anAccount('home', { priority: 1 }), b);
    const usage = { cacheRead: 100, cacheWrite5m: 10, cacheWrite1h: 0 };
    for (const [restMs, then] of [
      [60_000, 'home'],
      [300_000, 'b'],
    ] as const) {
      expect(pick(pool, { session: 's' })).toBe('home');
      sessions.heard({ session: 's', accountId: 'acc_home', startedAt: clock.now(), usage });
      pool.report('acc_home', limited(clock.now() + restMs));
      expect(pick(pool, { session: 's' })).toBe('b');
      await clock.turn(restMs);
      expect(pick(pool, { session: 's', purpose: 'counting' })).toBe('b');
      const { account, left } = taken(pool.choose(call({ session: 's' }), none));
      expect(account.name).toBe(then);
      expect(left?.reason).toBe(then === 'home' ? 'back to its warm cache' : undefined);
    }
  });

  it('does not move a session whose account is only at its most calls at once', () => {
    const { pool } = aPool(anAccount('home', { maxConcurrent: 1, priority: 1 }), b);
    const running = taken(pool.choose(call({ session: 's' }), none));
    expect(running.account.name).toBe('home');
    expect(pick(pool, { session: 's' })).toBe('b');
    running.lease.release();
    expect(pick(pool, { session: 's' })).toBe('home');
  });

  it('counts tokens where the session is, and moves nobody by it', () => {
    const { pool } = aPool(a, b, c);
    const home = pick(pool, { session: 's' });
    expect(pick(pool, { session: 's', purpose: 'counting' })).toBe(home);
    const { pool: fresh, sessions } = aPool(a, b, c);
    pick(fresh, { session: 's', purpose: 'counting' });
    expect(sessions.accountOf('s')).toBeUndefined();
  });

  it('keeps the lists and new objects of one client on one account', () => {
    const { pool } = aPool(a, b, c);
    const ask: Partial<Ask> = { purpose: 'other', session: 'client:key_1' };
    const home = pick(pool, ask);
    for (let at = 0; at < 5; at += 1) expect(pick(pool, ask)).toBe(home);
  });

  it('gives calls without a session to each in turn, also within one millisecond', () => {
    const { pool } = aPool(a, b, c);
    const names = Array.from({ length: 9 }, () => pick(pool));
    expect(names).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  });
});

describe('order', () => {
  it('uses the accounts of the lowest number while one of them can serve', () => {
    const { pool, clock } = aPool(anAccount('spare', { priority: 200 }), a, b);
    expect(count(Array.from({ length: 10 }, () => pick(pool)))).toEqual({ a: 5, b: 5 });
    pool.report('acc_a', limited(clock.now() + 60_000));
    pool.report('acc_b', refused);
    expect(pick(pool)).toBe('spare');
  });

  it('gives the next call to the least busy for its weight', () => {
    const { pool } = aPool(anAccount('heavy', { weight: 3 }), anAccount('light'));
    const names = Array.from({ length: 8 }, () => taken(pool.choose(call(), none)).account.name);
    expect(count(names)).toEqual({ heavy: 6, light: 2 });
  });

  it('shares quiet work by weight too', () => {
    const { pool } = aPool(
      anAccount('heavy', { weight: 2 }),
      anAccount('light'),
      anAccount('tiny', { weight: 0.5 }),
    );
    expect(count(Array.from({ length: 70 }, () => pick(pool)))).toEqual({ heavy: 40, light: 20, tiny: 10 });
  });

  it('does not flood an account that is new or comes back from a rest', async () => {
    const { pool, clock } = aPool(a, b);
    pool.report('acc_b', limited(clock.now() + 60_000));
    for (let at = 0; at < 500; at += 1) pick(pool);
    await clock.turn(60_000);
    pool.refill([a, b, c]);
    const names = Array.from({ length: 30 }, () => pick(pool));
    for (const share of Object.values(count(names))) expect(share).toBeWithin(8, 13);
  });

  it('takes accounts that struggled a moment ago last, and again after some seconds', async () => {
    const { pool, clock } = aPool(anAccount('first', { priority: 1 }), b);
    pool.report('acc_first', struggling);
    expect(pool.look()[0]).toMatchObject({ standing: { is: 'ready' }, isAvoided: true });
    expect(pick(pool)).toBe('b');
    pool.report('acc_b', limited(clock.now() + 60_000));
    expect(pick(pool)).toBe('first');
    await clock.turn(avoidanceMs);
    expect(pool.look()[0]?.isAvoided).toBe(false);
    expect(pick(pool)).toBe('first');
  });

  it('forgets the struggle as soon as the account serves', () => {
    const { pool } = aPool(anAccount('first', { priority: 1 }), b);
    pool.report('acc_first', struggling);
    pool.report('acc_first', { is: 'fine' });
    expect(pick(pool)).toBe('first');
  });

  it('never takes an account twice for one call', () => {
    const { pool } = aPool(a, b, c);
    const tried = new Set<string>();
    for (let at = 0; at < 3; at += 1) {
      const { account, why } = taken(pool.choose(call({ session: 's' }), tried));
      expect(tried.has(account.id)).toBe(false);
      expect(why).toBe(at === 0 ? 'free' : 'next');
      tried.add(account.id);
    }
    expect(pool.choose(call({ session: 's' }), tried)).toMatchObject({ is: 'limited' });
  });

  it('leaves out accounts that do not allow the model', () => {
    const { pool } = aPool(
      anAccount('opus', { models: ['claude-opus-*'] }),
      anAccount('haiku', { models: ['*haiku*'] }),
    );
    expect(pick(pool, { model: 'claude-haiku-5-5' })).toBe('haiku');
    expect(pick(pool, { model: 'claude-opus-5-5' })).toBe('opus');
    expect(pool.choose(call({ model: 'gpt-5' }), none)).toEqual({ is: 'none', because: 'model' });
  });

  it('chooses among a thousand accounts', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => anAccount(`n${at}`, { priority: at < 10 ? 1 : 2 }));
    const { pool, clock } = aPool(...many);
    for (let at = 0; at < 10; at += 1) pool.report(`acc_n${at}`, limited(clock.now() + 60_000));
    const names = Array.from({ length: 1_980 }, (_, at) => pick(pool, { session: `s${at}` }));
    expect(new Set(Object.values(count(names)))).toEqual(new Set([2]));
  });
});

describe('the ways of choosing', () => {
  it('are other ones from one call to the next, and leave sessions where they are', () => {
    const { pool } = aPool(a, b);
    pool.follow({ ...defaultRoutes, policy: 'priority' });
    expect(count(Array.from({ length: 4 }, () => pick(pool)))).toEqual({ a: 4 });
    expect(pick(pool, { session: 's' })).toBe('a');
    pool.follow({ ...defaultRoutes, policy: 'least-cost', priceFactors: ['B=0.5'] });
    expect([pick(pool), pick(pool, { session: 's' })]).toEqual(['b', 'a']);
    pool.follow({ ...defaultRoutes, policy: 'round-robin' });
    expect(new Set([pick(pool), pick(pool)])).toEqual(new Set(['a', 'b']));
  });

  it('pass over an account whose window is nearly used up, but not for its own sessions', async () => {
    const clock = new HandClock();
    const windows: RoomWindow[] = [];
    const pool = new Pool(clock, new Sessions(clock, 3_600_000, 10), undefined, undefined, {
      ...noMemory,
      roomOf: (id) => ({ windows: id === 'acc_first' ? windows : [] }),
    });
    pool.refill([anAccount('first', { priority: 1 }), b]);
    expect(pick(pool, { session: 's' })).toBe('first');
    windows.push({
      window: '5h',
      kind: 'plan',
      family: undefined,
      used: 0.985,
      readAt: clock.now(),
      resetAt: clock.now() + 60_000,
    });
    expect([pick(pool), pick(pool, { session: 's' })]).toEqual(['b', 'first']);
    pool.report('acc_b', limited(clock.now() + 50_000));
    expect(pick(pool)).toBe('first');
    await clock.turn(60_000);
    expect(pick(pool)).toBe('first');
  });

  it('let an account that comes back have one call at first, not all that waited for it', async () => {
    const { pool, clock } = aPool(anAccount('first', { priority: 1 }), b);
    pool.report('acc_first', limited(clock.now() + 60_000));
    await clock.turn(60_000);
    const names = Array.from({ length: 20 }, () => taken(pool.choose(call(), none)).account.name);
    expect(count(names)).toEqual({ first: 1, b: 19 });
    await clock.turn(slowStartMs);
    expect(pick(pool)).toBe('first');
  });
});

describe('who is next', () => {
  it('is told without taking anything from anybody', () => {
    const { pool } = aPool(a, b);
    const { next } = pool;
    expect(next).toBeDefined();
    expect(pool.look().map(({ callsInFlight, lastChosenAt }) => [callsInFlight, lastChosenAt])).toEqual([
      [0, undefined],
      [0, undefined],
    ]);
    expect(pick(pool)).toBe(next!.name);
    expect(pool.next!.name).not.toBe(next!.name);
  });
});

describe('standings', () => {
  it('let an account rest until the moment the upstream named, not longer and not shorter', async () => {
    const { pool, clock } = aPool(a);
    const until = clock.now() + 3_600_000;
    pool.report('acc_a', limited(until));
    expect(pool.choose(call(), none)).toMatchObject({ is: 'limited', readyAt: until });
    expect(pool.look()[0]?.standing).toMatchObject({ is: 'resting', until, reason: '429' });
    expect(pool.next).toBeUndefined();
    await clock.turn(3_599_999);
    expect(pool.choose(call(), none).is).toBe('limited');
    await clock.turn(1);
    expect(pool.next).toBeDefined();
    expect(pick(pool)).toBe('a');
  });

  it('keep to the later of two limits, in whichever order the answers come', () => {
    for (const order of [
      [60_000, 1_000],
      [1_000, 60_000],
    ]) {
      const { pool, clock } = aPool(a);
      const start = clock.now();
      for (const ms of order) pool.report('acc_a', limited(start + ms));
      expect(pool.look()[0]?.standing).toMatchObject({ until: start + 60_000 });
    }
  });

  it('believe no reset that is in the past or absurdly far away', () => {
    for (const [until, ms] of [
      [-60_000, 1_000],
      [0, 1_000],
      [1e15, longestRestMs],
      [Number.POSITIVE_INFINITY, longestRestMs],
    ] as const) {
      const { pool, clock } = aPool(a);
      pool.report('acc_a', limited(clock.now() + until));
      expect(pool.look()[0]?.standing).toMatchObject({ until: clock.now() + ms });
    }
  });

  it('sign an account out until somebody heals it or changes it', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', refused);
    await clock.turn(365 * 86_400_000);
    expect(pool.choose(call(), none)).toEqual({ is: 'unavailable', name: 'a', reason: refused.reason });
    pool.heal('acc_a');
    expect(pick(pool)).toBe('a');
  });

  it('are not changed by an answer that only says that the account works', () => {
    const { pool, clock } = aPool(a, b);
    pool.report('acc_a', refused);
    pool.report('acc_a', { is: 'fine' });
    pool.report('acc_b', limited(clock.now() + 60_000));
    pool.report('acc_b', { is: 'fine' });
    expect(pool.look().map(({ standing }) => standing.is)).toEqual(['signed-out', 'resting']);
  });

  it('of a switched-off account stay, whatever is reported or healed', () => {
    const { pool, clock } = aPool(anAccount('off', { enabled: false }));
    for (const lesson of [limited(clock.now() + 5_000), refused, struggling, { is: 'fine' } as const])
      pool.report('acc_off', lesson);
    pool.heal('acc_off');
    expect(pool.look()[0]).toMatchObject({ standing: { is: 'switched-off' }, isAvoided: false, served: 0 });
    expect(pool.choose(call(), none)).toEqual({ is: 'unavailable', name: 'off', reason: 'switched off' });
  });

  it('name the soonest moment at which anybody can serve', () => {
    const { pool, clock } = aPool(a, b, anAccount('out'));
    pool.report('acc_out', refused);
    pool.report('acc_a', limited(clock.now() + 60_000));
    pool.report('acc_b', limited(clock.now() + 20_000));
    expect(pool.choose(call(), none)).toMatchObject({ is: 'limited', readyAt: clock.now() + 20_000 });
  });

  it('count an account that is only busy as back in a moment, though others rest for hours', () => {
    const { pool, clock } = aPool(a, anAccount('busy', { maxConcurrent: 1 }));
    pool.report('acc_a', limited(clock.now() + 3_600_000));
    taken(pool.choose(call(), none));
    expect(pool.choose(call(), none)).toMatchObject({ is: 'limited', readyAt: clock.now() + 1_000 });
  });

  it('name no moment where all that are ready have been tried', () => {
    const { pool } = aPool(a);
    expect(pool.choose(call(), new Set(['acc_a']))).toMatchObject({ is: 'limited', readyAt: undefined });
  });

  it('do not outlast a clock that is set back a year, and nobody is avoided for a year', async () => {
    const hand = new HandClock();
    let shift = 0;
    const clock: Clock = {
      now: () => hand.now() + shift,
      monotonic: () => hand.monotonic(),
      after: (ms, run) => hand.after(ms, run),
    };
    const pool = new Pool(clock, new Sessions(clock, 3_600_000, 10));
    pool.refill([a, b]);
    pool.report('acc_a', limited(clock.now() + 60_000));
    pool.report('acc_b', struggling);
    shift = -365 * 86_400_000;
    expect(pool.look().map(({ standing }) => standing.is)).toEqual(['resting', 'ready']);
    await hand.turn(60_000);
    expect(pool.look()).toMatchObject([
      { standing: { is: 'ready' } },
      { standing: { is: 'ready' }, isAvoided: false },
    ]);
  });
});

describe('a rest of one family', () => {
  it('sends calls for its models elsewhere, and leaves the session at home for all others', async () => {
    const { pool, clock } = aPool(anAccount('home', { priority: 1 }), b);
    pick(pool, { session: 's' });
    pool.report('acc_home', { ...limited(clock.now() + 60_000), family: 'opus' });
    const moved = taken(pool.choose(call({ session: 's', model: 'claude-opus-5-5' }), none));
    expect([moved.account.name, moved.left?.reason]).toEqual(['b', 'resting until 12:01:00 UTC: 429']);
    expect(pick(pool, { session: 's', model: 'claude-haiku-5-5' })).toBe('home');
    expect(pool.look()[0]).toMatchObject({ standing: { is: 'ready' }, familyRests: [{ family: 'opus' }] });
    await clock.turn(60_000);
    expect(pick(pool, { session: 's', model: 'claude-opus-5-5' })).toBe('home');
  });

  it('tells its end to calls that nobody else can serve', () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', { ...limited(clock.now() + 60_000), family: 'opus' });
    const readyAt = clock.now() + 60_000;
    expect(pool.choose(call({ model: 'claude-opus-5-5' }), none)).toMatchObject({ is: 'limited', readyAt });
    expect(pool.choose(call({ pinned: 'a', model: 'claude-opus-5-5' }), none)).toMatchObject({ readyAt });
    pool.heal('acc_a');
    expect(pick(pool, { model: 'claude-opus-5-5' })).toBe('a');
  });
});

describe('a rest whose end is a guess', () => {
  const guess = (until: number): Lesson & { is: 'limited' } => ({ ...limited(until), isGuess: true });

  it('is asked about by one call when nobody else can serve, and by no herd', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', guess(clock.now() + 3_600_000));
    expect(pool.choose(call(), none).is).toBe('limited');
    await clock.turn(staleAfterMs);
    const choices = Array.from({ length: 100 }, () => pool.choose(call(), none));
    expect(choices.map(({ is }) => is)).toEqual(['account', ...Array<'limited'>(99).fill('limited')]);
    const [probe] = choices;
    pool.report('acc_a', { is: 'fine', isServed: true });
    taken(probe ?? { is: 'unknown' }).lease.release();
    expect(pick(pool)).toBe('a');
  });

  it('goes on where the call meets the limit again, for a while without another question', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', guess(clock.now() + 3_600_000));
    await clock.turn(staleAfterMs);
    const probe = taken(pool.choose(call(), none));
    pool.report('acc_a', guess(clock.now() + 3_600_000));
    probe.lease.release();
    expect(pool.choose(call(), none).is).toBe('limited');
    await clock.turn(staleAfterMs);
    expect(pick(pool)).toBe('a');
  });

  it('is not asked about while another can serve, nor by counting tokens, nor where the end was named', async () => {
    const { pool, clock } = aPool(a, b);
    pool.report('acc_a', guess(clock.now() + 3_600_000));
    await clock.turn(staleAfterMs);
    for (let at = 0; at < 5; at += 1) expect(pick(pool)).toBe('b');
    pool.report('acc_b', limited(clock.now() + 3_600_000));
    expect(pool.choose(call({ purpose: 'counting' }), none).is).toBe('limited');
    await clock.turn(staleAfterMs);
    expect(pick(pool)).toBe('a');
  });
});

describe('an account whose guessed end has come', () => {
  const guess = (clock: HandClock, more: object = {}): Lesson => ({
    ...limited(clock.now() + 60_000),
    isGuess: true,
    ...more,
  });
  const served = { is: 'fine', isServed: true } as const;

  it('takes one call of a hundred at once, and all others when that is served', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', guess(clock));
    await clock.turn(60_000);
    expect(pool.look()).toMatchObject([{ standing: { is: 'ready' }, isHalfOpen: true }]);
    const choices = Array.from({ length: 100 }, () => pool.choose(call(), none));
    expect(choices.map(({ is }) => is)).toEqual(['account', ...Array<'limited'>(99).fill('limited')]);
    pool.report('acc_a', served);
    expect(pool.look()).toMatchObject([{ isHalfOpen: false, lastRest: { reason: '429' } }]);
    expect(Array.from({ length: 100 }, () => pool.choose(call(), none).is)).not.toContain('limited');
  });

  it('is asked again after a call that found nothing out, and rests again after one that met the limit', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', guess(clock));
    await clock.turn(60_000);
    for (const lesson of [{ is: 'fine' }, struggling] as const) {
      const asking = taken(pool.choose(call(), none));
      pool.report('acc_a', lesson);
      expect(pool.choose(call(), none).is).toBe('limited');
      asking.lease.release();
    }
    const last = taken(pool.choose(call(), none));
    pool.report('acc_a', guess(clock));
    last.lease.release();
    expect(pool.choose(call(), none)).toMatchObject({ is: 'limited', readyAt: clock.now() + 60_000 });
  });

  it('sends the rest elsewhere meanwhile, keeps its sessions at home, and counts tokens', async () => {
    const { pool, clock, sessions } = aPool(anAccount('first', { priority: 1 }), b);
    pick(pool, { session: 's' });
    pool.report('acc_first', guess(clock));
    await clock.turn(60_000);
    const asking = taken(pool.choose(call(), none));
    expect(asking.account.name).toBe('first');
    const other = taken(pool.choose(call({ session: 's' }), none));
    expect([other.account.name, other.left?.reason]).toEqual(['b', 'waits for what its first call finds']);
    expect(sessions.accountOf('s')).toBe('acc_first');
    expect(pick(pool, { session: 's', purpose: 'counting' })).toBe('first');
  });

  it('for one family is asked by a call for it, whatever is served for others', async () => {
    const { pool, clock } = aPool(a);
    const [opus, haiku] = [{ model: 'claude-opus-5-5' }, { model: 'claude-haiku-5-5' }];
    pool.report('acc_a', guess(clock, { family: 'opus' }));
    await clock.turn(60_000);
    const asking = taken(pool.choose(call(opus), none));
    pick(pool, haiku);
    pool.report('acc_a', served, a, haiku.model);
    expect(pool.choose(call(opus), none).is).toBe('limited');
    pool.report('acc_a', served, a, opus.model);
    asking.lease.release();
    expect(pool.choose(call(opus), none).is).toBe('account');
    expect(pool.look()[0]?.isHalfOpen).toBe(false);
  });

  it('is not asked about where its end was named', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', limited(clock.now() + 60_000));
    await clock.turn(60_000);
    expect(Array.from({ length: 100 }, () => pool.choose(call(), none).is)).not.toContain('limited');
  });
});

describe('a clock on the wall that is set', () => {
  const hour = 3_600_000;

  it('back by hours makes no rest and no avoidance longer', async () => {
    const { pool, clock } = aPool(a, b);
    pool.report('acc_a', limited(clock.now() + 60_000));
    pool.report('acc_b', struggling);
    await clock.turn(5_000);
    clock.set(clock.now() - 3 * hour);
    expect(pool.choose(call({ pinned: 'a' }), none)).toMatchObject({ readyAt: clock.now() + 55_000 });
    expect(pool.look()[1]?.isAvoided).toBe(true);
    await clock.turn(3_000);
    expect(pool.look()[1]?.isAvoided).toBe(false);
    await clock.turn(51_999);
    expect(pool.look()[0]?.standing.is).toBe('resting');
    await clock.turn(1);
    expect(pool.look()[0]?.standing.is).toBe('ready');
  });

  it('back within a rest makes it no longer either', async () => {
    const { pool, clock } = aPool(a);
    pool.report('acc_a', limited(clock.now() + 2 * hour));
    await clock.turn(1.5 * hour);
    clock.set(clock.now() - hour);
    await clock.turn(0.5 * hour);
    expect(pool.look()[0]?.standing.is).toBe('ready');
  });

  it('ahead by hours, as by a machine that slept, ends rests that are over by then, and lets back one call at first', async () => {
    const { pool, clock } = aPool(anAccount('first', { priority: 1 }), b, c);
    pool.report('acc_first', limited(clock.now() + hour));
    pool.report('acc_b', limited(clock.now() + 9 * hour));
    clock.set(clock.now() + 8 * hour);
    expect(pool.look().map(({ standing }) => standing.is)).toEqual(['ready', 'resting', 'ready']);
    pool.report('acc_b', limited(clock.now() + 2 * hour));
    expect(pool.look()[1]?.standing).toMatchObject({ until: clock.now() + 2 * hour });
    const names = Array.from({ length: 5 }, () => taken(pool.choose(call(), none)).account.name);
    expect(count(names)).toEqual({ first: 1, c: 4 });
  });
});

describe('named accounts', () => {
  it('are found by id, and by name in any case', () => {
    const { pool } = aPool(a, anAccount('Größe'));
    expect(pick(pool, { pinned: 'acc_Größe' })).toBe('Größe');
    expect(pick(pool, { pinned: ' GRÖßE ' })).toBe('Größe');
    expect(taken(pool.choose(call({ pinned: 'A' }), none)).why).toBe('pinned');
    expect(pool.choose(call({ pinned: 'nobody' }), none)).toEqual({ is: 'unknown' });
  });

  it('serve their objects, wherever the session is', () => {
    const { pool } = aPool(a, b);
    const home = pick(pool, { session: 's' });
    const other = home === 'a' ? 'b' : 'a';
    expect(taken(pool.choose(call({ session: 's', bound: `acc_${other}` }), none)).why).toBe('object');
    expect(pick(pool, { session: 's' })).toBe(home);
  });

  it('answer for themselves when they cannot serve', () => {
    const { pool, clock } = aPool(a, b, anAccount('off', { enabled: false }));
    const until = clock.now() + 60_000;
    pool.report('acc_a', limited(until));
    pool.report('acc_b', refused);
    expect(pool.choose(call({ pinned: 'a' }), none)).toMatchObject({
      is: 'limited',
      readyAt: until,
      name: 'a',
    });
    expect(pool.choose(call({ bound: 'acc_b' }), none)).toEqual({
      is: 'unavailable',
      name: 'b',
      reason: refused.reason,
    });
    expect(pool.choose(call({ pinned: 'off' }), none)).toEqual({
      is: 'unavailable',
      name: 'off',
      reason: 'switched off',
    });
    expect(pool.choose(call({ bound: 'acc_gone' }), none)).toEqual({ is: 'unknown' });
  });

  it('are never asked whether their rest is over: naming a resting one is answered with its reset', async () => {
    const { pool, clock } = aPool(a);
    const readyAt = clock.now() + 3_600_000;
    pool.report('acc_a', { ...limited(readyAt), isGuess: true });
    await clock.turn(2 * staleAfterMs);
    for (const named of [{ pinned: 'a' }, { bound: 'acc_a' }])
      expect(pool.choose(call(named), none)).toMatchObject({ is: 'limited', readyAt, name: 'a' });
    expect(pool.choose(call(), none).is).toBe('account');
  });

  it('keep to their most calls at once, and are not tried twice', () => {
    const { pool, clock } = aPool(anAccount('one', { maxConcurrent: 1 }));
    expect(pool.choose(call({ pinned: 'one' }), new Set(['acc_one']))).toMatchObject({ is: 'limited' });
    taken(pool.choose(call({ pinned: 'one' }), none));
    expect(pool.choose(call({ pinned: 'one' }), none)).toMatchObject({
      is: 'limited',
      readyAt: clock.now() + 1_000,
      name: 'one',
    });
  });

  it('keep to their models: naming one is no way around what it is set up for', () => {
    const { pool } = aPool(anAccount('cheap', { models: ['*haiku*'] }));
    for (const named of [{ pinned: 'cheap' }, { bound: 'acc_cheap' }])
      expect(pool.choose(call({ ...named, model: 'claude-opus-5-5' }), none)).toEqual({
        is: 'none',
        because: 'model',
      });
  });

  it('are unknown to a caller who may not use them, just like those that do not exist', () => {
    const { pool } = aPool(a, b);
    for (const named of [{ pinned: 'b' }, { pinned: 'acc_b' }, { bound: 'acc_b' }, { pinned: 'nobody' }])
      expect(pool.choose(call({ ...named, allowed: ['a'] }), none)).toEqual({ is: 'unknown' });
    expect(pick(pool, { pinned: 'b', allowed: ['B'] })).toBe('b');
  });
});

describe('who may use what', () => {
  it('keeps callers to the accounts of their key', () => {
    const { pool } = aPool(a, b, c);
    expect(new Set(Array.from({ length: 9 }, () => pick(pool, { allowed: ['acc_b', 'C'] })))).toEqual(
      new Set(['b', 'c']),
    );
    expect(pool.choose(call({ allowed: ['nobody'] }), none)).toEqual({ is: 'none', because: 'not-allowed' });
  });

  it('moves a session for a caller who may not use its account', () => {
    const { pool } = aPool(a, b);
    expect(pick(pool, { session: 's', allowed: ['a'] })).toBe('a');
    expect(pick(pool, { session: 's', allowed: ['b'] })).toBe('b');
  });

  it('says that there is nobody at all', () => {
    const { pool } = aPool();
    expect(pool.choose(call(), none)).toEqual({ is: 'none', because: 'empty' });
    expect(pool.choose(call({ own: true }), none)).toEqual({ is: 'none', because: 'empty' });
    expect([pool.shared, pool.passesThrough, pool.next]).toEqual([0, false, undefined]);
  });

  it('never lets a credential of the caller’s own out by an account of ours, nor the other way round', () => {
    const passing = anAccount('mine', { kind: 'passthrough', priority: 0 });
    const { pool, clock } = aPool(a, passing);
    expect(pick(pool, { own: true })).toBe('mine');
    expect(pick(pool)).toBe('a');
    expect(pool.choose(call({ own: true }), new Set(['acc_mine']))).toMatchObject({ is: 'limited' });
    pool.report('acc_a', limited(clock.now() + 60_000));
    expect(pool.choose(call(), none)).toMatchObject({ is: 'limited' });
    expect(pool.choose(call({ pinned: 'mine' }), none)).toEqual({ is: 'none', because: 'empty' });
    expect(pool.choose(call({ bound: 'acc_a', own: true }), none)).toEqual({ is: 'unknown' });
    expect([pool.shared, pool.passesThrough, pool.kindOf('MINE')]).toEqual([1, true, 'passthrough']);
  });

  it('lists the accounts of a caller, whether they are ready or not, but not those switched off', () => {
    const { pool, clock } = aPool(
      a,
      b,
      anAccount('off', { enabled: false }),
      anAccount('p', { kind: 'passthrough' }),
    );
    pool.report('acc_a', limited(clock.now() + 60_000));
    const names = (ask: Partial<Ask>): string[] => pool.accountsFor(call(ask)).map(({ name }) => name);
    expect(names({})).toEqual(['a', 'b']);
    expect(names({ allowed: ['b', 'off', 'p'] })).toEqual(['b']);
    expect(names({ own: true })).toEqual(['p']);
  });
});

describe('leases', () => {
  it('hold a place until they are given back, once', () => {
    const { pool } = aPool(anAccount('a', { maxConcurrent: 2 }));
    const first = taken(pool.choose(call(), none)).lease;
    const second = taken(pool.choose(call(), none)).lease;
    expect(pool.choose(call(), none).is).toBe('limited');
    first.release();
    first.release();
    first.release();
    expect(pool.look()[0]?.callsInFlight).toBe(1);
    second.release();
    expect(pool.look()[0]?.callsInFlight).toBe(0);
  });

  it('are not taken by counting, which waits for nobody', () => {
    const { pool } = aPool(anAccount('a', { maxConcurrent: 1 }));
    taken(pool.choose(call(), none));
    for (let at = 0; at < 25; at += 1)
      expect(taken(pool.choose(call({ purpose: 'counting' }), none)).account.name).toBe('a');
    expect(pool.look()[0]?.callsInFlight).toBe(1);
  });

  it('can be given back when the account is gone', () => {
    const { pool } = aPool(a);
    const { lease } = taken(pool.choose(call(), none));
    pool.refill([]);
    lease.release();
    pool.refill([a]);
    expect(pool.look()[0]?.callsInFlight).toBe(0);
  });
});

describe('refill', () => {
  it('keeps what was learned about accounts that did not change', () => {
    const { pool, clock } = aPool(a, b);
    pool.report('acc_a', limited(clock.now() + 60_000));
    pool.report('acc_b', refused);
    pool.refill([a, b, c]);
    expect(pool.look().map(({ standing }) => standing.is)).toEqual(['resting', 'signed-out', 'ready']);
  });

  it('heals accounts whose credential changed, and keeps the count of their running calls', () => {
    const { pool, clock } = aPool(a, b);
    const { lease } = taken(pool.choose(call({ pinned: 'a' }), none));
    pool.report('acc_a', refused);
    pool.report('acc_b', limited(clock.now() + 60_000));
    pool.report('acc_a', struggling);
    pool.refill([{ ...a, updatedAt: 1, credentialAt: 1, priority: 7 }, b]);
    expect(pool.look()).toMatchObject([
      { account: { priority: 7 }, standing: { is: 'ready' }, isAvoided: false, callsInFlight: 1 },
      { standing: { is: 'resting' } },
    ]);
    lease.release();
    expect(pool.look()[0]?.callsInFlight).toBe(0);
  });

  it('keeps the standing of one that has another name or priority now, and its sessions', () => {
    const { pool, clock, sessions } = aPool(a, b);
    const home = pick(pool, { session: 's' });
    pool.report('acc_a', refused);
    pool.report('acc_b', limited(clock.now() + 60_000));
    pool.refill([
      { ...a, updatedAt: 1, priority: 7 },
      { ...b, updatedAt: 1, name: 'other' },
    ]);
    expect(pool.look()).toMatchObject([
      { account: { priority: 7 }, standing: { is: 'signed-out' } },
      { account: { name: 'other' }, standing: { is: 'resting' } },
    ]);
    expect(sessions.accountOf('s')).toBe(`acc_${home}`);
  });

  it('heals one that goes to another upstream now', () => {
    const { pool } = aPool(a);
    pool.report('acc_a', refused);
    pool.refill([{ ...a, updatedAt: 1, baseUrl: 'https://other.example.test' }]);
    expect(pick(pool)).toBe('a');
  });

  it('takes one that has no secret for signed out, with the reason, and a heal does not change that', () => {
    const { pool } = aPool();
    pool.refill([a, b], new Map([['acc_a', { reason: 'not signed in yet' }]]));
    pool.heal('acc_a');
    expect(pool.look()[0]?.standing).toMatchObject({ is: 'signed-out', reason: 'not signed in yet' });
    expect(pick(pool)).toBe('b');
    pool.refill([{ ...a, updatedAt: 1, credentialAt: 1 }, b]);
    expect(pool.look()[0]?.standing.is).toBe('ready');
  });

  describe('whose tokens are over', () => {
    const lacks = new Map([['acc_a', { since: 5, reason: 'invalid_grant' }]]);
    const standing = (pool: Pool) => pool.look()[0]?.standing;

    it('stands signed out since then, whatever it was before', () => {
      const { pool, clock } = aPool(a);
      pool.report('acc_a', limited(clock.now() + 60_000));
      pool.refill([a], lacks);
      expect(standing(pool)).toEqual({ is: 'signed-out', since: 5, reason: 'invalid_grant' });
    });

    it('is ready again when they are good again', () => {
      const { pool } = aPool(a);
      pool.refill([a], lacks);
      pool.refill([a]);
      expect(standing(pool)?.is).toBe('ready');
    });

    it('keeps a rest, and a sign-out by the upstream, through refills that bring nothing new', () => {
      const { pool, clock } = aPool(a, b);
      pool.report('acc_a', limited(clock.now() + 60_000));
      pool.report('acc_b', refused);
      pool.refill([a, b]);
      expect(pool.look().map((seen) => seen.standing.is)).toEqual(['resting', 'signed-out']);
    });

    it('stays switched off where it is', () => {
      const off = { ...a, enabled: false };
      const { pool } = aPool(off);
      pool.refill([off], lacks);
      expect(standing(pool)).toEqual({ is: 'switched-off', since: 0 });
    });
  });

  it('learns nothing from what an earlier credential met with', () => {
    const { pool, clock } = aPool(a);
    pool.refill([{ ...a, updatedAt: 1, credentialAt: 1 }]);
    for (const lesson of [refused, limited(clock.now() + 60_000)]) pool.report('acc_a', lesson, a);
    expect(pool.look()[0]?.standing.is).toBe('ready');
    pool.report('acc_a', refused, { ...a, credentialAt: 1 });
    expect(pool.look()[0]?.standing.is).toBe('signed-out');
  });

  it('switches off and on what a person switched', () => {
    const { pool } = aPool(a);
    pool.refill([{ ...a, enabled: false, updatedAt: 1 }]);
    expect(pool.look()[0]?.standing).toEqual({ is: 'switched-off', since: 1 });
    pool.refill([{ ...a, updatedAt: 2 }]);
    expect(pick(pool)).toBe('a');
  });

  it('forgets accounts that are gone, with their sessions', () => {
    const { pool, sessions } = aPool(a, b);
    const home = pick(pool, { session: 's' });
    pool.refill([a, b].filter(({ name }) => name !== home));
    expect(sessions.accountOf('s')).toBeUndefined();
    expect(pick(pool, { session: 's' })).not.toBe(home);
    pool.refill([a, b]);
    expect(pool.look().find(({ account }) => account.name === home)?.served).toBe(0);
  });
});

describe('strangers', () => {
  it('change nothing by what they ask for', () => {
    const { pool, sessions } = aPool(a, anAccount('off', { enabled: false }));
    const before = JSON.stringify(pool.look());
    for (const ask of [
      call({ pinned: '__proto__' }),
      call({ bound: 'constructor' }),
      call({ allowed: [], session: 's' }),
      call({ own: true, session: 's' }),
      call({ pinned: 'off', session: 's' }),
    ])
      expect(pool.choose(ask, none).is).not.toBe('account');
    expect(JSON.stringify(pool.look())).toBe(before);
    expect(sessions.size).toBe(0);
  });

  it('teach nothing: a lesson about an account that is not here falls on nobody', () => {
    const { pool } = aPool(a);
    pool.report('acc_b', refused);
    pool.report('a', refused);
    pool.report('__proto__', refused);
    expect(pool.look().map(({ standing }) => standing.is)).toEqual(['ready']);
  });

  it('cannot change an account by what they are shown', () => {
    const { pool } = aPool(a);
    const [seen] = pool.look();
    Object.assign(seen ?? {}, { standing: { is: 'switched-off' }, callsInFlight: 99 });
    expect(pool.look()[0]).toMatchObject({ standing: { is: 'ready' }, callsInFlight: 0 });
  });
});

describe('a session that its account does not take', () => {
  const left = (pool: Pool, more: Partial<Ask> = {}, tried: ReadonlySet<string> = none) => {
    const choice = taken(pool.choose(call({ session: 's', ...more }), tried));
    choice.lease.release();
    return choice.left && [choice.left.account.name, choice.left.reason];
  };

  it('is told with the account it left, and why', () => {
    const reasons: [string, (pool: Pool) => void][] = [
      [
        'resting until 2026-12-01 00:00 UTC: 429',
        (pool) => pool.report(a.id, limited(Date.UTC(2026, 11, 1))),
      ],
      ['401 authentication_error', (pool) => pool.report(a.id, refused)],
      ['struggled a moment ago', (pool) => pool.report(a.id, struggling)],
      ['switched off', (pool) => pool.refill([{ ...a, enabled: false, updatedAt: 1e13 }, b])],
      ['does not allow the model', (pool) => pool.refill([{ ...a, models: ['x'], updatedAt: 1e13 }, b])],
    ];
    for (const [reason, happens] of reasons) {
      const { pool } = aPool(a);
      pick(pool, { session: 's', model: 'm' });
      pool.refill([a, b]);
      happens(pool);
      expect(left(pool, { model: 'm' })).toEqual(['a', reason]);
      // From now on it is at home where it went.
      expect(left(pool, { model: 'm' })).toBeUndefined();
    }
  });

  it('is told each time while its account is only full', () => {
    const { pool } = aPool({ ...a, maxConcurrent: 1 });
    taken(pool.choose(call({ session: 's' }), none));
    pool.refill([{ ...a, maxConcurrent: 1 }, b]);
    for (let times = 0; times < 2; times += 1)
      expect(left(pool)).toEqual(['a', 'has as many calls as it may']);
  });

  it('is not told of counting, or after an attempt', () => {
    const { pool } = aPool(a);
    pick(pool, { session: 's' });
    pool.refill([a, b]);
    pool.report(a.id, limited(Date.UTC(2026, 11, 1)));
    expect(left(pool, { purpose: 'counting' })).toBeUndefined();
    expect(left(pool, {}, new Set([a.id]))).toBeUndefined();
  });

  it('that was nowhere has left nobody', () => {
    const { pool } = aPool(a, b);
    expect(left(pool)).toBeUndefined();
  });
});

describe('an account that is barred', () => {
  const noon = new HandClock().now();

  it('takes no message, looks as if it rested, and comes back by itself', async () => {
    const { pool, clock } = barredPool({ acc_a: noon + 60_000 }, a, b);
    for (let at = 0; at < 5; at += 1) expect(pick(pool)).toBe('b');
    expect(pool.look()[0]?.standing).toEqual({
      is: 'resting',
      since: noon,
      until: noon + 60_000,
      reason: 'budget house used up',
    });
    await clock.turn(60_000);
    expect(pool.look()[0]?.standing).toEqual({ is: 'ready' });
    expect(pool.choose(call({ pinned: 'a' }), none).is).toBe('account');
  });

  it('loses its sessions to another, and says why', () => {
    const bars: Record<string, number> = {};
    const { pool } = barredPool(bars, a, b);
    const home = pick(pool, { session: 's' });
    bars[`acc_${home}`] = noon + 60_000;
    const { account, left } = taken(pool.choose(call({ session: 's' }), none));
    expect(account.name).not.toBe(home);
    expect(left).toMatchObject({
      account: { name: home },
      reason: 'resting until 12:01:00 UTC: budget house used up',
    });
  });

  it('still counts tokens, and serves what belongs to it', () => {
    const { pool } = barredPool({ acc_a: noon + 60_000 }, a);
    expect(pick(pool, { purpose: 'counting' })).toBe('a');
    expect(pick(pool, { purpose: 'other', bound: 'acc_a' })).toBe('a');
  });

  it('named by its caller, or the last there is, says when it is back', () => {
    const { pool } = barredPool({ acc_a: noon + 60_000 }, a);
    expect(pool.choose(call({ pinned: 'a' }), none)).toMatchObject({
      is: 'limited',
      readyAt: noon + 60_000,
      name: 'a',
    });
    expect(pool.choose(call(), none)).toMatchObject({ is: 'limited', readyAt: noon + 60_000 });
  });
});

describe('where accounts stand', () => {
  const told: string[] = [];
  const aTellingPool = () => {
    told.length = 0;
    const clock = new HandClock();
    const pool = new Pool(clock, new Sessions(clock, 3_600_000, 10), ({ name }, { is }) => {
      told.push(`${name} ${is}`);
    });
    pool.refill([a, b]);
    return { pool, clock };
  };

  it('is told when it changes, and only then', () => {
    const { pool, clock } = aTellingPool();
    pool.report(a.id, { is: 'fine' });
    pool.report(a.id, { is: 'struggling', reason: '529' });
    const limited = { is: 'limited', until: clock.now() + 60_000, reason: '429' } as const;
    pool.report(a.id, limited);
    pool.report(a.id, limited);
    pool.report(b.id, { is: 'refused', reason: '401' });
    pool.heal(b.id);
    pool.heal(b.id);
    pool.refill([a, { ...b, enabled: false, updatedAt: 1 }]);
    expect(told).toEqual(['a ready', 'b ready', 'a resting', 'b signed-out', 'b ready', 'b switched-off']);
  });

  it('is told again for a longer rest', () => {
    const { pool, clock } = aTellingPool();
    for (const seconds of [60, 30, 90])
      pool.report(a.id, { is: 'limited', until: clock.now() + seconds * 1_000, reason: '429' });
    expect(told.slice(2)).toEqual(['a resting', 'a resting']);
  });
});
