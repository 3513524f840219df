import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { openDatabase, type Database } from '../../../src/database/open.ts';
import { callsOfSession, totals } from '../../../src/usage/ledger/reading.ts';
import { fillOnDisk } from './a-full-ledger.ts';
import {
  askForEverything,
  askMeanwhile,
  deleteOldDays,
  monthByDay,
  monthBySession,
  tooOld,
  type Watch,
} from './use-full-ledger.ts';

// Five million calls of ninety days: what the reports tell of them, and what is left when old days are deleted. How long
// that takes is printed here, and measured by npm run bench -- --only ledger.

const calls = 5_000_000;
const folder = mkdtempSync(join(tmpdir(), 'ccproxy-five-million-'));
const path = join(folder, 'proxy.db');
let database: Database;

beforeAll(async () => {
  database = await openDatabase({ path, log: silentLog });
  await fillOnDisk(database, { calls, days: 90, until: Date.now() });
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const rssMb = (): number => process.memoryUsage.rss() / 1e6;

const watch: Watch = async (name, run) => {
  const [before, began] = [rssMb(), performance.now()];
  const value = await run();
  const ms = performance.now() - began;
  console.log(`${name}: ${ms.toFixed(1)} ms, RSS ${before.toFixed(0)} -> ${rssMb().toFixed(0)} MB`);
  return value;
};

describe('with five million calls', () => {
  test('a month by day is told in flat memory', async () => {
    const before = rssMb();
    for (let round = 0; round < 5; round += 1) {
      const days = await watch('a month by day', () => monthByDay(database.query));
      expect(days.length).toBe(31);
    }
    expect(rssMb() - before).toBeLessThan(20);
    expect((await totals(database.query)).calls).toBe(calls);
  });

  test('a month by session is told piece by piece: others get in between, memory stays flat', async () => {
    const before = rssMb();
    const others = askMeanwhile(database.query);
    const sessions = await watch('a month by session', () => monthBySession(database.query));
    const waits = await others();
    console.log('others waited', waits);
    expect([...sessions.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(calls / 4);
    expect(waits.count).toBeGreaterThan(10);
    expect(rssMb() - before).toBeLessThan(40);
  });

  test('a session is found without an index of the calls', async () => {
    const hour = database.query.selectFrom('session_hours').select('session').limit(1).offset(20_000);
    const { session } = await hour.executeTakeFirstOrThrow();
    const found = await watch('one session', () => callsOfSession(database.query, session));
    expect(found.length).toBeGreaterThan(300);
  });

  test('every report that is asked for agrees with the others, and takes no memory', async () => {
    const before = rssMb();
    const others = askMeanwhile(database.query);
    const told = await askForEverything(database.query, watch);
    console.log('others waited', await others());
    expect(told.byDay.lines.length).toBeGreaterThanOrEqual(30);
    expect(told.byDay.total.calls).toBeGreaterThan(calls / 4);
    for (const { total } of told.others) expect(total.calls).toBe(told.byDay.total.calls);
    expect(told.sessions.lines.length).toBeGreaterThan(1_000);
    expect(told.agents.total.calls).toBe(told.sessions.total.calls);
    expect(told.ofSession.total.calls).toBe(told.one!.calls);
    const { newest, thousand, ofSession, nowhere, troubled } = told.requests;
    const lengths = [newest, thousand, ofSession, nowhere, troubled].map(({ length }) => length);
    expect(lengths).toEqual([20, 1_000, 20, 0, 0]);
    expect(rssMb() - before).toBeLessThan(60);
  });

  test('old days are deleted to the last call, others get in between, and calls go on being written', async () => {
    const before = await totals(database.query);
    const was = rssMb();
    const done = await watch('deleting 15 of 90 days', () => deleteOldDays(database, path));
    console.log(
      'others waited',
      done.waits,
      `calls written at most ${done.lagMs} ms late; write-ahead log at most ${(done.walBytes / 1e6).toFixed(1)} MB`,
    );
    expect(await tooOld(database.query)).toBe(0);
    expect([done.waiting, done.dropped]).toEqual([0, { calls: 0, attempts: 0 }]);
    expect(done.written).toBeGreaterThan(0);
    expect((await totals(database.query)).calls).toBe(before.calls + done.written);
    expect(done.waits.count).toBeGreaterThan(100);
    expect(done.walBytes).toBeLessThan(32e6);
    expect(rssMb() - was).toBeLessThan(60);
  });
});
