import { describe, expect, test } from 'bun:test';
import { bestCourse, oracleOf } from '../../src/what-if/oracle.ts';
import { policyNames } from '../../src/what-if/policies.ts';
import { Seeded } from '../../src/what-if/seeded.ts';
import { playPolicy, type Setup } from '../../src/what-if/setup.ts';
import { callsIn, type Step } from '../../src/what-if/traffic.ts';
import { aModel, aStep, aThread, pricing } from './a-setup.ts';

const start = Date.UTC(2026, 10, 2, 9);
const minute = 60_000;

/** Two short sessions on two accounts that have small limits and bad minutes. */
function aSmallSetup(seed: number): Setup {
  const random = new Seeded(seed);
  const threads = [3, 2].map((length, at) => {
    let known = 0;
    const steps = Array.from({ length }, (): Step => {
      const prompt = known + 1000 + Math.floor(random.next() * 4000);
      const step = aStep({ afterMs: random.waiting(2 * minute), prompt, known });
      known = prompt;
      return step;
    });
    return aThread(steps, { session: String(at), beginsMs: random.next() * minute });
  });
  const models = ['ann', 'bob'].map((name) => {
    const from = start + random.next() * 8 * minute;
    const kind = random.chance(0.5) ? 'erring' : 'unreachable';
    return aModel(name, {
      limits: { inputTokensPerMinute: 3_000 + Math.floor(random.next() * 6_000), requestsPerMinute: 4 },
      troubles: [{ kind, from, until: from + 2 * minute, share: 1 }],
    });
  });
  return { traffic: { start, threads }, models, seed, pricing };
}

describe('the oracle', () => {
  test('keeps at least as much of the cache as any policy, whatever happens', async () => {
    const found: boolean[] = [];
    for (let seed = 1; seed <= 10; seed += 1) {
      const setup = aSmallSetup(seed);
      const best = await bestCourse(setup, 400);
      // Too many courses to play them all in a test.
      if (best === undefined) continue;
      for (const policy of policyNames()) {
        const { total } = await playPolicy(setup, policy);
        expect({ seed, policy, read: total.cacheRead }).toEqual({
          seed,
          policy,
          read: Math.min(total.cacheRead, best.tally.total.cacheRead),
        });
        found.push(total.cacheRead < best.tally.total.cacheRead);
      }
    }
    expect(found.length).toBeGreaterThan(8);
    // It is better at times: else it would be no oracle.
    expect(found).toContain(true);
  });

  test('tries every course: two calls on two accounts have four', async () => {
    const threads = [aThread([aStep({ prompt: 8_000, known: 0 }), aStep()])];
    const setup = { traffic: { start, threads }, models: [aModel('ann'), aModel('bob')], seed: 1, pricing };
    const best = await bestCourse(setup, 100);
    expect(best?.courses).toBe(4);
    expect(best?.tally.total.cacheRead).toBe(8_000);
    expect(await bestCourse(setup, 3)).toBeUndefined();
  });

  test('takes the best policy of each session where there are too many courses', async () => {
    const threads = Array.from({ length: 9 }, (_, at) =>
      aThread([aStep(), aStep()], { session: String(at) }),
    );
    const setup = { traffic: { start, threads }, models: [aModel('ann'), aModel('bob')], seed: 1, pricing };
    const tallies = [await playPolicy(setup, 'balanced'), await playPolicy(setup, 'call-by-call')];
    const oracle = await oracleOf(setup, callsIn(threads), tallies);
    expect(oracle).toMatchObject({ is: 'best-of-policies', cacheRead: 9 * 8_000, ceiling: 9 * 8_000 });
  });
});
