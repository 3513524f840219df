import { expect, test } from 'bun:test';
import { AccountTable } from '../../src/accounts/account-table.ts';
import { HeadroomTable } from '../../src/accounts/headroom/headroom-table.ts';
import { recordedAccounts } from '../../src/what-if/recorded-accounts.ts';
import { anAccount } from '../help/an-account.ts';
import { ledgers } from './a-ledger.ts';

const ledger = ledgers();
const hour = 3_600_000;
const now = Date.UTC(2026, 10, 23, 12);
const nothingSaid = { limit: undefined, remaining: undefined, status: undefined };

test('the accounts are those that share calls, with the limits their answers told of', async () => {
  const database = await ledger([]);
  const table = new AccountTable(database);
  await database.batch([
    table.insertion(
      anAccount('ann', { baseUrl: 'https://example.com', priority: 3, weight: 2, maxConcurrent: 4 }),
    ),
    table.insertion(anAccount('off', { baseUrl: 'https://example.com', enabled: false })),
    table.insertion(anAccount('own', { baseUrl: 'https://example.com', kind: 'passthrough' })),
  ]);
  const bucket = {
    ...nothingSaid,
    window: 'input-tokens',
    kind: 'bucket',
    used: 0,
    limit: 40_000,
    resetAt: now,
  } as const;
  const plan = { ...nothingSaid, window: '5h', kind: 'plan', used: 0.25, resetAt: now + 2 * hour } as const;
  const family = { ...plan, window: '7d_opus' };
  await new HeadroomTable(database).write(
    [bucket, plan, family].map((reading) => ({
      accountId: 'acc_ann',
      window: reading.window,
      course: { reading, readAt: now, samples: [] },
    })),
  );
  const spendings = [
    { accountId: 'acc_ann', at: now - hour, microUsd: 3_000_000 },
    { accountId: 'acc_ann', at: now - 4 * hour, microUsd: 7_000_000 },
    { accountId: 'acc_own', at: now - hour, microUsd: 9_000_000 },
  ];
  expect(await recordedAccounts(database, spendings)).toMatchObject([
    {
      account: { id: 'acc_ann', name: 'ann', priority: 3, weight: 2, maxConcurrent: 4, kind: 'api-key' },
      limits: { inputTokensPerMinute: 40_000, requestsPerMinute: undefined },
      // A quarter of it was three dollars.
      windows: [{ name: '5h', lengthMs: 5 * hour, microUsd: 12_000_000 }],
    },
  ]);
});
