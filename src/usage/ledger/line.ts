import type { CallRow } from '../../database/tables.ts';
import type { CallRecord } from '../call-record.ts';
import {
  commonColumns,
  commonOfCall,
  isCommonOf,
  ownColumns,
  type CommonOfCall,
  type OwnOfCall,
} from './rows.ts';

/** The values that calls in a row have in common: one of these for all of them. */
export interface Common {
  readonly row: CommonOfCall;
  /** The values as JSON, without the brackets. */
  readonly text: string;
}

/**
 * A call on its way to the disk, as one text: thousands of calls that wait as objects, each with its usage, its cost,
 * its attempts, cost the collector of garbage more than the writing costs.
 */
export interface Line {
  id: number;
  /** The values of its own columns as a JSON array. */
  readonly own: string;
  readonly common: Common;
}

/** The line of a call; where it has in common what `last` has, that is shared. */
export function lineOf(id: number, call: CallRecord, own: OwnOfCall, last: Common | undefined): Line {
  const common = last !== undefined && isCommonOf(last.row, call) ? last : commonAs(commonOfCall(call));
  return { id, own: JSON.stringify(Object.values(own)), common };
}

/** The values of the line's own columns, its id first, as JSON without the brackets. */
export function ownText({ id, own }: Line): string {
  return `${id},${own.slice(1, -1)}`;
}

export function ownOfLine({ own }: Line): OwnOfCall {
  const values: unknown = JSON.parse(own);
  const list = Array.isArray(values) ? values : [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the columns of `ownOfCall`, in its order
  return Object.fromEntries(ownColumns.map((column, at) => [column, list[at]])) as OwnOfCall;
}

/** The columns of a call in the order in which the values of lines stand in a statement. */
export const lineColumns = [
  ...commonColumns,
  'id',
  ...ownColumns,
] as const satisfies readonly (keyof CallRow)[];

function commonAs(row: CommonOfCall): Common {
  return { row, text: JSON.stringify(Object.values(row)).slice(1, -1) };
}
