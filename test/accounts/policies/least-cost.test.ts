import { describe, expect, it } from 'bun:test';
import { leastCost } from '../../../src/accounts/policies/least-cost.ts';
import { aCandidate, inOrder, shared } from '../../help/a-candidate.ts';

describe('least-cost', () => {
  it('takes the cheapest, however busy it is', () => {
    const cheap = aCandidate('cheap', { priceFactor: 0.8, callsInFlight: 9 });
    const dear = aCandidate('dear', { priceFactor: 1.2 });
    expect(inOrder(leastCost, dear, aCandidate('list'), cheap)).toEqual(['cheap', 'list', 'dear']);
  });

  it('balances what costs the same', () => {
    expect(shared(leastCost, 9, aCandidate('a', { weight: 2 }), aCandidate('b'))).toEqual({ a: 6, b: 3 });
  });

  it('keeps to the lowest number', () => {
    const first = aCandidate('first', { priority: 1, priceFactor: 2 });
    expect(inOrder(leastCost, aCandidate('cheap', { priceFactor: 0 }), first)).toEqual(['first', 'cheap']);
  });
});
