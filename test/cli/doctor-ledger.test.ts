import { Database as Sqlite } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { damageIn, ledgerWords } from '../../src/cli/doctor-ledger.ts';
import { openDatabase } from '../../src/database/open.ts';
import { hourAt } from '../../src/usage/ledger/hours.ts';
import { Ledger } from '../../src/usage/ledger/ledger.ts';
import { aCallRecord } from '../help/a-call-record.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const clock = new HandClock();

/** What `say` says of a ledger with so many calls. */
async function sayOf<T>(calls: number, say: (file: Sqlite) => T): Promise<T> {
  const path = join(folder(), 'proxy.db');
  const database = await openDatabase({ path, log: silentLog });
  const ledger = new Ledger({ database, clock, log: silentLog, random: Math.random });
  for (let number = 0; number < calls; number += 1) ledger.record(aCallRecord({ startedAt: clock.now() }));
  await ledger.close();
  await database.close();
  const file = new Sqlite(path, { readonly: true });
  try {
    return say(file);
  } finally {
    file.close();
  }
}

test('the size, the calls and the day of the oldest are told', async () => {
  expect(await sayOf(0, ledgerWords)).toBe('1 MB, no calls yet');
  expect(await sayOf(1_234, ledgerWords)).toBe(`1 MB, 1,234 calls since ${hourAt(clock.now()).day}`);
});

test('a file of an earlier version has no calls to tell of', () => {
  const file = new Sqlite(':memory:');
  file.run('create table accounts (id text)');
  expect(ledgerWords(file)).toBe('1 MB');
  file.close();
});

test('a whole file has no damage', async () => {
  expect(await sayOf(10, damageIn)).toBeUndefined();
});
