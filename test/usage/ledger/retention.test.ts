import { Database as Sqlite } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { openDatabase, type Database } from '../../../src/database/open.ts';
import { spaceOf } from '../../../src/database/space.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { totals } from '../../../src/usage/ledger/reading.ts';
import { Retention } from '../../../src/usage/ledger/retention.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';
import { HandClock, settled } from '../../help/a-clock.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { MemoryLog } from '../../help/a-log.ts';

const dayMs = 86_400_000;
const folder = temporaryFolders();
let path: string;
let database: Database;
let clock: HandClock;
let log: MemoryLog;
let settings = defaultSettings.ledger;

beforeEach(async () => {
  path = join(folder(), 'proxy.db');
  clock = new HandClock();
  log = new MemoryLog();
  settings = { ...defaultSettings.ledger, keepDays: 30 };
  database = await openDatabase({ path, log: silentLog });
});

afterEach(() => database.close());

const retention = () => new Retention({ database, clock, log, settings: () => settings });

/** Sweeps while time goes by. */
async function sweep(): Promise<void> {
  const state = { isDone: false };
  const sweeping = retention()
    .sweep()
    .finally(() => {
      state.isDone = true;
    });
  while (!state.isDone) await clock.turn(20);
  await sweeping;
}

/** As many calls a day, on the days that many ago. */
async function callsOn(daysAgo: readonly number[], perDay = 3): Promise<void> {
  const ledger = new Ledger({ database, clock, log, random: () => 0 });
  for (const [index, ago] of daysAgo.entries()) {
    if (index > 0) await clock.turn((daysAgo[index - 1]! - ago) * dayMs);
    for (let number = 0; number < perDay; number += 1)
      ledger.record(
        aCallRecord({
          requestId: `${ago}-${number}`,
          session: `session of ${ago}`,
          startedAt: clock.now() - 1_000,
          attempts: [anAttempt({ status: 529 }), anAttempt()],
          move: { fromId: 'a', fromName: 'a', toId: 'b', toName: 'b', reason: '529' },
        }),
      );
    ledger.standing({ accountId: 'acc_ann', accountName: 'ann', standing: 'ready' });
    await ledger.flush();
  }
  await clock.turn(daysAgo.at(-1)! * dayMs);
}

async function counts(): Promise<Record<string, number>> {
  const tables = ['calls', 'attempts', 'moves', 'session_hours', 'standings', 'rollups'] as const;
  const rows = tables.map(async (table) => {
    const { count } = await database.query
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return [table, count] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

describe('old calls', () => {
  test('go with the digests of their bodies', async () => {
    const at = (ago: number) => ({
      started_at: clock.now() - ago * dayMs,
      request_id: `${ago}`,
      digests: '{}',
    });
    await database.query
      .insertInto('body_digests')
      .values([at(40), at(31), at(29)])
      .execute();
    await sweep();
    const left = await database.query.selectFrom('body_digests').select('request_id').execute();
    expect(left).toEqual([{ request_id: '29' }]);
  });

  test('go with everything about them, and stay in the sums', async () => {
    await callsOn([40, 31, 29, 0]);
    await sweep();
    expect(await counts()).toEqual({
      calls: 6,
      attempts: 12,
      moves: 6,
      session_hours: 2,
      standings: 2,
      rollups: 4,
    });
    expect((await totals(database.query)).calls).toBe(12);
    expect(log.lines).toMatchObject([{ event: 'old calls deleted', facts: { calls: 6 } }]);
  });

  test('go piece by piece, with time for others in between', async () => {
    await callsOn([40], 3_000);
    const sweeping = retention().sweep();
    const seen = new Set<number>();
    for (let turns = 0; (await counts())['calls'] !== 0; turns += 1) {
      await clock.turn(20);
      seen.add((await counts())['calls']!);
      expect(turns).toBeLessThan(50);
    }
    expect(seen.size).toBeGreaterThan(2);
    for (let turns = 0; turns < 5; turns += 1) await clock.turn(20);
    await sweeping;
  });

  test('that nobody wants deleted stay', async () => {
    await callsOn([29, 0]);
    await sweep();
    expect((await counts())['calls']).toBe(6);
    expect(log.lines).toEqual([]);
  });

  test('leave the sums when those are too old as well', async () => {
    await callsOn([100, 50, 0]);
    settings = { ...settings, keepRollupDays: 60 };
    await sweep();
    expect((await totals(database.query)).calls).toBe(6);
  });
});

describe('a file that holds too much', () => {
  test('loses its oldest calls until it fits, and gets smaller', async () => {
    await callsOn([3, 2, 1, 0], 2_000);
    const before = await spaceOf(database.query);
    settings = { ...settings, maxBytes: Math.floor(before!.usedBytes / 2) };
    await sweep();
    const after = await spaceOf(database.query);
    expect(after!.usedBytes).toBeLessThanOrEqual(settings.maxBytes);
    expect(after!.usedBytes + after!.freeBytes).toBeLessThanOrEqual(settings.maxBytes);
    const left = await database.query.selectFrom('calls').select('request_id').orderBy('id').execute();
    expect(left.length).toBeGreaterThan(2_000);
    expect(left.at(-1)?.request_id).toBe('0-1999');
    expect((await totals(database.query)).calls).toBe(8_000);
  });

  test('of an earlier version learns to get smaller', async () => {
    const old = join(folder(), 'proxy.db');
    const file = new Sqlite(old, { create: true });
    file.run('create table of_another_time (a)');
    file.run('drop table of_another_time');
    file.close();
    await database.close();
    database = await openDatabase({ path: old, log: silentLog });
    expect((await spaceOf(database.query))?.canShrink).toBe(false);
    await callsOn([0]);
    await sweep();
    expect((await spaceOf(database.query))?.canShrink).toBe(true);
    expect((await counts())['calls']).toBe(3);
  });
});

describe('by itself', () => {
  test('it sweeps a minute after the start and every ten minutes, with the settings of the moment', async () => {
    await callsOn([40, 20, 0]);
    const kept = retention();
    kept.start();
    const callsAfter = async (ms: number) => {
      await clock.turn(ms);
      for (let round = 0; round < 10; round += 1) {
        await counts();
        await clock.turn(20);
      }
      return (await counts())['calls'];
    };
    expect(await callsAfter(59_000)).toBe(9);
    expect(await callsAfter(1_000)).toBe(6);
    settings = { ...settings, keepDays: 10 };
    expect(await callsAfter(590_000)).toBe(6);
    expect(await callsAfter(10_000)).toBe(3);
    await kept.close();
    expect(clock.waiting).toBe(0);
  });

  test('a database that fails is a line in the log, and it tries again', async () => {
    await callsOn([40]);
    const kept = retention();
    kept.start();
    await database.close();
    await clock.turn(61_000);
    await settled();
    expect(log.events('warn')).toEqual(['old calls cannot be deleted']);
    expect(clock.waiting).toBe(1);
    await kept.close();
    expect(clock.waiting).toBe(0);
  });

  test('closing stops it after the piece that is being deleted, without complaint', async () => {
    await callsOn([40], 600);
    const kept = retention();
    kept.start();
    await clock.turn(60_021);
    await kept.close();
    expect((await counts())['calls']).toBeGreaterThan(0);
    expect(log.events('warn')).toEqual([]);
  });
});
