import { describe, expect, test } from 'bun:test';
import { play } from '../../src/what-if/clients.ts';
import { openStage } from '../../src/what-if/stage.ts';
import type { AccountModel } from '../../src/what-if/simulated-account.ts';
import { callsIn, type Thread } from '../../src/what-if/traffic.ts';
import { aModel, aSetup, aStep, aThread, pricing } from './a-setup.ts';
import { playPolicy } from '../../src/what-if/setup.ts';

const start = Date.UTC(2026, 10, 2, 9);
const minute = 60_000;

async function played(threads: readonly Thread[], models: readonly AccountModel[]) {
  const stage = await openStage({ policy: 'balanced', models, start, seed: 1, pricing });
  const { total, byAccount } = await play({ start, threads }, stage, 'balanced');
  return { total, byAccount, tookMs: stage.clock.now() - start };
}

describe('a client', () => {
  test('waits for each answer before its next call', async () => {
    const { total, tookMs } = await played([aThread([aStep(), aStep()])], [aModel('ann')]);
    expect(total).toMatchObject({ calls: 2, served: 2, failed: 0, waitedMs: 0 });
    // What is left of the accounts is written down some seconds after the last answer.
    expect(tookMs).toBeGreaterThanOrEqual(2 * 3000);
  });

  test('tries again after a short limit, as long as it says', async () => {
    const models = [aModel('ann', { limits: { requestsPerMinute: 1 } })];
    const { total } = await played([aThread([aStep(), aStep()])], models);
    expect(total).toMatchObject({ calls: 2, served: 2, failed: 0 });
    expect(total.longestWaitMs).toBeGreaterThan(55_000);
    expect(total.longestWaitMs).toBeLessThan(80_000);
  });

  test('gives up at once on a long one, and comes back when it is over', async () => {
    const models = [aModel('ann', { windows: [{ name: '5h', lengthMs: 300 * minute, microUsd: 1 }] })];
    const { total } = await played([aThread([aStep(), aStep(), aStep()])], models);
    expect(total).toMatchObject({ calls: 3, served: 2, failed: 1, attempts: 3 });
  });

  test('is moved from an account that is out of reach, which costs what its cache had', async () => {
    const troubles = [
      { kind: 'unreachable', from: start + 2 * minute, until: start + 9 * minute, share: 1 },
    ] as const;
    const models = [aModel('ann', { troubles }), aModel('bob')];
    const steps = [aStep({ prompt: 8_000, known: 0 }), aStep({ afterMs: 3 * minute })];
    const { total, byAccount } = await played([aThread(steps)], models);
    expect(total).toMatchObject({ served: 2, moved: 1, attempts: 3, cacheLost: 8_000 });
    expect([...byAccount]).toEqual([
      ['acc_ann', 1],
      ['acc_bob', 1],
    ]);
  });

  test('waits in the queue of the proxy where an account is full, and is served without a second try', async () => {
    const { account, ...rest } = aModel('ann');
    const models = [{ account: { ...account, maxConcurrent: 1 }, ...rest }];
    const threads = ['one', 'two', 'three'].map((session) => aThread([aStep()], { session }));
    const { total } = await played(threads, models);
    // Each answers for two seconds, and the others wait for that.
    expect(total).toMatchObject({ served: 3, failed: 0, attempts: 3, waitedMs: 6_000, longestWaitMs: 4_000 });
  });

  test('is held while the account of its session rests, where its cache is worth that', async () => {
    const models = [aModel('ann', { limits: { requestsPerMinute: 6 } }), aModel('bob')];
    const steps = Array.from({ length: 12 }, () => aStep({ prompt: 100_000, known: 98_000 }));
    const { total, byAccount } = await played([aThread(steps)], models);
    expect(total).toMatchObject({ served: 12, failed: 0, moved: 0, cacheLost: 0 });
    expect([...byAccount.keys()]).toEqual(['acc_ann']);
    expect(total.longestWaitMs).toBeLessThan(15_000);
    expect(total.longestWaitMs).toBeGreaterThan(1_000);
  });

  test('goes on only when its subagents are done', async () => {
    const agent = aThread([aStep({ afterMs: 0, answerMs: 5 * minute })], { agent: 'a' });
    const { total, tookMs } = await played(
      [aThread([aStep({ agents: [agent, { ...agent, agent: 'b' }] }), aStep()])],
      [aModel('ann')],
    );
    expect(total.served).toBe(4);
    expect(tookMs).toBeGreaterThanOrEqual(5 * minute + 2 * 3000);
  });
});

describe('every call', () => {
  const tight = `
    [traffic]
    days = 1
    sessions = 25
    agents = 0.3
    [[accounts]]
    name = "ann"
    count = 2
    requests_per_minute = 6
    input_tokens_per_minute = 20000
    windows = [{ name = "5h", length = "5h", usd = 2 }]
    [[troubles]]
    kind = "overloaded"
    from = "10h"
    for = "3h"
    share = 0.5`;

  test.each(['balanced', 'call-by-call'])('is served or failed, once, under %s', async (policy) => {
    const setup = aSetup(tight);
    const { total, byAccount, bySession } = await playPolicy(setup, policy);
    expect(total.calls).toBe(callsIn(setup.traffic.threads));
    expect(total.served + total.failed).toBe(total.calls);
    expect([...byAccount.values()].reduce((sum, one) => sum + one, 0)).toBe(total.served);
    expect([...bySession.values()].reduce((sum, { calls }) => sum + calls, 0)).toBe(total.calls);
    expect(total.failed).toBeGreaterThan(0);
    expect(total.attempts).toBeGreaterThan(total.served);
  });

  test.each(['balanced', 'call-by-call'])('goes the same way for the same seed, under %s', async (policy) => {
    expect(await playPolicy(aSetup(tight), policy)).toEqual(await playPolicy(aSetup(tight), policy));
    expect(await playPolicy(aSetup(tight), policy)).not.toEqual(await playPolicy(aSetup(tight, 2), policy));
  });
});
