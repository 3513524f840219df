import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { KeptRests } from '../../src/accounts/kept-rests.ts';
import { noMemory } from '../../src/accounts/memory.ts';
import { Pool } from '../../src/accounts/pool.ts';
import { RestTable } from '../../src/accounts/rest-table.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import { longestRestMs, type Lesson } from '../../src/accounts/standing.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { HandClock } from '../help/a-clock.ts';
import { engines } from '../help/a-database.ts';
import { MemoryLog } from '../help/a-log.ts';
import { anAccount } from '../help/an-account.ts';

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  let clock: HandClock;
  let database: Database;
  let rests: KeptRests;
  let log: MemoryLog;

  beforeEach(async () => {
    clock = new HandClock();
    log = new MemoryLog();
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
  });

  afterEach(async () => {
    await rests.flush();
    await database.close();
  });

  /** A pool of `accounts` on what the last one left. */
  async function begin(...accounts: Account[]): Promise<Pool> {
    rests = await KeptRests.open({ table: new RestTable(database), clock, log });
    const pool = new Pool(clock, new Sessions(clock, 1_000, 10), undefined, undefined, {
      roomOf: noMemory.roomOf,
      recall: rests.recall,
      keep: rests.keep,
    });
    pool.refill(accounts);
    return pool;
  }

  /** The proxy ends and begins again, with these accounts. */
  async function again(...accounts: Account[]): Promise<Pool> {
    await rests.flush();
    return begin(...accounts);
  }

  const limited = (ms: number, more: object = {}): Lesson => ({
    is: 'limited',
    until: clock.now() + ms,
    reason: '429 rate_limit_error',
    ...more,
  });
  const standings = (pool: Pool): unknown[] => pool.look().map(({ standing }) => standing);

  const a = anAccount('a');
  const b = anAccount('b');

  describe('after a restart', () => {
    it('accounts stand where they stood, with their evidence', async () => {
      const pool = await begin(a, b);
      pool.report('acc_a', limited(3_600_000, { isGuess: true }));
      pool.report('acc_b', { is: 'refused', reason: '401 authentication_error' });
      const before = standings(pool);
      await clock.turn(60_000);
      expect(standings(await again(a, b))).toEqual(before);
    });

    it('what the upstream said is known, and whether it holds the account, or named a moment nobody believes', async () => {
      const header = { in: 'header', name: 'Retry-After', value: '99999999' } as const;
      const body = { in: 'body', name: 'error.message', value: 'This organization is on hold.' } as const;
      const pool = await begin(a, b);
      pool.report('acc_a', limited(10 * longestRestMs, { evidence: header }));
      pool.report('acc_a', limited(60_000, { family: 'opus', evidence: header }));
      pool.report('acc_b', { is: 'refused', reason: '403', evidence: body, isHeld: true });
      const before = pool.look();
      expect(before).toMatchObject([
        { standing: { evidence: header, isCut: true }, familyRests: [{ evidence: header }] },
        { standing: { evidence: body, isHeld: true } },
      ]);
      expect((await again(a, b)).look()).toEqual(before);
    });

    it('a guess whose time came meanwhile has yet to be asked about: one call first', async () => {
      const pool = await begin(a);
      pool.report('acc_a', limited(60_000, { isGuess: true }));
      await clock.turn(3_600_000);
      const after = await again(a);
      expect(standings(after)).toEqual([{ is: 'ready' }]);
      const ask = { purpose: 'messages', own: false } as const;
      const choices = Array.from({ length: 3 }, () => after.choose(ask, new Set()).is);
      expect(choices).toEqual(['account', 'limited', 'limited']);
    });

    it('a rest is no longer for a clock that was set back while it ran', async () => {
      const pool = await begin(a);
      pool.report('acc_a', limited(3_600_000));
      await clock.turn(1_800_000);
      clock.set(clock.now() - 1_000_000);
      expect(standings(await again(a))).toMatchObject([{ until: clock.now() + 1_800_000 }]);
    });

    it('families rest that rested', async () => {
      const pool = await begin(a);
      pool.report('acc_a', limited(3_600_000, { family: 'opus' }));
      const [before] = pool.look();
      const [after] = (await again(a)).look();
      expect(after?.familyRests).toMatchObject([{ family: 'opus', reason: '429 rate_limit_error' }]);
      expect(after).toEqual(before);
    });

    it('nobody rests any more whose time has come, or who was healed', async () => {
      const pool = await begin(a, b);
      pool.report('acc_a', limited(60_000));
      pool.report('acc_b', limited(3_600_000));
      pool.heal('acc_b');
      await clock.turn(60_000);
      expect(standings(await again(a, b))).toEqual([{ is: 'ready' }, { is: 'ready' }]);
    });

    it('what was learned with another credential, or at another upstream, is void', async () => {
      const pool = await begin(a, b);
      for (const id of ['acc_a', 'acc_b']) pool.report(id, limited(3_600_000));
      const others = [
        { ...a, credentialAt: 1 },
        { ...b, baseUrl: 'https://other.example.test' },
      ];
      expect(standings(await again(...others))).toEqual([{ is: 'ready' }, { is: 'ready' }]);
    });

    it('an account of a mounted file rests, but is not held to what its last secret met with', async () => {
      const mounted = [a, b].map((one) => ({ ...one, from: '/run/accounts.toml' }));
      const pool = await begin(...mounted);
      pool.report('acc_a', limited(3_600_000));
      pool.report('acc_b', { is: 'refused', reason: '401' });
      const fresh = mounted.map((one) => ({ ...one, credentialAt: 5 }));
      expect(standings(await again(...fresh))).toMatchObject([{ is: 'resting' }, { is: 'ready' }]);
    });

    it('an account that was switched off meanwhile is that', async () => {
      const pool = await begin(a);
      pool.report('acc_a', limited(3_600_000));
      expect(standings(await again({ ...a, enabled: false }))).toEqual([{ is: 'switched-off', since: 0 }]);
    });

    it('a clock that jumped makes no rest longer than it was, nor than any can be, and that is told', async () => {
      const pool = await begin(a);
      pool.report('acc_a', limited(60_000));
      const start = clock.now();
      await rests.flush();
      clock.set(start - 365 * 86_400_000);
      expect(standings(await begin(a))).toMatchObject([{ until: clock.now() + 60_000 }]);
      await rests.flush();
      await database.query
        .updateTable('rests')
        .set({ ends_at: clock.now() + 2 * longestRestMs })
        .execute();
      expect(standings(await begin(a))).toMatchObject([{ until: clock.now() + longestRestMs }]);
      expect(log.events('warn')).toHaveLength(2);
    });
  });

  it('a moment that is not believed is told once, with what the upstream said', async () => {
    const pool = await begin(a);
    const evidence = { in: 'header', name: 'retry-after', value: '99999999' } as const;
    pool.report('acc_a', limited(60_000, { evidence }));
    for (const more of [1, 2]) pool.report('acc_a', limited((9 + more) * longestRestMs, { evidence }));
    pool.report('acc_a', limited(60_000, { family: 'opus', evidence }));
    expect(log.events('warn')).toEqual(['a moment that an upstream named is past or too far to be believed']);
    expect(JSON.stringify(log)).toContain('retry-after: 99999999');
  });

  it('an account that is gone leaves nothing behind', async () => {
    const pool = await begin(a, b);
    for (const id of ['acc_a', 'acc_b']) pool.report(id, limited(3_600_000));
    await rests.flush();
    rests.keepOnly(new Set(['acc_a']));
    await rests.flush();
    const rows = await new RestTable(database).read();
    expect(rows.map(({ account_id }) => account_id)).toEqual(['acc_a']);
  });

  it('what cannot be written is told once, and costs no call', async () => {
    const pool = await begin(a);
    await database.query.schema.dropTable('rests').execute();
    pool.report('acc_a', limited(60_000));
    await rests.flush();
    pool.report('acc_a', limited(90_000));
    await rests.flush();
    expect(log.events('warn')).toEqual(['rests cannot be written']);
    expect(standings(pool)).toMatchObject([{ is: 'resting' }]);
  });
});
