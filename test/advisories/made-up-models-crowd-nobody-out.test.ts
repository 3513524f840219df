import { expect, test } from 'bun:test';
import { Rollups } from '../../src/usage/ledger/rollups.ts';
import { aCallRecord } from '../help/a-call-record.ts';

/*
 * The attack: whoever may call names two hundred models that nobody has, early in the day. The sums keep names for
 * two hundred models a day, so those that are really used would be summed up without one until midnight, for all
 * clients: `usage --by model` would show what everything cost under "(none)".
 */

test('names that nobody answers to leave room for those that are used', () => {
  const rollups = new Rollups();
  const refused = { usage: undefined, cost: undefined, status: 404, ended: 'error' } as const;
  for (let number = 0; number < 1_000; number += 1)
    rollups.add(aCallRecord({ ...refused, model: `made-up-${number}` }));
  for (let number = 0; number < 50; number += 1) rollups.add(aCallRecord({ model: `real-${number}` }));
  const rows = rollups.take();
  const callsOf = (name: string) => rows.find(({ model }) => model === name)?.calls;
  expect([callsOf('real-0'), callsOf('real-49')]).toEqual([1, 1]);
  // A mistyped name is seen all the same, and no call is missing.
  expect(callsOf('made-up-0')).toBe(1);
  expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(1_050);
});
