import { describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { homeFor } from '../../src/accounts/homes.ts';
import { Pool, type Ask } from '../../src/accounts/pool.ts';
import { seatFor } from '../../src/accounts/seat.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

const call = (more: Partial<Ask> = {}): Ask => ({ purpose: 'messages', own: false, session: 's', ...more });
const none: ReadonlySet<string> = new Set();

function aPool(...accounts: Account[]): { pool: Pool; sessions: Sessions } {
  const clock = new HandClock();
  const sessions = new Sessions(clock, 3_600_000, 1_000);
  const pool = new Pool(clock, sessions);
  pool.refill(accounts);
  return { pool, sessions };
}

/** Who takes the call, and which account it is told to have left for that. */
function pick(pool: Pool, more: Partial<Ask>): string {
  const choice = pool.choose(call(more), none);
  if (choice.is !== 'account') throw new Error(`expected an account, got ${choice.is}`);
  choice.lease.release();
  const { account, left } = choice;
  return left === undefined ? account.name : `${account.name}, left ${left.account.name}: ${left.reason}`;
}

const [opus, haiku] = [{ model: 'claude-opus-5-5' }, { model: 'claude-haiku-5-5' }];

describe('a session whose calls do not all fit its account', () => {
  it('stays there with those that fit; the others have a home of their own', () => {
    const large = ['one', 'two'].map((name) => anAccount(name, { models: ['*opus*'] }));
    const small = ['three', 'four'].map((name) => anAccount(name, { models: ['*haiku*'] }));
    const { pool } = aPool(...large, ...small);
    expect(pick(pool, opus)).toBe('one');
    expect(pick(pool, haiku)).toBe('three, left one: does not allow the model');
    for (let turn = 0; turn < 5; turn += 1)
      expect([pick(pool, opus), pick(pool, haiku)]).toEqual(['one', 'three']);
  });

  it('is not taken along by a caller who may not use its account, and both stay where they are', () => {
    const { pool } = aPool(anAccount('a'), anAccount('b'), anAccount('c'));
    const [ann, bob] = [{ allowed: ['a'] }, { allowed: ['b', 'c'] }];
    expect([pick(pool, ann), pick(pool, bob)]).toEqual(['a', 'b, left a: not open to this caller']);
    for (let turn = 0; turn < 5; turn += 1) expect([pick(pool, ann), pick(pool, bob)]).toEqual(['a', 'b']);
  });

  it('has one home again where the account of the other home does not allow the model any more', () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => anAccount(name)) as [
      Account,
      Account,
      Account,
    ];
    const { pool } = aPool({ ...one, models: ['*opus*'] }, two);
    expect([pick(pool, opus), pick(pool, haiku)]).toEqual(['one', 'two, left one: does not allow the model']);
    pool.refill([{ ...one, models: ['*opus*'] }, { ...two, models: ['*opus*'], updatedAt: 1 }, three]);
    expect(pick(pool, haiku)).toStartWith('three');
    for (let turn = 0; turn < 3; turn += 1) expect(pick(pool, haiku)).toBe('three');
    expect(pick(pool, opus)).toBe('one');
  });

  it('is known to wait with the cache of its own home only', () => {
    const { pool, sessions } = aPool(
      anAccount('one', { models: ['*opus*'] }),
      anAccount('two', { models: ['*haiku*'] }),
    );
    pick(pool, opus);
    const usage = { cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 0 };
    sessions.heard({ session: 's', accountId: 'acc_one', startedAt: Date.UTC(2026, 10, 22, 12), usage });
    expect(pool.cachedOf(call(opus))?.tokens).toBe(100);
    expect(pool.cachedOf(call(haiku))).toBeUndefined();
  });
});

it('calls that fit are at home under the name of their session, and those without one nowhere', () => {
  const seat = seatFor(anAccount('a', { models: ['*opus*'] }));
  expect(homeFor(call(opus), seat)).toBe('s');
  expect(homeFor(call(haiku), undefined)).toBe('s');
  expect(homeFor(call({ ...haiku, session: undefined }), seat)).toBeUndefined();
  expect(homeFor(call(haiku), seat)).toBe('s of all for haiku');
  expect(homeFor(call({ model: 'gpt-x'.repeat(100), allowed: ['b'] }), seat)).toMatch(
    /^s of [0-9a-f]{16} for others$/,
  );
});

describe('a session whose account struggled a moment ago', () => {
  const struggling = { is: 'struggling', reason: 'answered 529' } as const;

  it('stays where all others struggle as well: nobody would serve it better', () => {
    const { pool } = aPool(anAccount('a'), anAccount('b'));
    expect(pick(pool, {})).toBe('a');
    for (const id of ['acc_a', 'acc_b']) pool.report(id, struggling);
    expect(pick(pool, {})).toBe('a');
    expect(pick(pool, {})).toBe('a');
  });

  it('leaves it for one that does not', () => {
    const { pool } = aPool(anAccount('a'), anAccount('b'));
    expect(pick(pool, {})).toBe('a');
    pool.report('acc_a', struggling);
    expect(pick(pool, {})).toBe('b, left a: struggled a moment ago');
  });
});
