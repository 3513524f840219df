import { expect, it } from 'bun:test';
import { chargeOf } from '../../../src/usage/budgets/charge.ts';
import type { Cost } from '../../../src/prices/usage.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { aRecord, aUsage, flatPrice } from '../../help/a-budget.ts';

const expected = { microUsd: 77, tokens: 7 };
const free = { microUsd: 0, tokens: 0 };
const charge = (more: Partial<CallRecord>, hasBegun = true): unknown =>
  chargeOf(aRecord(more), () => expected, hasBegun, flatPrice);
const cost: Cost = {
  microUsd: 123.5,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  fees: 0,
  basis: 'listed',
  isEstimate: false,
  cacheSaved: 0,
};

it('what the answer told counts, at the cost that was worked out, else at the price of the model', () => {
  expect(charge({ usage: aUsage(10, 5), cost })).toEqual({ microUsd: 123.5, tokens: 15 });
  expect(charge({ usage: aUsage(10, 5) })).toEqual({ microUsd: 60, tokens: 15 });
});

it('tokens are input, output and what is written to the cache; reads from it are not', () => {
  const usage = aUsage(10, 5, { cacheRead: 1_000, cacheWrite5m: 100, cacheWrite1h: 200 });
  expect(charge({ usage, cost })).toMatchObject({ tokens: 315 });
});

it.each([
  ['cut by the upstream', { ended: 'cut' }],
  ['left by the client', { ended: 'client-left' }],
  ['that failed in the middle', { ended: 'error' }],
] as const)('an answer %s counts with what it had told', (_, more) => {
  expect(charge({ ...more, usage: aUsage(10, 5, { isEstimate: true }) })).toEqual({
    microUsd: 60,
    tokens: 15,
  });
});

it('a client that leaves before anything is told pays what was expected, once an account was asked', () => {
  expect(charge({ ended: 'client-left', status: 499 })).toEqual(expected);
  expect(charge({ ended: 'client-left', status: 200 })).toEqual(expected);
  expect(charge({ ended: 'client-left', status: 499 }, false)).toEqual(free);
});

it('an answer that nobody here can read is charged as expected', () => {
  expect(charge({ status: 200 })).toEqual(expected);
});

it.each([400, 401, 413, 429, 500, 502, 504, 529])('an error %d costs nothing', (status) => {
  expect(charge({ status, ended: 'error' })).toEqual(free);
});

it('an answer that the upstream cut before it told anything costs nothing', () => {
  expect(charge({ ended: 'cut' })).toEqual(free);
});
