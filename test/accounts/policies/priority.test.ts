import { describe, expect, it } from 'bun:test';
import { priority } from '../../../src/accounts/policies/priority.ts';
import { aCandidate, inOrder, shared } from '../../help/a-candidate.ts';

describe('priority', () => {
  it('takes one account until it is used up, and of equals the first', () => {
    const first = aCandidate('first', { callsInFlight: 9, used: 0.9 });
    expect(shared(priority, 10, first, aCandidate('second'))).toEqual({ first: 10 });
  });

  it('takes the lowest number, wherever it stands in the list', () => {
    const preferred = aCandidate('preferred', { priority: 1 });
    expect(inOrder(priority, aCandidate('a'), preferred)).toEqual(['preferred', 'a']);
  });
});
