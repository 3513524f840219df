import { describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { earlyAfterMs, foundWords, isDue, isNoAnswer, longestUnaskedMs } from '../../src/accounts/early.ts';
import { Pool, type Ask, type Choice } from '../../src/accounts/pool.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import type { Lesson, Resting } from '../../src/accounts/standing.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

type Chosen = Choice & { is: 'account' };

const hour = 3_600_000;
const opus = 'claude-opus-5-5';
const a = anAccount('a');
const b = anAccount('b');
const nobody: ReadonlySet<string> = new Set();
const served = { is: 'fine', isServed: true } as const;

/** A pool of `accounts`; those in `bars` are barred. */
function aStage(accounts: Account[], bars: string[] = []) {
  const clock = new HandClock();
  const told: string[] = [];
  const pool = new Pool(
    clock,
    new Sessions(clock, hour, 1_000),
    ({ name }, { is }) => told.push(`${name} ${is}`),
    (id) => (bars.includes(id) ? { until: clock.now() + hour, reason: 'budget used up' } : undefined),
  );
  pool.refill(accounts);
  const early = (more: Partial<Ask> = {}, tried = nobody): Choice =>
    pool.choose({ purpose: 'messages', model: opus, own: false, mayAskEarly: true, ...more }, tried);
  const rests = (name: string, ms: number, more: Partial<Lesson & { is: 'limited' }> = {}): void => {
    pool.report(`acc_${name}`, { is: 'limited', until: clock.now() + ms, reason: '429', ...more });
  };
  const standing = (at = 0) => pool.look()[at]?.standing;
  return { clock, pool, told, early, rests, standing };
}

function taken(choice: Choice): Chosen {
  if (choice.is !== 'account') throw new Error(`expected an account, got ${JSON.stringify(choice)}`);
  return choice;
}

describe('a limit with a named end', () => {
  it('is asked about by one call when its word is some minutes old, and by nobody who could wait or go elsewhere', async () => {
    const { clock, pool, early, rests } = aStage([a]);
    rests('a', 5 * hour);
    await clock.turn(earlyAfterMs - 1);
    expect(early().is).toBe('limited');
    await clock.turn(1);
    expect(pool.choose({ purpose: 'messages', own: false }, nobody).is).toBe('limited');
    expect(early()).toMatchObject({ is: 'account', why: 'early', account: { name: 'a' } });
  });

  it('is asked about by one of two hundred calls', async () => {
    const { clock, early, rests } = aStage([a, b]);
    rests('a', 5 * hour);
    rests('b', 5 * hour);
    await clock.turn(earlyAfterMs);
    const choices = Array.from({ length: 200 }, () => early());
    expect(choices.map(({ is }) => is)).toEqual(['account', ...Array<'limited'>(199).fill('limited')]);
  });

  it('that still holds is believed anew, and asked about after twice as long each time, up to an hour', async () => {
    const { clock, early, rests, standing } = aStage([a]);
    rests('a', 24 * hour);
    const until = clock.now() + 24 * hour;
    for (const minutes of [5, 10, 20, 40, 60, 60]) {
      await clock.turn(minutes * 60_000 - 1);
      expect(early().is).toBe('limited');
      await clock.turn(1);
      const { lease } = taken(early());
      rests('a', until - clock.now());
      lease.release();
      expect(standing()).toMatchObject({ since: clock.now(), until, askedEarly: { at: clock.now() } });
    }
    expect(standing()).toMatchObject({ askedEarly: { times: 6 } });
  });

  it('that is over opens the account by half: those that wait for it follow one after the other', async () => {
    const { clock, pool, told, early, rests, standing } = aStage([a, b]);
    rests('a', 5 * hour);
    rests('b', 6 * hour);
    await clock.turn(earlyAfterMs);
    const { lease } = taken(early());
    pool.report('acc_a', served, undefined, opus);
    lease.release();
    expect(standing()).toEqual({ is: 'ready' });
    expect(told.at(-1)).toBe('a ready');
    expect(pool.look()[0]).toMatchObject({ lastRest: { reason: '429', askedEarly: { times: 1 } } });
    const waiting = (): Choice => pool.choose({ purpose: 'messages', own: false, gapMs: 250 }, nobody);
    expect(waiting()).toMatchObject({ is: 'limited', awaits: { is: 'turn' } });
    await clock.turn(250);
    expect(waiting()).toMatchObject({ is: 'account', account: { name: 'a' } });
    expect(waiting().is).toBe('limited');
  });

  it('counts as it is named now, also where that is sooner; a limit without a moment leaves it as it was', async () => {
    const { clock, early, rests, standing } = aStage([a]);
    rests('a', 24 * hour);
    const until = clock.now() + 24 * hour;
    await clock.turn(earlyAfterMs);
    const first = taken(early());
    rests('a', hour, { isGuess: true });
    first.lease.release();
    expect(standing()).toMatchObject({ since: clock.now(), until });
    await clock.turn(2 * earlyAfterMs);
    const second = taken(early());
    rests('a', hour);
    second.lease.release();
    expect(standing()).toMatchObject({ until: clock.now() + hour, askedEarly: { times: 2 } });
  });

  it('is asked about after a while also where the call found nothing out', async () => {
    const { clock, pool, early, rests, standing } = aStage([a]);
    rests('a', 5 * hour);
    await clock.turn(earlyAfterMs);
    const { lease } = taken(early());
    pool.report('acc_a', { is: 'struggling', reason: 'answered 529' });
    lease.release();
    expect(standing()).toMatchObject({ is: 'resting', since: clock.now() - earlyAfterMs });
    await clock.turn(2 * earlyAfterMs - 1);
    expect(early().is).toBe('limited');
    await clock.turn(1);
    expect(early().is).toBe('account');
  });

  it('is asked about first where nobody has for the longest time', async () => {
    const { clock, early, rests } = aStage([a, b]);
    rests('b', 5 * hour);
    await clock.turn(1_000);
    rests('a', 5 * hour);
    await clock.turn(earlyAfterMs);
    const first = taken(early());
    expect(first.account.name).toBe('b');
    first.lease.release();
    expect(taken(early()).account.name).toBe('a');
  });

  it('of one family is asked about by a call for it, and ended for it alone', async () => {
    const { clock, pool, early, rests } = aStage([a]);
    rests('a', 5 * hour, { family: 'opus' });
    rests('a', 5 * hour, { family: 'haiku' });
    await clock.turn(earlyAfterMs);
    const { lease } = taken(early());
    expect(pool.look()[0]?.familyRests).toMatchObject([
      { family: 'opus', askedEarly: { times: 1 } },
      { family: 'haiku' },
    ]);
    pool.report('acc_a', served, undefined, opus);
    lease.release();
    expect(pool.look()[0]?.familyRests.map(({ family }) => family)).toEqual(['haiku']);
  });

  it('is told once, however often somebody asks', async () => {
    const { clock, pool, told, early, rests } = aStage([a]);
    rests('a', 5 * hour);
    await clock.turn(earlyAfterMs);
    taken(early()).lease.release();
    pool.refill([a]);
    expect(told).toEqual(['a ready', 'a resting']);
  });
});

describe('nobody asks early', () => {
  const stale = async (accounts: Account[], bars: string[] = []) => {
    const stage = aStage(accounts, bars);
    stage.rests('a', 5 * hour);
    await stage.clock.turn(earlyAfterMs);
    return stage;
  };

  it('where another account is ready, and has only no room', async () => {
    const full = anAccount('full', { maxConcurrent: 1 });
    const { pool, early } = await stale([a, full]);
    taken(pool.choose({ purpose: 'messages', own: false }, nobody));
    expect(early().is).toBe('limited');
    // Who has been there already has nobody left.
    expect(taken(early({}, new Set(['acc_full']))).account.name).toBe('a');
  });

  it('where the call has been there, or may not use the account', async () => {
    const { early } = await stale([a, anAccount('other', { models: ['x'] })]);
    expect(early({}, new Set(['acc_a'])).is).toBe('limited');
    expect(early({ allowed: ['other'] }).is).toBe('none');
    expect(early({ pinned: 'a' }).is).toBe('limited');
    expect(early({ purpose: 'other' }).is).toBe('limited');
  });

  it('where a budget of ours is used up as well', async () => {
    const { early } = await stale([a], ['acc_a']);
    expect(early().is).toBe('limited');
  });

  it('an account that has as many calls as it may', async () => {
    const one = anAccount('a', { maxConcurrent: 1 });
    const { early } = await stale([one]);
    const { lease } = taken(early({}));
    lease.release();
    const again = aStage([one]);
    taken(again.pool.choose({ purpose: 'messages', own: false }, nobody));
    again.rests('a', 5 * hour);
    await again.clock.turn(earlyAfterMs);
    expect(again.early().is).toBe('limited');
  });
});

it('a guess is asked about by another rule, and a clock that was set back holds no question up', async () => {
  const rest: Resting = { is: 'resting', since: 0, until: 9 * hour, reason: '429' };
  expect(isDue({ ...rest, isGuess: true }, 8 * hour)).toBe(false);
  expect(isDue({ ...rest, askedEarly: { times: 60, at: 0 } }, longestUnaskedMs)).toBe(true);
  const { clock, early, rests } = aStage([a]);
  rests('a', 24 * hour);
  await clock.turn(earlyAfterMs);
  taken(early()).lease.release();
  clock.set(clock.now() - 10 * hour);
  early();
  await clock.turn(2 * earlyAfterMs);
  expect(early().is).toBe('account');
});

it('what a call has found is told in words', () => {
  const until = Date.UTC(2026, 10, 22);
  expect(foundWords({ is: 'limited', until, reason: '7-day window used up' })).toBe(
    'still at a limit: 7-day window used up',
  );
  expect(foundWords(served)).toBe('it serves again');
  expect(foundWords({ is: 'fine' })).toBe('nothing about the limit');
  expect(foundWords({ is: 'refused', reason: '401' })).toBe('401');
  expect([isNoAnswer({ is: 'struggling', reason: '529' }), isNoAnswer({ is: 'fine' })]).toEqual([true, true]);
  expect(isNoAnswer({ is: 'refused', reason: '401' })).toBe(false);
});
