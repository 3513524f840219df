import { describe, expect, test } from 'bun:test';
import { firstIdAt, Ids, momentOfId } from '../../../src/usage/ledger/ids.ts';

const now = Date.UTC(2026, 10, 22, 12);
/** Ids in the first lane. */
const first = () => new Ids(() => 0);

describe('ids', () => {
  test('grow, also within a millisecond and when the clock is set back a little', () => {
    const ids = first();
    const given = [now, now, now, now + 1, now - 500, now + 2].map((moment) => ids.next(moment));
    expect(given).toEqual(given.toSorted((a, b) => a - b));
    expect(new Set(given).size).toBe(given.length);
  });

  test('of more calls than a millisecond has room for are of the next one, still in the same lane', () => {
    const ids = first();
    const given = Array.from({ length: 130 }, () => ids.next(now));
    expect(new Set(given).size).toBe(130);
    expect(given.map(momentOfId).slice(62, 66)).toEqual([now, now, now + 1, now + 1]);
    expect(given.every((id) => id % 4096 < 64)).toBe(true);
  });

  test('follow a clock that was set back by more than a minute', () => {
    const ids = first();
    ids.next(now + 3_600_000);
    expect(momentOfId(ids.next(now))).toBe(now);
  });

  test('of processes in different lanes never meet', () => {
    const [one, other] = [first(), new Ids(() => 0.999)];
    const given = Array.from({ length: 500 }, () => [one.next(now), other.next(now)]).flat();
    expect(new Set(given).size).toBe(given.length);
  });

  test('are from another lane after a change', () => {
    for (const random of [0, 0.5, 0.999]) {
      const ids = new Ids(() => random);
      const laneOf = (id: number) => Math.floor((id % 4096) / 64);
      const before = laneOf(ids.next(now));
      ids.changeLane();
      expect(laneOf(ids.next(now))).not.toBe(before);
    }
  });

  test('stay whole numbers that a double holds, until 2095 and on a clock that lost the date', () => {
    const late = Array.from({ length: 100 }, () => Date.UTC(2095, 0, 1));
    const ids = new Ids(() => 0.999);
    expect(late.map((moment) => ids.next(moment)).every((id) => Number.isSafeInteger(id))).toBe(true);
    expect(first().next(0)).toBe(0);
  });
});

test('the first id of a moment stands before all of that moment, and behind all of the one before', () => {
  const ids = new Ids(() => 0.999);
  expect(ids.next(now - 1)).toBeLessThan(firstIdAt(now));
  expect(first().next(now)).toBeGreaterThanOrEqual(firstIdAt(now));
});
