import { afterEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { costOfClients, seenSince } from '../../../src/usage/reports/seen.ts';
import { aCallRecord, aCost } from '../../help/a-call-record.ts';
import { engines } from '../../help/a-database.ts';
import { writeDown } from '../../help/a-ledger.ts';

const now = Date.UTC(2026, 10, 22, 12);
const day = 86_400_000;
let database: Database;
afterEach(() => database.close());

describe.each(engines)('what calls were of, on $name', ({ places }) => {
  const aPlace = places();

  test('is told with the newest names, the most frequent first', async () => {
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
    const call = (daysAgo: number, more: object) => aCallRecord({ startedAt: now - daysAgo * day, ...more });
    await writeDown(database, [
      call(40, { accountId: 'acc_old', clientId: 'key_old', model: 'claude-old' }),
      call(3, {
        accountId: 'acc_1',
        accountName: 'before',
        clientId: 'key_1',
        clientName: 'ann',
        model: 'm1',
      }),
      call(1, {
        accountId: 'acc_1',
        accountName: 'after',
        clientId: 'key_2',
        clientName: 'bob',
        model: 'm2',
      }),
      call(1, {
        accountId: undefined,
        accountName: undefined,
        clientId: 'key_2',
        clientName: 'bob',
        model: undefined,
      }),
    ]);
    expect(await seenSince(database.query, now - 30 * day)).toEqual({
      accounts: [{ key: 'acc_1', name: 'after' }],
      models: [
        { key: 'm1', name: 'm1' },
        { key: 'm2', name: 'm2' },
      ],
      clients: [
        { key: 'key_2', name: 'bob' },
        { key: 'key_1', name: 'ann' },
      ],
    });
  });

  test('and what each client has cost since then', async () => {
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
    const call = (daysAgo: number, clientId: string, microUsd: number) =>
      aCallRecord({ startedAt: now - daysAgo * day, clientId, cost: aCost({ microUsd }) });
    await writeDown(database, [
      call(31, 'key_1', 1),
      call(2, 'key_1', 2),
      call(1, 'key_1', 4),
      call(1, 'key_2', 8),
    ]);
    expect(await costOfClients(database.query, now - 30 * day)).toEqual(
      new Map([
        ['key_1', 6],
        ['key_2', 8],
      ]),
    );
  });
});
