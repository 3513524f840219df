import { Database } from 'bun:sqlite';
import type { Cost } from '../../src/prices/usage.ts';

/** What the ledger wrote down of what a call cost. */
export interface PricedCall {
  readonly model: string;
  readonly usd: number;
  readonly basis: Cost['basis'];
  readonly isEstimate: boolean;
}

interface Row {
  model: string;
  cost_micro_usd: number;
  cost_basis: Cost['basis'];
  is_estimate: number;
}

/** The messages in the ledger of a proxy that has stopped, in the order in which they ended. */
export function pricedCalls(path: string): PricedCall[] {
  using ledger = new Database(path, { readonly: true });
  const rows = ledger
    .query<Row, []>(
      "SELECT model, cost_micro_usd, cost_basis, is_estimate FROM calls WHERE purpose = 'messages' ORDER BY id",
    )
    .all();
  return rows.map((row) => ({
    model: row.model,
    usd: row.cost_micro_usd / 1e6,
    basis: row.cost_basis,
    isEstimate: row.is_estimate === 1,
  }));
}
