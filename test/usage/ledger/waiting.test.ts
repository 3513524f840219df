import { describe, expect, test } from 'bun:test';
import { Waiting } from '../../../src/usage/ledger/waiting.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';

const repeated = aCallRecord({ attempts: [anAttempt({ status: 529, lesson: 'struggling' }), anAttempt()] });
const plenty = 1e9;

function waitingWith(calls: number, bytes: number) {
  const dropped: string[] = [];
  const waiting = new Waiting({ calls, bytes }, ({ requestId }) => dropped.push(requestId));
  return { waiting, dropped };
}

describe('calls on their way to the disk', () => {
  test('leave in the order in which they came, and those put back come first', () => {
    const { waiting } = waitingWith(10, plenty);
    for (const id of [1, 2, 3]) waiting.add(id, aCallRecord());
    const taken = waiting.take(2);
    waiting.add(4, aCallRecord());
    waiting.putBack(taken);
    expect(waiting.take(10).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect([waiting.length, waiting.bytes]).toEqual([0, 0]);
  });

  test('that are too many lose the oldest, and somebody hears of each', () => {
    const { waiting, dropped } = waitingWith(32, plenty);
    for (let id = 1; id <= 40; id += 1) waiting.add(id, aCallRecord({ requestId: `req_${id}` }));
    expect(waiting.length).toBeLessThanOrEqual(32);
    expect(dropped).toEqual(Array.from({ length: waiting.dropped.calls }, (_, index) => `req_${index + 1}`));
    expect(waiting.length + waiting.dropped.calls).toBe(40);
    expect(waiting.first?.call.requestId).toBe(`req_${waiting.dropped.calls + 1}`);
  });

  test('that are too large lose the attempts of the oldest first', () => {
    const { waiting, dropped } = waitingWith(100, 20 * 1_400);
    for (let id = 1; id <= 20; id += 1) waiting.add(id, repeated);
    expect(waiting.dropped.calls).toBe(0);
    expect(waiting.dropped.attempts).toBeGreaterThan(0);
    const entries = waiting.take(20);
    expect(entries[0]?.hasAttempts).toBe(false);
    expect(entries.at(-1)?.hasAttempts).toBe(true);
    expect(dropped).toEqual([]);
  });

  test('that are still too large then go', () => {
    const { waiting, dropped } = waitingWith(1_000, 20_000);
    for (let id = 1; id <= 200; id += 1) waiting.add(id, repeated);
    expect(waiting.bytes).toBeLessThanOrEqual(20_000);
    expect(dropped.length).toBeGreaterThan(150);
  });

  test('that are put back where others have come meanwhile are dropped first', () => {
    const { waiting } = waitingWith(10, plenty);
    for (let id = 1; id <= 10; id += 1) waiting.add(id, aCallRecord());
    const taken = waiting.take(5);
    for (let id = 11; id <= 15; id += 1) waiting.add(id, aCallRecord());
    waiting.putBack(taken);
    expect(waiting.take(20).map(({ id }) => id)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  test('with a text of megabytes count with it', () => {
    const { waiting } = waitingWith(100, plenty);
    waiting.add(1, aCallRecord({ model: 'm'.repeat(1_000_000) }));
    expect(waiting.bytes).toBeGreaterThan(1_000_000);
  });
});

test('a first attempt that went well has no row of its own', () => {
  const { waiting } = waitingWith(10, plenty);
  waiting.add(1, aCallRecord());
  waiting.add(2, repeated);
  waiting.add(3, aCallRecord({ attempts: [anAttempt({ ending: 'unreachable', lesson: 'struggling' })] }));
  waiting.add(4, aCallRecord({ attempts: [] }));
  expect(waiting.take(4).map(({ hasAttempts }) => hasAttempts)).toEqual([false, true, true, false]);
});
