import { describe, expect, it } from 'bun:test';
import { best, byPriorityThenLoad, type Candidate } from '../../src/accounts/selection.ts';

interface Named extends Candidate {
  readonly name: string;
}

const candidate = (name: string, more: Partial<Candidate> = {}): Named => ({
  name,
  priority: 100,
  weight: 1,
  callsInFlight: 0,
  isAvoided: false,
  given: 0,
  ...more,
});

const first = (...candidates: Named[]): string | undefined => best(candidates, byPriorityThenLoad)?.name;

describe('the order by priority, then load', () => {
  it('takes the lower number first, however busy it is', () => {
    expect(first(candidate('b', { priority: 20 }), candidate('a', { priority: 10, callsInFlight: 50 }))).toBe(
      'a',
    );
  });

  it('takes an account that struggled a moment ago only where nothing else is left', () => {
    const struggling = candidate('a', { priority: 0, isAvoided: true });
    expect(first(struggling, candidate('b', { priority: 900, callsInFlight: 9 }))).toBe('b');
    expect(first(struggling)).toBe('a');
  });

  it('takes the least busy for its weight among equals', () => {
    const heavy = candidate('heavy', { weight: 4, callsInFlight: 3 });
    expect(first(candidate('light', { callsInFlight: 1 }), heavy)).toBe('heavy');
    expect(first(candidate('light', { callsInFlight: 0 }), heavy)).toBe('light');
  });

  it('takes the one that was given least among those that are equally busy', () => {
    expect(first(candidate('a', { given: 3 }), candidate('b', { given: 2.5 }))).toBe('b');
  });

  it('takes the first of those that differ in nothing', () => {
    expect(first(candidate('a'), candidate('b'), candidate('c'))).toBe('a');
  });
});

describe('best', () => {
  it('is nobody of none', () => {
    expect(best([], byPriorityThenLoad)).toBeUndefined();
  });

  it('does not sort, and takes any iterable', () => {
    const asked = new Set<string>();
    const order = (a: Candidate, b: Candidate): number => {
      asked.add(`${a.given}/${b.given}`);
      return a.given - b.given;
    };
    const values = new Map([4, 2, 3].map((given) => [given, candidate(String(given), { given })])).values();
    expect(best(values, order)?.name).toBe('2');
    expect(asked.size).toBe(2);
  });
});
