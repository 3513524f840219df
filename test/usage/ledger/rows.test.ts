import { expect, test } from 'bun:test';
import { commonColumns, commonOfCall, isCommonOf } from '../../../src/usage/ledger/rows.ts';
import { aCallRecord } from '../../help/a-call-record.ts';

const call = aCallRecord();
const row = commonOfCall(call);

test('a call has in common with another of its kind all that the row says', () => {
  expect(isCommonOf(row, aCallRecord({ requestId: 'req_2', ms: 1, accountId: 'acc_bob' }))).toBe(true);
  expect(isCommonOf(commonOfCall(aCallRecord({ usage: undefined, cost: undefined })), call)).toBe(false);
});

test.each(commonColumns)('a row that differs in %s is another one', (column) => {
  for (const other of ['other', 17, null])
    if (row[column] !== other) expect(isCommonOf({ ...row, [column]: other }, call)).toBe(false);
});

test('a call with nothing but what it must have has that in common with its like', () => {
  const nothing = {
    session: undefined,
    model: undefined,
    why: undefined,
    stopReason: undefined,
    usage: undefined,
    cost: undefined,
    attempts: [],
  };
  expect(isCommonOf(commonOfCall(aCallRecord(nothing)), aCallRecord(nothing))).toBe(true);
});
