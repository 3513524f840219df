import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { Spend } from '../../../src/usage/budgets/spend.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines } from '../../help/a-database.ts';
import { MemoryLog } from '../../help/a-log.ts';
import type { Place } from '../../help/a-place.ts';

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  let database: Database;
  let place: Place;
  let clock: HandClock;

  beforeEach(async () => {
    place = await aPlace();
    database = await openDatabase({ ...place, log: silentLog });
    clock = new HandClock(Date.parse('2026-11-22T23:00Z'));
  });
  afterEach(() => database.close());

  const opened = (on = database, log: MemoryLog = new MemoryLog()): Promise<Spend> =>
    Spend.open({ database: on, clock, log });
  const dollar = { microUsd: 1e6, tokens: 1_000 };
  const spentOf = (spend: Spend, subject = 'total'): number[] =>
    (['daily', 'weekly', 'monthly'] as const).map((period) => spend.spent(subject, period).microUsd / 1e6);
  const day = 86_400_000;

  describe('what was spent', () => {
    it('counts at once in the day, the week and the month, for each subject by itself', async () => {
      const spend = await opened();
      spend.add(['total', 'key:a'], dollar);
      spend.add(['total'], dollar);
      expect(spentOf(spend)).toEqual([2, 2, 2]);
      expect(spentOf(spend, 'key:a')).toEqual([1, 1, 1]);
      expect(spentOf(spend, 'key:b')).toEqual([0, 0, 0]);
      expect(spend.spent('total', 'daily').tokens).toBe(2_000);
    });

    it('begins anew at midnight UTC, on Mondays and on the first', async () => {
      const spend = await opened();
      spend.add(['total'], dollar);
      // From Sunday to Monday.
      await clock.turn(3_600_000);
      expect(spentOf(spend)).toEqual([0, 0, 1]);
      spend.add(['total'], dollar);
      await clock.turn(day);
      expect(spentOf(spend)).toEqual([0, 1, 2]);
      await clock.turn(7 * day);
      expect(new Date(clock.now()).toISOString()).toBe('2026-12-01T00:00:00.000Z');
      expect(spentOf(spend)).toEqual([0, 0, 0]);
    });

    it('is written within a second, and there after a restart', async () => {
      const spend = await opened();
      spend.add(['total'], dollar);
      await clock.turn(1_000);
      await spend.reload();
      // Nothing is closed: the process was killed.
      expect(spentOf(await opened())).toEqual([1, 1, 1]);
    });

    it('is written when the proxy stops', async () => {
      const spend = await opened();
      spend.add(['total'], dollar);
      await spend.close();
      expect(spentOf(await opened())).toEqual([1, 1, 1]);
    });

    it('adds up over two processes on one database', async () => {
      const other = await openDatabase({ ...place, log: silentLog });
      const [a, b] = [await opened(), await opened(other)];
      a.add(['total'], dollar);
      b.add(['total'], { microUsd: 2e6, tokens: 5 });
      await Promise.all([a.flush(), b.flush()]);
      a.add(['total'], dollar);
      await Promise.all([a.reload(), b.reload()]);
      expect(spentOf(a)).toEqual([4, 4, 4]);
      expect(spentOf(b)).toEqual([3, 3, 3]);
      await other.close();
    });

    it('is not lost to a clock that jumps a month ahead and back again', async () => {
      const spend = await opened();
      spend.add(['total'], dollar);
      const before = clock.now();
      await clock.turn(40 * day);
      spend.add(['total'], { microUsd: 5e6, tokens: 0 });
      await spend.flush();
      clock.set(before);
      // The old month is read again as soon as somebody asks for it.
      spend.spent('total', 'monthly');
      await spend.reload();
      expect(spentOf(spend)).toEqual([1, 1, 1]);
    });

    it('does not come back when the clock only falls back within the day', async () => {
      const spend = await opened();
      spend.add(['total'], dollar);
      clock.set(clock.now() - 3_600_000);
      spend.add(['total'], dollar);
      expect(spentOf(spend)).toEqual([2, 2, 2]);
    });

    it('is kept for a hundred days and then dropped', async () => {
      const spend = await opened();
      spend.add(['total'], dollar);
      await spend.flush();
      await clock.turn(60 * day);
      const rows = (): Promise<unknown[]> => database.query.selectFrom('budget_spend').selectAll().execute();
      spend.spent('total', 'daily');
      await spend.reload();
      expect(await rows()).toHaveLength(3);
      await clock.turn(70 * day);
      spend.spent('total', 'daily');
      await spend.reload();
      expect(await rows()).toHaveLength(0);
    });
  });

  describe('where the database fails', () => {
    /** The same database, which refuses while `fails.now` says so. */
    function failing(fails: { now: 'read' | 'write' | undefined }): Database {
      return new Proxy(database, {
        get(target, name) {
          if (name === 'batch' && fails.now === 'write') return () => Promise.reject(new Error('disk full'));
          if (name === 'query' && fails.now === 'read') throw new Error('no answer');
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    }

    it('counting goes on in memory, and all of it is written once it can be', async () => {
      const fails: { now: 'write' | undefined } = { now: 'write' };
      const log = new MemoryLog();
      const spend = await opened(failing(fails), log);
      for (let at = 0; at < 5; at += 1) {
        spend.add(['total'], dollar);
        await clock.turn(3_000);
      }
      expect(spentOf(spend)).toEqual([5, 5, 5]);
      expect(log.events('error')).toEqual(['what was spent cannot be written']);
      fails.now = undefined;
      await clock.turn(3_000);
      await spend.flush();
      expect(log.events('info')).toEqual(['what was spent is written again']);
      expect(spentOf(await opened())).toEqual([5, 5, 5]);
    });

    it('what cannot be read is known as such, and asked for again', async () => {
      const fails: { now: 'read' | undefined } = { now: undefined };
      const before = await opened();
      before.add(['total'], dollar);
      await before.close();
      fails.now = 'read';
      const spend = await opened(failing(fails));
      expect(spend.isReadable).toBe(false);
      expect(spentOf(spend)).toEqual([0, 0, 0]);
      fails.now = undefined;
      await clock.turn(2_000);
      await spend.reload();
      expect(spend.isReadable).toBe(true);
      expect(spentOf(spend)).toEqual([1, 1, 1]);
    });
  });
});
