import { describe, expect, it } from 'bun:test';
import { Tally, add } from '../../../src/usage/metrics/tally.ts';

describe('a tally', () => {
  it('keeps a row of numbers for each combination of values', () => {
    const tally = new Tally(2);
    add(tally.row('a', 'x'), 0, 1);
    add(tally.row('a', 'x'), 0, 2);
    add(tally.row('a', 'y'), 1, 5);
    expect(tally.rows().map(([values, row]) => [values, [...row]])).toEqual([
      [
        ['a', 'x'],
        [3, 0],
      ],
      [
        ['a', 'y'],
        [0, 5],
      ],
    ]);
  });

  it('has one row where there are no labels', () => {
    const tally = new Tally();
    add(tally.row(), 0, 1);
    add(tally.row(), 0, 1);
    expect(tally.rows().map(([values, row]) => [values, [...row]])).toEqual([[[], [2]]]);
  });

  it('tells values with the same text side by side apart', () => {
    const tally = new Tally();
    add(tally.row('ab', 'c'), 0, 1);
    add(tally.row('a', 'bc'), 0, 1);
    expect(tally.rows()).toHaveLength(2);
  });

  it('never falls, and never turns into no number', () => {
    const { row } = { row: new Tally().row('a') };
    for (const amount of [5, -3, Number.NaN, 0]) add(row, 0, amount);
    expect([...row]).toEqual([5]);
  });

  it('puts what is one combination too many to the others, and says how often', () => {
    const tally = new Tally(1, 2);
    for (const name of ['a', 'b', 'c', 'd', 'a', 'c']) add(tally.row(name, 'x'), 0, 1);
    expect(tally.rows().map(([values, row]) => [values, row[0]])).toEqual([
      [['a', 'x'], 2],
      [['b', 'x'], 1],
      [['other', 'other'], 3],
    ]);
    expect(tally.overflow).toBe(3);
  });
});
