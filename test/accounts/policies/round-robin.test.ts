import { describe, expect, it } from 'bun:test';
import { roundRobin } from '../../../src/accounts/policies/round-robin.ts';
import { aCandidate, inOrder, shared } from '../../help/a-candidate.ts';

describe('round-robin', () => {
  it('takes equals in turn by weight, whatever they do and have left', () => {
    const accounts = [
      aCandidate('heavy', { weight: 2, callsInFlight: 30 }),
      aCandidate('light', { used: 0.9 }),
      aCandidate('other'),
    ];
    expect(shared(roundRobin, 40, ...accounts)).toEqual({ heavy: 20, light: 10, other: 10 });
  });

  it('keeps to the lowest number', () => {
    const first = aCandidate('first', { priority: 1, given: 90 });
    expect(inOrder(roundRobin, aCandidate('second'), first)).toEqual(['first', 'second']);
  });
});
