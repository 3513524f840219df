import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';

/** Somebody or something that calls were of: its id, or a model, and how it was called last. */
export interface SeenOne {
  readonly key: string;
  readonly name: string;
}

/** Of what the calls since a moment were, the most frequent first. */
export interface Seen {
  readonly accounts: readonly SeenOne[];
  readonly models: readonly SeenOne[];
  readonly clients: readonly SeenOne[];
}

/** Asked of the sums of hours, all at once: a filter offers this each time it is opened. @throws DatabaseError */
export async function seenSince(query: Kysely<Tables>, since: number): Promise<Seen> {
  const rows = await query
    .selectFrom('rollups')
    .select((eb) => [
      'account_id',
      'account_name',
      'client_id',
      'client_name',
      'model',
      eb.fn.sum('calls').as('calls'),
      eb.fn.max('day').as('last_day'),
    ])
    .where('day', '>=', hourAt(since).day)
    .groupBy(['account_id', 'account_name', 'client_id', 'client_name', 'model'])
    .orderBy('last_day')
    .execute();
  const found = { accounts: new Many(), models: new Many(), clients: new Many() };
  for (const row of rows) {
    const calls = Number(row.calls);
    found.accounts.add(row.account_id, row.account_name, calls);
    found.models.add(row.model, row.model, calls);
    found.clients.add(row.client_id, row.client_name, calls);
  }
  return {
    accounts: found.accounts.inOrder(),
    models: found.models.inOrder(),
    clients: found.clients.inOrder(),
  };
}

/** What each client has cost since the day of a moment, in millionths of a US dollar, by its id. @throws DatabaseError */
export async function costOfClients(query: Kysely<Tables>, since: number): Promise<Map<string, number>> {
  const rows = await query
    .selectFrom('rollups')
    .select((eb) => ['client_id', eb.fn.sum('cost_micro_usd').as('cost')])
    .where('day', '>=', hourAt(since).day)
    .groupBy('client_id')
    .execute();
  return new Map(rows.map(({ client_id, cost }) => [client_id, Number(cost)]));
}

class Many {
  readonly #all = new Map<string, { name: string; calls: number }>();

  /** The last name counts. */
  add(key: string, name: string, calls: number): void {
    if (key === '') return;
    const known = this.#all.get(key);
    this.#all.set(key, { name: name === '' ? key : name, calls: calls + (known?.calls ?? 0) });
  }

  inOrder(): SeenOne[] {
    return [...this.#all]
      .toSorted(([, a], [, b]) => b.calls - a.calls)
      .map(([key, { name }]) => ({ key, name }));
  }
}
