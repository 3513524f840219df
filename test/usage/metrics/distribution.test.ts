import { describe, expect, it } from 'bun:test';
import { answerBounds, Distribution } from '../../../src/usage/metrics/distribution.ts';

describe('a distribution', () => {
  it('sorts lengths into the first bucket that holds them, the bound included', () => {
    const lengths = new Distribution([1, 10]);
    for (const length of [0, 1, 1.5, 10, 11, 500]) lengths.observe(length, 'a');
    expect(lengths.look()).toEqual([{ values: ['a'], counts: [2, 2, 2], sum: 523.5 }]);
  });

  it('leaves out what is no length', () => {
    const lengths = new Distribution([1]);
    lengths.observe(-1, 'a');
    lengths.observe(Number.NaN, 'a');
    expect(lengths.look()).toEqual([]);
  });

  it('tells lengths of answers apart from five milliseconds to ten minutes', () => {
    expect([answerBounds[0], answerBounds.at(-1)]).toEqual([0.005, 600]);
    expect(answerBounds.toSorted((a, b) => a - b)).toEqual([...answerBounds]);
  });
});
