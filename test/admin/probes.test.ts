import { expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../src/accounts/account.ts';
import type { SeenTokens } from '../../src/accounts/refresh-state.ts';
import { databaseProbe, tokensProbe } from '../../src/admin/probes.ts';
import { openDatabase } from '../../src/database/open.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';

const aFolder = temporaryFolders();
const lastFailure = { at: 0, reason: 'the provider is down' };

async function finding(name: string, tokens: Partial<SeenTokens>, more: Partial<Account> = {}) {
  const seen = {
    account: anAccount(name, more),
    standing: { is: 'ready' } as const,
    familyRests: [],
    lastRest: undefined,
    isHalfOpen: false,
    isAvoided: false,
    backForMs: undefined,
    callsInFlight: 0,
    served: 0,
    lastChosenAt: undefined,
  };
  return tokensProbe(
    () => [seen],
    () => ({ ...aTokenSet('1'), ...tokens }),
  ).check();
}

test('a token that cannot be renewed is worth a warning before it expires', async () => {
  expect((await finding('ann', {})).status).toBe('pass');
  expect(await finding('ann', { lastFailure })).toEqual({
    status: 'warn',
    observedValue: 1,
    observedUnit: 'accounts',
    output: 'Tokens could not be renewed: ann (the provider is down).',
  });
});

test('one that nobody wants renewed is not', async () => {
  expect((await finding('ann', { lastFailure }, { enabled: false })).status).toBe('pass');
  const over = { since: 0, reason: 'spent' };
  expect((await finding('ann', { lastFailure, over })).status).toBe('pass');
});

if (process.platform !== 'win32') {
  test('a database whose file was deleted under it is worth a warning: it answers, and forgets', async () => {
    const path = join(aFolder(), 'proxy.db');
    const database = await openDatabase({ path, log: new MemoryLog() });
    const probe = databaseProbe(database);
    expect((await probe.check()).status).toBe('pass');
    rmSync(path);
    expect(await probe.check()).toMatchObject({
      status: 'warn',
      output: expect.stringContaining('auth export'),
    });
    await database.close();
  });
}
