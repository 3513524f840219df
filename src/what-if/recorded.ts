import type { Kysely } from 'kysely';
import type { CallRow, Tables } from '../database/tables.ts';
import { firstIdAt } from '../usage/ledger/ids.ts';
import { inPieces } from '../usage/ledger/reading.ts';
import type { KeptFor, Step, Thread, Traffic } from './traffic.ts';

type Recorded = Pick<
  CallRow,
  | 'id'
  | 'session'
  | 'agent'
  | 'model'
  | 'account_id'
  | 'started_at'
  | 'ms'
  | 'input'
  | 'output'
  | 'cache_read'
  | 'cache_write_5m'
  | 'cache_write_1h'
  | 'cost_micro_usd'
>;

/** What was spent on an account with one call. */
export interface Spending {
  readonly accountId: string;
  readonly at: number;
  readonly microUsd: number;
}

/**
 * The traffic that the ledger has of the time from `since` on (ms since the epoch), and what it cost on which account;
 * undefined where it has none. Only messages whose answers told what they used: what failed then was tried again
 * by its client, and stands there a second time.
 *
 * @throws DatabaseError
 */
export async function recordedTraffic(
  query: Kysely<Tables>,
  since: number,
): Promise<{ traffic: Traffic; spendings: readonly Spending[] } | undefined> {
  const calls = await readCalls(query, since);
  if (calls.length === 0) return undefined;
  const ordered = calls.toSorted((a, b) => a.started_at - b.started_at || a.id - b.id);
  const start = ordered[0]?.started_at ?? since;
  const threads = [...Map.groupBy(ordered, threadKey).values()].map((all) => threadOf(all, start));
  const spendings = ordered.map(({ account_id: id, started_at: at, cost_micro_usd: cost }) => ({
    accountId: id ?? '',
    at,
    microUsd: cost ?? 0,
  }));
  return { traffic: { start, threads }, spendings };
}

async function readCalls(query: Kysely<Tables>, since: number): Promise<Recorded[]> {
  const calls: Recorded[] = [];
  await inPieces(query, { from: firstIdAt(since) }, async (from, below) => {
    const rows = await query
      .selectFrom('calls')
      .select(['id', 'session', 'agent', 'model', 'account_id', 'started_at', 'ms', 'input', 'output'])
      .select(['cache_read', 'cache_write_5m', 'cache_write_1h', 'cost_micro_usd'])
      .where('id', '>=', from)
      .where('id', '<', below)
      .where('purpose', '=', 'messages')
      .where('output', 'is not', null)
      .orderBy('id')
      .execute();
    for (const row of rows) calls.push(row);
  });
  return calls;
}

/** Each model has a cache of its own: what asks another one beside the conversation is a thread of its own. */
function threadKey({ id, session, agent, model }: Recorded): string {
  return session === null ? String(id) : `${session}\0${agent ?? ''}\0${model ?? ''}`;
}

function threadOf(calls: readonly Recorded[], start: number): Thread {
  const [first] = calls;
  const steps: Step[] = [];
  // What the first call found in the cache can only have been there from others.
  const common = first?.cache_read ?? 0;
  let chapter = 0;
  let before: { prompt: number; endedAt: number; keptFor: KeptFor } | undefined;
  for (const call of calls) {
    const prompt = promptOf(call);
    // A prompt that became shorter is another one: the conversation was summed up, or taken back.
    const goesOn = before !== undefined && prompt >= before.prompt;
    if (before !== undefined && !goesOn) chapter += 1;
    const keptFor = keptForOf(call, before?.keptFor);
    steps.push({
      afterMs: before === undefined ? 0 : Math.max(0, call.started_at - before.endedAt),
      model: call.model ?? '',
      prompt,
      known: goesOn ? (before?.prompt ?? 0) : 0,
      common,
      chapter,
      output: call.output ?? 0,
      keptFor,
      answerMs: call.ms,
      agents: [],
    });
    before = { prompt, endedAt: call.started_at + call.ms, keptFor };
  }
  const session = first?.session ?? `call ${first?.id ?? 0}`;
  const beginsMs = (first?.started_at ?? start) - start;
  return { session, agent: first?.agent ?? undefined, beginsMs, steps };
}

function promptOf(call: Recorded): number {
  return (call.input ?? 0) + (call.cache_read ?? 0) + (call.cache_write_5m ?? 0) + (call.cache_write_1h ?? 0);
}

/** A call that wrote nothing renews what was written before. */
function keptForOf(call: Recorded, before: KeptFor = '5m'): KeptFor {
  if ((call.cache_write_1h ?? 0) > 0) return '1h';
  return (call.cache_write_5m ?? 0) > 0 ? '5m' : before;
}
