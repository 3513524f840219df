import type { CallRow } from '../../src/database/tables.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { commonOfCall, ownOfCall } from '../../src/usage/ledger/rows.ts';

/** The row that the ledger has of a call. */
export function callRow(id: number, call: CallRecord): CallRow {
  return { id, ...ownOfCall(call), ...commonOfCall(call) };
}
