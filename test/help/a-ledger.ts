import type { Database } from '../../src/database/open.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { Batches } from '../../src/usage/ledger/batches.ts';
import { Gathering } from '../../src/usage/ledger/bundle.ts';
import { firstIdAt } from '../../src/usage/ledger/ids.ts';
import { aCallRecord, aCost, anAttempt, aUsage } from './a-call-record.ts';
import type { Random } from './a-random.ts';

/** Writes calls down as the ledger would have; gives their ids, in the order of `calls`. */
export async function writeDown(database: Database, calls: readonly CallRecord[]): Promise<number[]> {
  const taken = new Set<number>();
  const entries = calls.map((call) => {
    let id = firstIdAt(call.startedAt + call.ms);
    while (taken.has(id)) id += 1;
    taken.add(id);
    return { id, call };
  });
  const batches = new Batches(database.query);
  const inOrder = entries.toSorted((a, b) => a.id - b.id);
  const gathering = new Gathering();
  for (let from = 0; from < inOrder.length; from += 1_000) {
    for (const { id, call } of inOrder.slice(from, from + 1_000)) gathering.add(id, call);
    await database.batch(batches.forCalls(gathering.take()));
  }
  return entries.map(({ id }) => id);
}

const accounts = ['ann', 'bob', 'carl'];

/** Calls of `days` days before `until`, of every kind: with and without usage, price, session, account, move. */
export function randomCalls(random: Random, count: number, until: number, days: number): CallRecord[] {
  return Array.from({ length: count }, (_, at) => randomCall(random, at, until, days));
}

function randomCall(random: Random, at: number, until: number, days: number): CallRecord {
  const account = random.chance(0.05) ? undefined : random.one(accounts);
  const client = random.one(['local', 'key_1', 'key_2']);
  const ms = random.below(30_000);
  const isServed = random.chance(0.85);
  const agent = random.chance(0.4) ? `agent-${random.below(5)}` : undefined;
  const micro = (most: number): number => Math.floor(random.next() * most * 2 ** 20) / 2 ** 20;
  const attempts = Array.from({ length: 1 + random.below(3) }, () => anAttempt());
  return aCallRecord({
    requestId: `req_${at}`,
    startedAt: until - 60_000 - random.below(days * 86_400_000),
    ms,
    firstByteMs: random.chance(0.9) ? random.below(ms + 1) : undefined,
    purpose: random.one(['messages', 'messages', 'counting', 'other']),
    clientId: client,
    clientName: client,
    session: random.chance(0.1) ? undefined : `session-${random.below(12)}`,
    agent,
    model: random.chance(0.1) ? undefined : random.one(['claude-opus-4-6', 'claude-haiku-4-5', 'strange']),
    accountId: account === undefined ? undefined : `acc_${account}`,
    accountName: account,
    isStream: random.chance(0.7),
    ended: random.one(['complete', 'complete', 'error', 'cut', 'client-left']),
    attempts,
    move: random.chance(0.1)
      ? { fromId: 'acc_x', fromName: 'x', toId: 'acc_y', toName: 'y', reason: '429', microUsd: micro(500) }
      : undefined,
    usage: isServed
      ? aUsage({
          input: random.below(1e5),
          output: random.below(5e3),
          cacheRead: random.below(2e5),
          cacheWrite5m: random.below(1e4),
          cacheWrite1h: random.below(1e4),
          ...(random.chance(0.5) && { thinking: random.below(500) }),
          webSearches: random.below(3),
          isEstimate: random.chance(0.1),
        })
      : undefined,
    cost: isServed
      ? aCost({
          microUsd: micro(1e6),
          cacheSaved: micro(1e5) - micro(1e5),
          basis: random.one(['listed', 'set', 'unknown']),
          isEstimate: random.chance(0.1),
        })
      : undefined,
  });
}
