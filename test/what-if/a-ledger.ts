import { afterEach } from 'bun:test';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { writeDown } from '../help/a-ledger.ts';

/** Makes databases whose ledgers hold calls; they are gone after the test that asked for them. Call once. */
export function ledgers(): (calls: readonly CallRecord[]) => Promise<Database> {
  const opened: Database[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  return async (calls) => {
    const database = await openDatabase({ path: ':memory:', log: silentLog });
    opened.push(database);
    await writeDown(database, calls);
    return database;
  };
}
