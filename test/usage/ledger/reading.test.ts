import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { newestCalls } from '../../../src/usage/ledger/reading.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines } from '../../help/a-database.ts';
import { writeDown } from '../../help/a-ledger.ts';

describe.each(engines)('the newest calls on $name', ({ places }) => {
  const aPlace = places();
  const clock = new HandClock();
  let database: Database;

  beforeEach(async () => {
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
  });

  afterEach(() => database.close());

  const newest = () => newestCalls(database.query, 10_000);
  const write = (requestId: string, msAgo: number) =>
    writeDown(database, [aCallRecord({ requestId, startedAt: clock.now() - msAgo - 100, ms: 100 })]);

  test('are none where there is none', async () => {
    expect(await newest()).toBeUndefined();
  });

  test('are others when one comes that ended before the newest, as another process writes it', async () => {
    await write('long ago', 60_000);
    await write('a', 100);
    const before = await newest();
    expect(before?.calls).toBe(1);
    await write('b', 300);
    expect(await newest()).toEqual({ id: before?.id ?? 0, calls: 2 });
  });
});
