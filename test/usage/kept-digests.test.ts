import { afterEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { sql } from 'kysely';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import type { DigestsOfCall } from '../../src/usage/body-digests.ts';
import { digestsOf, KeptDigests } from '../../src/usage/kept-digests.ts';
import { aCallRecord } from '../help/a-call-record.ts';
import { engines } from '../help/a-database.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';

const folder = temporaryFolders();
let database: Database;
afterEach(() => database.close());

const digests = (sha256: string, bytes = 3): DigestsOfCall => ({
  came: { bytes, sha256, isWhole: true },
  went: [{ attempt: 1, account: 'ann', bytes, sha256 }],
  isTranslated: false,
});

const call = (startedAt: number, requestId = 'req_1', bytesIn = 3) => ({
  started_at: startedAt,
  request_id: requestId,
  bytes_in: bytesIn,
});

describe.each(engines)('digests kept on $name', ({ places }) => {
  const place = places();

  test('are found by the call they are of, and by no other', async () => {
    database = await openDatabase({ ...(await place()), log: silentLog });
    const kept = new KeptDigests({ database, log: silentLog });
    kept.record(aCallRecord({ startedAt: 1_000, requestId: 'req_1', digests: digests('aa') }));
    kept.record(aCallRecord({ startedAt: 1_000.4, requestId: 'req_2', digests: digests('bb') }));
    kept.record(aCallRecord({ startedAt: 2_000, requestId: 'req_1' }));
    await kept.flush();
    const asked = [call(1_000), call(1_000, 'req_2'), call(2_000), call(1_000, 'req_3')];
    const of = await digestsOf(database.query, asked);
    expect(asked.map((one) => of(one)?.came.sha256)).toEqual(['aa', 'bb', undefined, undefined]);
    expect(of(call(1_000))).toEqual(digests('aa'));
  });

  test('are never those of another call of the same moment and id', async () => {
    database = await openDatabase({ ...(await place()), log: silentLog });
    const kept = new KeptDigests({ database, log: silentLog });
    const record = (startedAt: number, sha256: string, bytes: number) =>
      kept.record(aCallRecord({ startedAt, requestId: 'req_1', digests: digests(sha256, bytes) }));
    record(1_000, 'aa', 3);
    record(1_000, 'bb', 4);
    record(2_000, 'aa', 3);
    record(2_000, 'bb', 3);
    record(3_000, 'aa', 3);
    record(3_000, 'aa', 3);
    await kept.flush();
    const asked = [call(1_000), call(1_000, 'req_1', 4), call(1_000, 'req_1', 0), call(2_000), call(3_000)];
    const of = await digestsOf(database.query, asked);
    expect(asked.map((one) => of(one)?.came.sha256)).toEqual(['aa', 'bb', undefined, undefined, 'aa']);
  });

  test('are those of the newest calls', async () => {
    database = await openDatabase({ ...(await place()), log: silentLog });
    const kept = new KeptDigests({ database, log: silentLog, most: 5 });
    for (let round = 0; round < 3; round += 1) {
      for (let at = 0; at < 500; at += 1)
        kept.record(aCallRecord({ startedAt: round * 500 + at, digests: digests('aa') }));
      await kept.flush();
    }
    const rows = await database.query.selectFrom('body_digests').select('started_at').execute();
    const moments = rows.map(({ started_at }) => started_at).toSorted((a, b) => a - b);
    // It is tidied now and then.
    expect(moments.length).toBeLessThan(5 + 501);
    expect(moments.at(0)).toBeGreaterThan(900);
    expect(moments.at(-1)).toBe(1_499);
  });
});

test('digests wait for a database that takes nothing, and that is told of once', async () => {
  database = await openDatabase({ path: join(folder(), 'proxy.db'), log: silentLog });
  const log = new MemoryLog();
  const kept = new KeptDigests({ database, log });
  await sql`pragma query_only = 1`.execute(database.query);
  for (const at of [1, 2, 3]) {
    kept.record(aCallRecord({ startedAt: at, digests: digests('aa') }));
    await kept.flush();
  }
  await sql`pragma query_only = 0`.execute(database.query);
  await kept.flush();
  const of = await digestsOf(database.query, [call(1), call(3)]);
  expect([1, 3].map((at) => of(call(at, aCallRecord().requestId)) !== undefined)).toEqual([true, true]);
  expect(log.lines).toMatchObject([{ event: 'digests of bodies are not written' }]);
});
