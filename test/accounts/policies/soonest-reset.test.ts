import { describe, expect, it } from 'bun:test';
import { soonestReset } from '../../../src/accounts/policies/soonest-reset.ts';
import { aCandidate, inOrder, shared } from '../../help/a-candidate.ts';

describe('soonest-reset', () => {
  it('takes what is lost soonest, and last those of which no reset is known', () => {
    const soon = aCandidate('soon', { resetsAt: 1_000, callsInFlight: 5, used: 0.6 });
    const later = aCandidate('later', { resetsAt: 2_000 });
    expect(inOrder(soonestReset, aCandidate('unknown'), later, soon)).toEqual(['soon', 'later', 'unknown']);
  });

  it('balances those of which nothing is known', () => {
    expect(shared(soonestReset, 9, aCandidate('a', { weight: 2 }), aCandidate('b'))).toEqual({ a: 6, b: 3 });
  });

  it('keeps to the lowest number', () => {
    const first = aCandidate('first', { priority: 1 });
    expect(inOrder(soonestReset, aCandidate('soon', { resetsAt: 1 }), first)).toEqual(['first', 'soon']);
  });
});
