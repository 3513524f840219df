import { describe, expect, it } from 'bun:test';
import { policies } from '../../src/accounts/policies/all.ts';
import { aCandidate, inOrder } from '../help/a-candidate.ts';

describe.each(Object.entries(policies))('under %s', (_name, policy) => {
  const best = { priority: 0, priceFactor: 0, resetsAt: 1 };

  it('an account that struggled a moment ago comes last', () => {
    const struggling = aCandidate('struggling', { ...best, isAvoided: true });
    const full = aCandidate('full', { isNearlyFull: true });
    expect(inOrder(policy, struggling, full)).toEqual(['full', 'struggling']);
  });

  it('an account whose plan is nearly used up comes before it, and after all others', () => {
    const full = aCandidate('full', { ...best, isNearlyFull: true });
    const spared = aCandidate('spared', { isSpared: true });
    expect(inOrder(policy, full, spared, aCandidate('other'))).toEqual(['other', 'spared', 'full']);
  });

  it('an account that came back a moment ago and has its calls comes after those that have been there', () => {
    const back = aCandidate('back', { ...best, isSpared: true });
    expect(inOrder(policy, back, aCandidate('other', { priority: 900, callsInFlight: 9 }))).toEqual([
      'other',
      'back',
    ]);
  });
});
