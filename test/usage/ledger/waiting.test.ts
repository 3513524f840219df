import { describe, expect, test } from 'bun:test';
import { ownOfLine } from '../../../src/usage/ledger/line.ts';
import { Waiting } from '../../../src/usage/ledger/waiting.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';

const repeated = aCallRecord({ attempts: [anAttempt({ status: 529, lesson: 'struggling' }), anAttempt()] });
const plenty = 1e9;

function waitingWith(calls: number, bytes: number) {
  const dropped = { calls: 0 };
  const waiting = new Waiting({ calls, bytes }, (sums) => {
    for (const sum of sums) dropped.calls += sum.calls;
  });
  return { waiting, dropped };
}

/** All that waits, in order. */
function* taken(waiting: Waiting) {
  for (let bundle = waiting.take(); bundle !== undefined; bundle = waiting.take()) yield bundle;
}

const idsOf = (waiting: Waiting) => [...taken(waiting)].flatMap(({ lines }) => lines.map(({ id }) => id));
const fromTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('calls on their way to the disk', () => {
  test('leave in the order in which they came, and those put back come first', () => {
    const { waiting } = waitingWith(80, plenty);
    for (const id of fromTo(1, 15)) waiting.add(id, aCallRecord());
    const first = waiting.take();
    expect(first?.lines.map(({ id }) => id)).toEqual(fromTo(1, 10));
    waiting.add(16, aCallRecord());
    expect(waiting.firstId).toBe(11);
    waiting.putBack(first === undefined ? [] : [first]);
    expect([waiting.firstId, waiting.length]).toEqual([1, 16]);
    expect(idsOf(waiting)).toEqual(fromTo(1, 16));
    expect([waiting.length, waiting.bytes, waiting.firstId]).toEqual([0, 0, undefined]);
  });

  test('that are too many lose the oldest, whose sums somebody hears of', () => {
    const { waiting, dropped } = waitingWith(32, plenty);
    for (const id of fromTo(1, 40)) waiting.add(id, aCallRecord({ requestId: `req_${id}` }));
    expect(waiting.length).toBeLessThanOrEqual(32);
    expect(waiting.dropped.calls).toBeGreaterThan(0);
    expect(dropped.calls).toBe(waiting.dropped.calls);
    expect(waiting.length + dropped.calls).toBe(40);
    const [oldest] = waiting.take()?.lines ?? [];
    expect(oldest && ownOfLine(oldest).request_id).toBe(`req_${dropped.calls + 1}`);
  });

  test('that are too large lose the attempts of the oldest first', () => {
    const { waiting, dropped } = waitingWith(100, 14_000);
    for (const id of fromTo(1, 20)) waiting.add(id, repeated);
    expect(waiting.dropped.attempts).toBeGreaterThan(0);
    const bundles = [...taken(waiting)];
    expect(bundles[0]?.attempts).toEqual([]);
    expect(bundles.at(-1)?.attempts.length).toBeGreaterThan(0);
    expect([waiting.dropped.calls, dropped.calls]).toEqual([0, 0]);
  });

  test('that are still too large then go', () => {
    const { waiting, dropped } = waitingWith(1_000, 20_000);
    for (const id of fromTo(1, 200)) waiting.add(id, repeated);
    expect(waiting.bytes).toBeLessThanOrEqual(20_000);
    expect(dropped.calls).toBeGreaterThan(150);
  });

  test('that are put back where others have come meanwhile are dropped first', () => {
    const { waiting } = waitingWith(16, plenty);
    for (const id of fromTo(1, 16)) waiting.add(id, aCallRecord());
    const first = waiting.take();
    for (const id of fromTo(17, 18)) waiting.add(id, aCallRecord());
    waiting.putBack(first === undefined ? [] : [first]);
    expect(idsOf(waiting)).toEqual(fromTo(3, 18));
  });

  test('with a text of megabytes count with it', () => {
    const { waiting } = waitingWith(100, plenty);
    waiting.add(1, aCallRecord({ model: 'm'.repeat(1_000_000) }));
    expect(waiting.bytes).toBeGreaterThan(1_000_000);
  });

  test('that are dropped leave behind in which hour their session had calls, for those that come later', () => {
    const { waiting } = waitingWith(16, plenty);
    for (const id of fromTo(1, 40)) waiting.add(id, aCallRecord({ session: 'one' }));
    expect(waiting.dropped.calls).toBe(24);
    waiting.add(41, aCallRecord({ session: 'one' }));
    const told = [...taken(waiting)].flatMap(({ hours }) => hours.map(({ session }) => session));
    expect(told).toEqual(['one']);
  });
});

test('a first attempt that went well has no row of its own', () => {
  const { waiting } = waitingWith(10_000, plenty);
  waiting.add(1, aCallRecord());
  waiting.add(2, repeated);
  waiting.add(3, aCallRecord({ attempts: [anAttempt({ ending: 'unreachable', lesson: 'struggling' })] }));
  waiting.add(4, aCallRecord({ attempts: [] }));
  expect(waiting.take()?.attempts.map(({ call_id }) => call_id)).toEqual([2, 2, 3]);
});
