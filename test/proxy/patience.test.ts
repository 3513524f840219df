import { describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { earlyAfterMs } from '../../src/accounts/early.ts';
import { Pool, type Choice } from '../../src/accounts/pool.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import type { Lesson } from '../../src/accounts/standing.ts';
import { defaultSettings, type Settings } from '../../src/config/settings.ts';
import { Patience } from '../../src/proxy/patience.ts';
import type { Work } from '../../src/proxy/work.ts';
import { aCall } from '../help/a-call.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { MemoryLog } from '../help/a-log.ts';
import { anAccount } from '../help/an-account.ts';

type Chosen = Choice & { is: 'account' };

interface Asking {
  readonly session?: string;
  readonly ask?: Partial<Work['ask']>;
  readonly headers?: string[];
  readonly signal?: AbortSignal;
}

/** A pool of `accounts`, and calls that come to it; what a cached token costs elsewhere is a dollar a million. */
function aStage(accounts: Account[], routing: Partial<Settings['routing']> = {}) {
  const clock = new HandClock();
  const sessions = new Sessions(clock, 3_600_000, 1_000);
  const pool = new Pool(clock, sessions);
  pool.refill(accounts);
  const settings = { ...defaultSettings, routing: { ...defaultSettings.routing, ...routing } };
  const pricing = { moveCost: (tokens: number) => tokens, costOf: () => fail() };
  const log = new MemoryLog();
  const around = { pool, settings: () => settings, pricing, clock, log };
  const waits: number[] = [];
  const gone: string[] = [];
  const patienceOf = ({ session, ask, headers = [], signal }: Asking = {}): Patience => {
    const work: Work = {
      call: { ...aCall({ headers }), ...(signal && { signal }) },
      target: '/v1/messages',
      ask: { purpose: 'messages', own: false, session, ...ask },
      body: new Uint8Array(),
      stream: false,
      isRepeatable: true,
      lane: { client: 'local', session },
      onWait: (ms) => waits.push(ms),
    };
    return new Patience(work, around);
  };
  /** Comes as `name`, and is in `gone` with the account it got, or with how it was refused. */
  const comes = async (name: string, asking?: Asking): Promise<Choice> => {
    const choice = await patienceOf(asking).next();
    gone.push(`${name}: ${choice.is === 'account' ? choice.account.name : choice.is}`);
    return choice;
  };
  const limit = (name: string, ms: number): void => {
    pool.report(`acc_${name}`, limited(clock.now() + ms));
  };
  /** The session has so many tokens in the cache of `name`, where it is at home. */
  const atHome = (session: string, name: string, tokens: number): void => {
    const usage = { cacheRead: tokens, cacheWrite5m: 0, cacheWrite1h: 0 };
    sessions.bind(session, `acc_${name}`);
    sessions.heard({ session, accountId: `acc_${name}`, startedAt: clock.now(), usage });
  };
  return { clock, pool, log, waits, gone, patienceOf, comes, limit, atHome };
}

function fail(): never {
  throw new Error('nobody asks for that');
}

const limited = (until: number): Lesson => ({ is: 'limited', until, reason: '429' });
const one = anAccount('one', { maxConcurrent: 1 });
const a = anAccount('a', { priority: 1 });
const b = anAccount('b', { priority: 2 });

async function taken(choice: Promise<Choice> | Choice): Promise<Chosen> {
  const made = await choice;
  if (made.is !== 'account') throw new Error(`expected an account, got ${JSON.stringify(made)}`);
  return made;
}

describe('a call for which nobody has room', () => {
  it('waits, and takes the first place that is free', async () => {
    const { clock, pool, waits, gone, comes } = aStage([one]);
    const { lease } = await taken(comes('first'));
    const second = comes('second');
    await clock.turn(4_000);
    expect([gone, pool.queue.size]).toEqual([['first: one'], 1]);
    lease.release();
    await second;
    expect([gone, waits]).toEqual([['first: one', 'second: one'], [4_000]]);
  });

  it('is refused when its time is over, as it would have been at once', async () => {
    const { clock, gone, waits, comes } = aStage([one], { queueSeconds: 7 });
    await comes('first');
    const second = comes('second');
    await clock.turn(6_999);
    expect(gone).toHaveLength(1);
    await clock.turn(1);
    expect(await second).toMatchObject({ is: 'limited', readyAt: clock.now() + 1_000 });
    expect(waits).toEqual([7_000]);
  });

  it('is refused at once where as many wait as may, or none shall', async () => {
    for (const routing of [{ maxWaiting: 1 }, { queueSeconds: 0, maxWaiting: 200 }]) {
      const { clock, gone, comes } = aStage([one], routing);
      await comes('first');
      void comes('second');
      void comes('third');
      await settled();
      expect(gone).toContain(routing.maxWaiting === 1 ? 'third: limited' : 'second: limited');
      await clock.turn(30_000);
    }
  });

  it('waits though as many do as may, where another has most of them: the last of those is refused', async () => {
    const { clock, pool, gone, comes } = aStage([one], { maxWaiting: 3 });
    await comes('first', { session: 'crowd' });
    for (const at of [0, 1, 2, 3]) void comes(`crowd ${at}`, { session: 'crowd' });
    const other = comes('other', { session: 'other' });
    await settled();
    expect(gone).toEqual(['first: one', 'crowd 3: limited', 'crowd 2: limited']);
    expect(pool.queue.size).toBe(3);
    await clock.turn(30_000);
    expect((await other).is).toBe('limited');
  });

  it('takes no turn of another session, however many calls that has', async () => {
    const { gone, comes } = aStage([one]);
    const first = await taken(comes('first', { session: 'crowd' }));
    const crowd = Array.from({ length: 30 }, (_, at) => comes(`crowd ${at}`, { session: 'crowd' }));
    const other = comes('other', { session: 'other' });
    first.lease.release();
    (await taken(crowd[0]!)).lease.release();
    (await taken(other)).lease.release();
    await settled();
    expect(gone.slice(1, 4)).toEqual(['crowd 0: one', 'other: one', 'crowd 1: one']);
  });

  it('does not wait for an account that it may not use, and is not in the way of who may', async () => {
    const { gone, comes } = aStage([one, anAccount('two', { maxConcurrent: 1 })]);
    const two = await taken(comes('first', { ask: { allowed: ['two'] } }));
    await comes('second', { ask: { allowed: ['one'] } });
    void comes('for one', { ask: { allowed: ['one'] } });
    const forTwo = comes('for two', { ask: { allowed: ['two'] } });
    two.lease.release();
    await forTwo;
    expect(gone).toEqual(['first: two', 'second: one', 'for two: two']);
  });

  it('is gone with its client', async () => {
    const { pool, waits, comes } = aStage([one]);
    await comes('first');
    const leaving = new AbortController();
    const second = comes('second', { signal: leaving.signal });
    leaving.abort();
    expect(pool.queue.size).toBe(0);
    await expect(second).rejects.toMatchObject({ code: 'client_left' });
    expect(waits).toEqual([0]);
  });

  it('waits no longer than half of what its client stands', async () => {
    const { clock, comes } = aStage([one]);
    await comes('first');
    const second = comes('second', { headers: ['x-stainless-timeout', '10'] });
    await clock.turn(5_000);
    expect(await second).toMatchObject({ is: 'limited' });
  });

  it('waits also where it has named the account, or that has its objects', async () => {
    for (const ask of [{ pinned: 'one' }, { bound: 'acc_one' }]) {
      const { gone, comes } = aStage([one, b]);
      const { lease } = await taken(comes('first', { ask }));
      const second = comes('second', { ask });
      await settled();
      expect(gone).toEqual(['first: one']);
      lease.release();
      await second;
      expect(gone).toEqual(['first: one', 'second: one']);
    }
  });

  it('that counts tokens never waits', async () => {
    const { clock, gone, comes, limit } = aStage([one]);
    await comes('first');
    await comes('counting', { ask: { purpose: 'counting' } });
    limit('one', 5_000);
    await comes('counting', { ask: { purpose: 'counting' } });
    expect(gone.slice(1)).toEqual(['counting: one', 'counting: one']);
    await clock.turn(0);
  });

  it('takes what there is when the proxy stops', async () => {
    const { pool, gone, comes } = aStage([one]);
    await comes('first');
    const second = comes('second');
    pool.queue.close();
    await second;
    await comes('third');
    expect(gone.slice(1)).toEqual(['second: limited', 'third: limited']);
  });
});

describe('a call for which every account rests', () => {
  it('waits for the first reset, where that is soon', async () => {
    const { clock, waits, gone, comes, limit } = aStage([a, b]);
    limit('a', 3_600_000);
    limit('b', 15_000);
    const waiting = comes('it');
    await clock.turn(14_999);
    expect(gone).toEqual([]);
    await clock.turn(1);
    await waiting;
    expect([gone, waits]).toEqual([['it: b'], [15_000]]);
  });

  it('is refused at once where the reset is later, and as soon as it becomes later', async () => {
    const { clock, comes, limit } = aStage([a]);
    limit('a', 15_001);
    expect(await comes('it')).toMatchObject({ is: 'limited', readyAt: clock.now() + 15_001 });
    await clock.turn(10_000);
    const waiting = comes('next');
    limit('a', 60_000);
    expect(await waiting).toMatchObject({ is: 'limited', readyAt: clock.now() + 60_000 });
  });

  it('takes an account that is well again before its time', async () => {
    const { clock, pool, waits, comes, limit } = aStage([a]);
    limit('a', 10_000);
    const healed = comes('it');
    await clock.turn(2_000);
    pool.heal('acc_a');
    await taken(healed);
    limit('a', 10_000);
    const mended = comes('it');
    await clock.turn(1_000);
    pool.refill([a, b]);
    expect((await taken(mended)).account.name).toBe('b');
    expect(waits).toEqual([2_000, 1_000]);
  });

  it('follows those before it one after the other: the account meets no herd', async () => {
    const { clock, gone, comes, limit } = aStage([a]);
    limit('a', 10_000);
    for (let at = 0; at < 4; at += 1) void comes(String(at), { session: `s${at}` });
    await clock.turn(10_000);
    expect(gone).toEqual(['0: a']);
    await clock.turn(249);
    expect(gone).toHaveLength(1);
    await clock.turn(1);
    expect(gone).toHaveLength(2);
    // Who comes now has to stand behind those that waited.
    void comes('late', { session: 'late' });
    await clock.turn(750);
    expect(gone).toEqual(['0: a', '1: a', '2: a', '3: a', 'late: a']);
  });

  it.each<[string, (stage: ReturnType<typeof aStage>) => void | Promise<void>]>([
    ['a person has healed', ({ pool }) => pool.heal('acc_a')],
    ['rested for one family of models', async ({ clock }) => clock.turn(10_000)],
  ])('meets no herd either on an account that %s', async (what, ends) => {
    const stage = aStage([a]);
    const { clock, pool, gone, comes } = stage;
    const family = what.startsWith('a person') ? {} : { family: 'opus' as const };
    pool.report('acc_a', { is: 'limited', until: clock.now() + 10_000, reason: '429', ...family });
    const ask = { model: 'claude-opus-5-5' };
    for (let at = 0; at < 3; at += 1) void comes(String(at), { session: `s${at}`, ask });
    await ends(stage);
    await settled();
    expect(gone).toEqual(['0: a']);
    await clock.turn(500);
    expect(gone).toEqual(['0: a', '1: a', '2: a']);
  });

  it('hears at once how an account stands that it has named, and waits for one that has its objects', async () => {
    const { clock, gone, comes, limit } = aStage([a]);
    limit('a', 5_000);
    await comes('pinned', { ask: { pinned: 'a' } });
    const bound = comes('bound', { ask: { bound: 'acc_a' } });
    expect(gone).toEqual(['pinned: limited']);
    await clock.turn(5_000);
    await bound;
    expect(gone).toEqual(['pinned: limited', 'bound: a']);
  });

  it('asks the account that told the limit once more after it, and no third time', async () => {
    const { clock, pool, patienceOf } = aStage([a]);
    const patience = patienceOf();
    for (const resetMs of [3_000, 2_000]) {
      const { account, lease } = await taken(patience.next());
      patience.asks(account.id);
      const lesson = limited(clock.now() + resetMs);
      pool.report(account.id, lesson);
      lease.release();
      patience.heard(account.id, lesson);
      const next = patience.next();
      if (resetMs === 2_000) {
        expect(await next).toMatchObject({ is: 'limited', readyAt: clock.now() + 2_000 });
        return;
      }
      await clock.turn(3_000);
      (await taken(next)).lease.release();
    }
  });
});

it('a call that would be refused asks one account early, says what it found, and asks no other', async () => {
  const { clock, pool, log, limit, patienceOf } = aStage([a, b]);
  limit('a', 3_600_000);
  limit('b', 3_600_000);
  await clock.turn(earlyAfterMs);
  const patience = patienceOf();
  const { account, why, lease } = await taken(patience.next());
  expect([account.name, why]).toEqual(['a', 'early']);
  patience.asks(account.id);
  const lesson = limited(clock.now() + 3_600_000);
  pool.report(account.id, lesson);
  lease.release();
  patience.heard(account.id, lesson);
  expect(await patience.next()).toMatchObject({ is: 'limited' });
  const facts = { account: 'a', found: 'still at a limit: 429' };
  expect(log.lines).toEqual([{ level: 'info', event: 'account asked again early', facts }]);
});

it('an account that told a limit without its end is not asked again', async () => {
  const { clock, pool, patienceOf } = aStage([a]);
  const patience = patienceOf();
  const { account, lease } = await taken(patience.next());
  patience.asks(account.id);
  const lesson = { is: 'limited', until: clock.now() + 5_000, reason: '400', isGuess: true } as const;
  pool.report(account.id, lesson);
  lease.release();
  patience.heard(account.id, lesson);
  expect(await patience.next()).toMatchObject({ is: 'limited' });
  expect(pool.queue.size).toBe(0);
});

it('calls that wait for an account which is back are not held up by tokens that are counted there', async () => {
  const { clock, gone, comes, limit } = aStage([a]);
  limit('a', 5_000);
  const waiting = [comes('one'), comes('two'), comes('three')];
  await clock.turn(5_000);
  for (let count = 0; count < 10; count += 1) {
    await comes('counting', { ask: { purpose: 'counting' } });
    await clock.turn(100);
  }
  await Promise.all(waiting);
  expect(gone.filter((who) => !who.startsWith('counting'))).toEqual(['one: a', 'two: a', 'three: a']);
});

describe('a session whose account rests', () => {
  it('waits for it where the cache it would lose is worth more, though another is ready', async () => {
    const { clock, gone, waits, comes, limit, atHome } = aStage([a, b]);
    atHome('s', 'a', 100_000);
    limit('a', 12_000);
    const waiting = comes('it', { session: 's' });
    await clock.turn(11_999);
    expect(gone).toEqual([]);
    await clock.turn(1);
    await waiting;
    expect([gone, waits]).toEqual([['it: a'], [12_000]]);
  });

  it.each([
    ['has nothing in a cache', 0, 5_000],
    ['has less there than the time is worth', 1_000, 5_000],
    ['would have to wait for too long', 100_000, 15_001],
  ])('moves at once where it %s', async (_, tokens, resetMs) => {
    const { gone, comes, limit, atHome } = aStage([a, b]);
    atHome('s', 'a', tokens);
    limit('a', resetMs);
    await comes('it', { session: 's' });
    expect(gone).toEqual(['it: b']);
  });

  it('moves where its cache has gone cold', async () => {
    const { clock, gone, comes, limit, atHome } = aStage([a, b]);
    atHome('s', 'a', 100_000);
    await clock.turn(300_000);
    limit('a', 5_000);
    await comes('it', { session: 's' });
    expect(gone).toEqual(['it: b']);
  });

  it('moves as soon as its account turns out to rest for longer, and says why', async () => {
    const { clock, comes, limit, atHome } = aStage([a, b]);
    atHome('s', 'a', 100_000);
    limit('a', 5_000);
    const waiting = comes('it', { session: 's' });
    await clock.turn(3_000);
    limit('a', 3_600_000);
    const { account, left } = await taken(waiting);
    expect([account.name, left?.reason]).toEqual(['b', 'resting until 13:00 UTC: 429']);
  });

  it('goes back to where its cache is warm too, rather than wait', async () => {
    const { pool, limit, comes, gone, atHome } = aStage([a, b]);
    atHome('s', 'a', 100_000);
    limit('a', 3_600_000);
    (await taken(comes('first', { session: 's' }))).lease.release();
    atHome('s', 'b', 110_000);
    pool.heal('acc_a');
    limit('b', 5_000);
    await comes('second', { session: 's' });
    expect(gone).toEqual(['first: b', 'second: a']);
  });

  it('does not keep others from an account that is ready', async () => {
    const { clock, gone, comes, limit, atHome } = aStage([a, b]);
    atHome('s', 'a', 100_000);
    limit('a', 5_000);
    const waiting = comes('it', { session: 's' });
    await comes('other', { session: 'other' });
    expect(gone).toEqual(['other: b']);
    await clock.turn(5_000);
    await waiting;
  });

  it('says what a second is worth: a dollar leaves no time to wait', async () => {
    const { gone, comes, limit, atHome } = aStage([a, b], { waitedSecondUsd: 1 });
    atHome('s', 'a', 100_000);
    limit('a', 5_000);
    await comes('it', { session: 's' });
    expect(gone).toEqual(['it: b']);
  });
});

describe('a session whose account is full', () => {
  const home = anAccount('home', { maxConcurrent: 1, priority: 1 });

  it('waits for room there where the cache it would lose is worth more', async () => {
    const { clock, gone, comes, atHome } = aStage([home, b]);
    atHome('s', 'home', 100_000);
    const first = await taken(comes('first', { session: 's' }));
    const second = comes('second', { session: 's' });
    await clock.turn(5_000);
    first.lease.release();
    await second;
    expect(gone).toEqual(['first: home', 'second: home']);
  });

  it('goes elsewhere where no room comes, and stays at home there', async () => {
    const { clock, pool, gone, comes, atHome } = aStage([home, b]);
    atHome('s', 'home', 100_000);
    await comes('first', { session: 's' });
    const second = comes('second', { session: 's' });
    await clock.turn(15_000);
    await second;
    expect([gone, pool.homeOf({ session: 's' })]).toEqual([['first: home', 'second: b'], 'acc_home']);
  });

  it('goes elsewhere at once where as many wait already as it has places', async () => {
    const { clock, gone, comes, atHome } = aStage([home, b]);
    atHome('s', 'home', 100_000);
    await comes('first', { session: 's' });
    void comes('second', { session: 's' });
    await comes('third', { session: 's' });
    expect(gone).toEqual(['first: home', 'third: b']);
    await clock.turn(15_000);
  });
});
