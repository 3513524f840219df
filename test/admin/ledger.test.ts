import { expect, test } from 'bun:test';
import { ledgerProbe, ledgerView } from '../../src/admin/ledger.ts';
import type { LedgerState } from '../../src/usage/ledger/ledger.ts';

const now = Date.UTC(2026, 10, 22, 12);
const well: LedgerState = {
  waiting: 3,
  waitingBytes: 2_400,
  lagMs: 120.4,
  written: 7,
  dropped: { calls: 0, attempts: 0 },
  lastDroppedAt: undefined,
  failingSince: undefined,
  lastError: undefined,
};
const failing: LedgerState = {
  ...well,
  dropped: { calls: 40, attempts: 2 },
  lastDroppedAt: now - 1_000,
  failingSince: now - 60_000,
  lastError: { at: now, reason: 'There is no room left.' },
};
const finding = (state: LedgerState) =>
  ledgerProbe(
    () => state,
    () => now,
  ).check();

test('what waits and what was dropped is told, with moments as ISO 8601', () => {
  expect(ledgerView(failing)).toEqual({
    waiting: 3,
    waitingBytes: 2_400,
    lagMs: 120,
    written: 7,
    droppedCalls: 40,
    droppedAttempts: 2,
    lastDroppedAt: '2026-11-22T11:59:59.000Z',
    failingSince: '2026-11-22T11:59:00.000Z',
    lastError: { at: '2026-11-22T12:00:00.000Z', reason: 'There is no room left.' },
  });
  expect(ledgerView(well)).toMatchObject({ lastDroppedAt: null, failingSince: null, lastError: null });
});

test('a ledger that cannot be written is a warning, since calls are served all the same', async () => {
  expect(await finding(well)).toEqual({ status: 'pass', observedValue: 3, observedUnit: 'calls' });
  expect(await finding(failing)).toEqual({
    status: 'warn',
    observedValue: 3,
    observedUnit: 'calls',
    output:
      'The ledger cannot be written: There is no room left. Rows of 40 calls were dropped; their sums are kept.',
  });
});

test('rows that were dropped are a warning for an hour', async () => {
  const dropped = { calls: 1, attempts: 0 };
  expect((await finding({ ...well, dropped, lastDroppedAt: now - 3_599_999 })).status).toBe('warn');
  expect((await finding({ ...well, dropped, lastDroppedAt: now - 3_600_000 })).status).toBe('pass');
});
