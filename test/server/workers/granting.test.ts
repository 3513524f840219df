import { describe, expect, it } from 'bun:test';
import type { Account } from '../../../src/accounts/account.ts';
import { Pool, type Ask } from '../../../src/accounts/pool.ts';
import { Sessions } from '../../../src/accounts/sessions.ts';
import { Granting } from '../../../src/server/workers/granting.ts';
import { HandClock } from '../../help/a-clock.ts';
import { anAccount } from '../../help/an-account.ts';

/** Accounts, and what of them is granted; `of` chooses for a call as its worker asked, and grants. */
function aStage(accounts: Account[], barred: string[] = []) {
  const clock = new HandClock();
  const sessions = new Sessions(clock, 3_600_000, 1_000);
  const pool = new Pool(clock, sessions);
  pool.refill(accounts);
  const moved: string[] = [];
  const granting = new Granting({
    pool,
    budgets: { mayBar: (id) => barred.includes(id) },
    leftBy: (session) => sessions.leftBy(session),
    ttlMs: () => 3_600_000,
    onMoved: (session) => moved.push(session),
  });
  sessions.onBind = (session, { accountId }) => {
    granting.bound(session, accountId);
  };
  granting.look();
  const of = (ask: Partial<Ask> = {}): number | undefined => {
    const whole = { purpose: 'messages', own: false, model: 'claude-opus-5-5', ...ask } as const;
    const choice = pool.choose(whole, new Set());
    if (choice.is !== 'account') throw new Error(choice.is);
    choice.lease.release();
    return granting.grantFor(whole, choice.account.id)?.forMs;
  };
  return { clock, pool, sessions, granting, moved, of };
}

const one = anAccount('one', { priority: 1 });
const two = anAccount('two', { priority: 2 });

describe('a call of a worker is granted its account', () => {
  it('where its session is at home there, for a minute', () => {
    expect(aStage([one, two]).of({ session: 's' })).toBe(60_000);
  });

  it('without a session only where no other account could take it', () => {
    expect(aStage([one]).of()).toBe(60_000);
    expect(aStage([one, two]).of()).toBeUndefined();
    expect(aStage([one, anAccount('other', { models: ['claude-haiku-*'] })]).of()).toBe(60_000);
  });

  it('never where it named one, or an object decides', () => {
    expect(aStage([one]).of({ session: 's', pinned: 'one' })).toBeUndefined();
    expect(aStage([one]).of({ session: 's', bound: one.id })).toBeUndefined();
  });

  it('never where its session may go back to a warm cache', () => {
    const { clock, pool, sessions, of } = aStage([one, two]);
    of({ session: 's' });
    const usage = { cacheRead: 10_000, cacheWrite5m: 0, cacheWrite1h: 0 };
    sessions.heard({ session: 's', accountId: one.id, startedAt: clock.now(), usage });
    pool.report(one.id, { is: 'limited', until: clock.now() + 10_000, reason: '429' });
    expect(of({ session: 's' })).toBeUndefined();
  });

  it('never where the account has a limit of ours', () => {
    expect(aStage([anAccount('one', { maxConcurrent: 5 })]).of({ session: 's' })).toBeUndefined();
    expect(aStage([one], [one.id]).of({ session: 's' })).toBeUndefined();
  });
});

describe('an account', () => {
  it('is not open while it rests, struggles or is back from a rest since a moment', async () => {
    const { clock, pool, granting } = aStage([one, two]);
    expect(granting.open).toEqual([one.id, two.id]);
    pool.report(one.id, { is: 'limited', until: clock.now() + 10_000, reason: '429' });
    pool.report(two.id, { is: 'struggling', reason: '529' });
    expect([granting.look(), granting.open]).toEqual([true, []]);
    await clock.turn(9_000);
    expect([granting.look(), granting.open]).toEqual([true, [two.id]]);
    await clock.turn(2_000);
    pool.look();
    expect([granting.look(), granting.open]).toEqual([false, [two.id]]);
    await clock.turn(61_000);
    expect([granting.look(), granting.open]).toEqual([true, [one.id, two.id]]);
  });
});

describe('a session that moves', () => {
  it('is told to workers, if calls of it were granted', () => {
    const { clock, pool, moved, of } = aStage([one, two]);
    of({ session: 'granted' });
    pool.choose({ purpose: 'messages', own: false, session: 'other' }, new Set());
    pool.report(one.id, { is: 'limited', until: clock.now() + 10_000, reason: '429' });
    pool.choose({ purpose: 'messages', own: false, session: 'granted' }, new Set());
    pool.choose({ purpose: 'messages', own: false, session: 'other' }, new Set());
    expect(moved).toEqual(['granted']);
  });
});
