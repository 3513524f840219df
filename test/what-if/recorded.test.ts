import { describe, expect, test } from 'bun:test';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { recordedTraffic } from '../../src/what-if/recorded.ts';
import { playPolicy } from '../../src/what-if/setup.ts';
import { aCallRecord, aCost, aUsage } from '../help/a-call-record.ts';
import { ledgers } from './a-ledger.ts';
import { aModel, pricing } from './a-setup.ts';

const ledger = ledgers();
const start = Date.UTC(2026, 10, 23, 9);

/** A call that began so many seconds after nine, with so much read from the cache and written to it. */
function call(second: number, read: number, written: number, over: Partial<CallRecord> = {}): CallRecord {
  const usage = aUsage({ input: 0, output: 100, cacheRead: read, cacheWrite5m: written });
  const cost = aCost({ microUsd: 1000 });
  return aCallRecord({ startedAt: start + second * 1000, ms: 4000, usage, cost, ...over });
}

describe('the traffic of a ledger', () => {
  test('has the calls of a session one after the other, with the pauses between them', async () => {
    const { query } = await ledger([call(0, 2000, 8000), call(10, 10_000, 500), call(60, 10_500, 700)]);
    const recorded = await recordedTraffic(query, start);
    expect(recorded?.traffic.start).toBe(start);
    expect(recorded?.traffic.threads).toMatchObject([
      {
        beginsMs: 0,
        steps: [
          { afterMs: 0, prompt: 10_000, known: 0, common: 2000, answerMs: 4000, keptFor: '5m' },
          { afterMs: 6000, prompt: 10_500, known: 10_000, chapter: 0 },
          { afterMs: 46_000, prompt: 11_200, known: 10_500, chapter: 0 },
        ],
      },
    ]);
  });

  test('keeps subagents and other models apart from the conversation', async () => {
    const { query } = await ledger([
      call(0, 0, 8000),
      call(1, 0, 300, { model: 'claude-haiku-4-5' }),
      call(2, 0, 900, { agent: 'agent-1' }),
      call(9, 0, 900, { session: undefined }),
      call(19, 0, 900, { session: undefined }),
    ]);
    const threads = (await recordedTraffic(query, start))?.traffic.threads ?? [];
    expect(threads.map(({ beginsMs, steps }) => [beginsMs, steps.length])).toEqual([
      [0, 1],
      [1000, 1],
      [2000, 1],
      [9000, 1],
      [19_000, 1],
    ]);
  });

  test('begins a new chapter where a prompt became shorter', async () => {
    const { query } = await ledger([call(0, 0, 90_000), call(10, 2000, 5000), call(20, 7000, 100)]);
    const [thread] = (await recordedTraffic(query, start))?.traffic.threads ?? [];
    expect(thread?.steps.map(({ chapter, known }) => [chapter, known])).toEqual([
      [0, 0],
      [1, 0],
      [1, 7000],
    ]);
  });

  test('leaves out what told no usage, what only counted, and what is older', async () => {
    const { query } = await ledger([
      call(-3600, 0, 100),
      call(0, 0, 100, { usage: undefined, cost: undefined, status: 529, ended: 'error' }),
      call(1, 0, 100, { purpose: 'counting' }),
      call(2, 0, 100),
    ]);
    expect((await recordedTraffic(query, start))?.traffic.threads.map(({ steps }) => steps.length)).toEqual([
      1,
    ]);
    expect(await recordedTraffic(query, start + 60_000)).toBeUndefined();
  });

  test('played on one account without limits, reads what was read', async () => {
    const { query } = await ledger([
      call(0, 0, 8000),
      call(10, 8000, 500),
      call(900, 0, 9000),
      call(910, 9000, 1),
    ]);
    const traffic = (await recordedTraffic(query, start))?.traffic ?? { start, threads: [] };
    const { total } = await playPolicy({ traffic, models: [aModel('ann')], seed: 1, pricing }, 'balanced');
    expect(total).toMatchObject({ calls: 4, served: 4, cacheRead: 17_000, cacheWrite: 17_501 });
  });
});
