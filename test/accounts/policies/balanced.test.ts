import { describe, expect, it } from 'bun:test';
import { balanced } from '../../../src/accounts/policies/balanced.ts';
import { aCandidate, inOrder, shared } from '../../help/a-candidate.ts';

describe('balanced', () => {
  it('takes the lower number first, however busy it is', () => {
    const busy = aCandidate('a', { priority: 10, callsInFlight: 50, used: 0.9 });
    expect(inOrder(balanced, aCandidate('b', { priority: 20 }), busy)).toEqual(['a', 'b']);
  });

  it('takes the least busy for its weight among equals', () => {
    const heavy = aCandidate('heavy', { weight: 4, callsInFlight: 3 });
    expect(inOrder(balanced, aCandidate('light', { callsInFlight: 1 }), heavy)).toEqual(['heavy', 'light']);
    expect(inOrder(balanced, aCandidate('light'), heavy)).toEqual(['light', 'heavy']);
  });

  it('takes the least busy for what it has left', () => {
    const emptier = aCandidate('emptier', { callsInFlight: 2, used: 0.2 });
    expect(inOrder(balanced, aCandidate('fuller', { callsInFlight: 1, used: 0.7 }), emptier)).toEqual([
      'emptier',
      'fuller',
    ]);
  });

  it('takes the one that was given least among those that are equally busy', () => {
    expect(inOrder(balanced, aCandidate('a', { given: 3 }), aCandidate('b', { given: 2.5 }))).toEqual([
      'b',
      'a',
    ]);
  });

  it('shares quiet work by weight and by what is left, and leaves nobody without any', () => {
    const accounts = [
      aCandidate('whole', { weight: 2 }),
      aCandidate('half', { weight: 2, used: 0.5 }),
      aCandidate('over', { used: 1.08 }),
    ];
    expect(shared(balanced, 62, ...accounts)).toEqual({ whole: 40, half: 20, over: 2 });
  });

  it('takes the first of those that differ in nothing', () => {
    expect(inOrder(balanced, aCandidate('a'), aCandidate('b'), aCandidate('c'))).toEqual(['a', 'b', 'c']);
  });
});
