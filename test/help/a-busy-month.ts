import { createHash } from 'node:crypto';
import type { DigestsOfCall } from '../../src/usage/body-digests.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { aCallRecord, aCost, anAttempt, aUsage } from './a-call-record.ts';
import { Random } from './a-random.ts';

const dayMs = 86_400_000;

const accounts = [
  { name: 'work', weight: 6 },
  { name: 'team plan', weight: 4 },
  { name: 'spare', weight: 2 },
];

const models = [
  { model: 'claude-opus-4-6', dollars: 0.09, weight: 5 },
  { model: 'claude-sonnet-4-6', dollars: 0.035, weight: 4 },
  { model: 'claude-haiku-4-5', dollars: 0.004, weight: 3 },
];

const clients = ['local', 'ann', 'bob'];

/** Calls of a team in the thirty days before `until`: fewer at weekends, with a move and an error now and then. */
export function aBusyMonth(until: number, idOf: (account: string) => string): CallRecord[] {
  const random = new Random(20);
  return Array.from({ length: 30 }, (_, back) => {
    const day = new Date(until - back * dayMs).getDay();
    const isWeekend = day === 0 || day === 6;
    const count = Math.round((isWeekend ? 8 : 40) * (0.6 + random.next() * 0.8));
    return Array.from({ length: count }, (_unused, at) => aCallOf(random, { back, at, until }, idOf));
  }).flat();
}

interface Place {
  readonly back: number;
  readonly at: number;
  readonly until: number;
}

function aCallOf(random: Random, { back, at, until }: Place, idOf: (account: string) => string): CallRecord {
  const { name } = weighted(random, accounts);
  const account = { id: idOf(name), name };
  const spare = idOf('spare');
  const { model, dollars } = weighted(random, models);
  const client = random.one(clients);
  const size = 0.3 + random.next() * 1.7;
  const isFirst = at % 9 === 0;
  const failed = random.chance(0.03);
  const moved = !failed && name !== 'spare' && random.chance(0.035);
  const ms = Math.round(3_000 + size * 14_000);
  return aCallRecord({
    requestId: `req_${back}_${at}`,
    // The last minute belongs to what a test does.
    startedAt: until - 120_000 - back * dayMs - Math.floor(random.next() * 10 * 3_600_000),
    ms,
    firstByteMs: Math.round(500 + random.next() * 1_400),
    clientId: client === 'local' ? 'local' : `key_${client}`,
    clientName: client,
    session: `${String(back).padStart(2, '0')}${Math.floor(at / 9)}0f8f5a-5a0c-4bb0-9c55-0a8f4f1a3a11`,
    agent: at % 4 === 3 ? `agent-${at % 3}` : undefined,
    model,
    accountId: account.id,
    accountName: account.name,
    why: moved ? 'next' : 'session',
    ...(failed
      ? {
          status: 529,
          ended: 'error' as const,
          errorType: 'overloaded_error',
          stopReason: undefined,
          usage: undefined,
          cost: undefined,
        }
      : {
          usage: aUsage({
            input: Math.round(20 + random.next() * 900),
            output: Math.round(size * 900),
            cacheRead: isFirst ? 0 : Math.round(size * 60_000),
            cacheWrite5m: Math.round(isFirst ? size * 30_000 : size * 2_400),
          }),
          cost: aCost({ microUsd: Math.round(dollars * size * (isFirst ? 2.2 : 1) * 1e6) }),
        }),
    attempts: moved
      ? [
          anAttempt({
            accountId: spare,
            accountName: 'spare',
            ms: 180,
            status: 429,
            errorType: 'rate_limit_error',
            lesson: 'limited',
            reason: '429 rate_limit_error',
            evidence: {
              header: 'anthropic-ratelimit-requests-reset',
              value: new Date(until - back * dayMs).toISOString(),
            },
          }),
          anAttempt({ accountId: account.id, accountName: account.name, atMs: 182 }),
        ]
      : [anAttempt({ accountId: account.id, accountName: account.name })],
    ...(moved && { digests: comparedBodies(back, at, account.name) }),
    move: moved
      ? {
          fromId: spare,
          fromName: 'spare',
          toId: account.id,
          toName: account.name,
          reason: '429 rate_limit_error',
          tokens: 48_000,
          microUsd: 210_000,
        }
      : undefined,
  });
}

/** As an admin who had Requests open found them. */
function comparedBodies(back: number, at: number, account: string): DigestsOfCall {
  const sha256 = createHash('sha256').update(`${back} ${at}`).digest('hex');
  const body = { bytes: aCallRecord().bytesIn, sha256 };
  const went = ['spare', account].map((name, index) => ({ attempt: index + 1, account: name, ...body }));
  return { came: { ...body, isWhole: true }, went, isTranslated: false };
}

function weighted<T extends { readonly weight: number }>(random: Random, all: readonly T[]): T {
  let left = random.next() * all.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of all) {
    left -= one.weight;
    if (left <= 0) return one;
  }
  return all[0]!;
}
