import { expect, test } from 'bun:test';
import { requestView } from '../../src/admin/report-views.ts';
import { moveRow } from '../../src/usage/ledger/rows.ts';
import { callRow } from '../help/a-call-row.ts';
import { addedUp, summaryOf } from '../../src/usage/reports/summary.ts';
import { aCallRecord, aCost, aUsage } from '../help/a-call-record.ts';

const view = (call: ReturnType<typeof aCallRecord>) =>
  requestView({
    call: callRow(1, call),
    attempts: [],
    move: call.move === undefined ? undefined : moveRow(1, call, call.move),
  });

test('what is not known is null, never left out', () => {
  const { total } = { total: summaryOf(addedUp([])) };
  expect(total).toMatchObject({ cacheShare: null, firstByteMs: null, outputPerSecond: null });
  const refused = view(aCallRecord({ usage: undefined, cost: undefined, move: undefined }));
  expect(refused).toMatchObject({ tokens: null, usd: null, priceBasis: null, move: null });
});

test('the speed of an answer is that of its stream, and nothing where it came at once', () => {
  const timed = { firstByteMs: 1_000, ms: 3_000, usage: aUsage({ output: 100 }) };
  expect(view(aCallRecord(timed)).outputPerSecond).toBe(50);
  expect(view(aCallRecord({ ...timed, isStream: false })).outputPerSecond).toBeNull();
  expect(view(aCallRecord({ ...timed, ms: 1_000 })).outputPerSecond).toBeNull();
  expect(view(aCallRecord({ ...timed, firstByteMs: undefined })).outputPerSecond).toBeNull();
});

test('a call says of its tokens whether they are an estimate, and of its price where it is from', () => {
  const call = aCallRecord({
    usage: aUsage({ isEstimate: true }),
    cost: aCost({ microUsd: 1_234.5678, basis: 'unknown' }),
  });
  expect(view(call)).toMatchObject({
    tokens: { isEstimate: true, cacheRead: 56_789 },
    usd: 0.001234568,
    priceBasis: 'unknown',
  });
});

test('a move whose cost nobody knows is told without one', () => {
  const move = { fromId: 'a', fromName: 'ann', toId: 'b', toName: 'bob', reason: '429' };
  expect(view(aCallRecord({ move })).move).toEqual({
    from: 'ann',
    to: 'bob',
    reason: '429',
    tokens: null,
    usd: null,
  });
});
