import { sql } from 'kysely';
import type { Database } from '../../../src/database/open.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { Batches } from '../../../src/usage/ledger/batches.ts';
import { Gathering } from '../../../src/usage/ledger/bundle.ts';
import { firstIdAt } from '../../../src/usage/ledger/ids.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { Random } from '../../help/a-random.ts';

export interface Filling {
  readonly calls: number;
  readonly days: number;
  /** The last of them ends then (ms since the epoch). */
  readonly until: number;
}

const writtenAtOnce = 2_048;
const models = ['claude-opus-4-6', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001'];

/** Fills an empty ledger with the calls of some days, evenly, as the ledger itself would have written them. */
async function fillLedger(database: Database, { calls, days, until }: Filling): Promise<void> {
  const batches = new Batches(database.query);
  const gathering = new Gathering();
  const random = new Random(5_000_000);
  const begin = until - days * 86_400_000;
  let writing: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < calls; from += writtenAtOnce) {
    const entries = Array.from({ length: Math.min(writtenAtOnce, calls - from) }, (_, index) => {
      const number = from + index;
      const endedAt = begin + Math.floor((number / calls) * days * 86_400_000);
      const id = firstIdAt(endedAt) + (number % 4_096);
      return { id, call: callOf(number, endedAt, random) };
    });
    for (const { id, call } of entries.toSorted((a, b) => a.id - b.id)) gathering.add(id, call);
    const statements = batches.forCalls(gathering.take());
    await writing;
    writing = database.batch(statements);
  }
  await writing;
}

/** The same, and all of it is on the disk: or the first to sync would have to wait for it. */
export async function fillOnDisk(database: Database, filling: Filling): Promise<void> {
  await fillLedger(database, filling);
  await sql`pragma wal_checkpoint(truncate)`.execute(database.query);
  Bun.spawnSync(['sync']);
}

/** One of a team of twelve, with sessions of a few hundred calls each and six accounts. */
function callOf(number: number, endedAt: number, random: Random): CallRecord {
  const client = number % 12;
  const account = client % 6;
  const hex = number.toString(16).padStart(12, '0');
  const ms = 1_000 + Math.floor(random.next() * 20_000);
  const { usage } = aCallRecord();
  return aCallRecord({
    requestId: `req_${hex}${hex}${hex.slice(4)}`,
    startedAt: endedAt - ms,
    ms,
    clientId: `key_${client}`,
    clientName: `member-${client}`,
    accountId: `acc_0123456789ab${account}`,
    accountName: `account-${account}`,
    session: `3f0f8f5a-5a0c-4bb0-${String(client).padStart(4, '0')}-${Math.floor(number / 4_000)
      .toString(16)
      .padStart(12, '0')}`,
    model: models[number % 3] ?? '',
    messageId: `msg_01${hex}${hex.slice(2)}`,
    upstreamRequestId: `req_01${hex}${hex.slice(2)}`,
    usage: {
      ...usage!,
      output: Math.floor(random.next() * 2_000),
      cacheRead: Math.floor(random.next() * 150_000),
    },
  });
}
