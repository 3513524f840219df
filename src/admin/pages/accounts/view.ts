import type { AccountView } from '../../contract-accounts.ts';
import type { KeptRows } from '../parts/kept-rows.ts';
import type { Sources } from '../sources.ts';
import { inOrder } from './order.ts';

/** What the accounts page shows. */
export interface AccountsView {
  /** In the order in which they are taken. */
  readonly accounts: readonly AccountView[];
  readonly nextId: string | undefined;
  /** Sessions held, by account. */
  readonly sessions: ReadonlyMap<string, number>;
  readonly url: string;
  readonly keysRequired: boolean;
  /** When a call came last; null where none ever did. */
  readonly lastCallAt: string | null;
  /** As they were rendered last. */
  readonly rows: KeptRows;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everything of the page at one moment. */
export async function accountsView(sources: Sources, rows: KeptRows): Promise<AccountsView> {
  const { accounts, url, keysRequired } = await sources.status();
  const shown = accounts.filter(({ id }) => !sources.removals.has(id));
  return {
    accounts: inOrder(shown),
    nextId: sources.next(),
    sessions: sources.sessions(),
    url,
    keysRequired,
    lastCallAt: await lastCallAt(sources, shown),
    rows,
    now: sources.clock.now(),
  };
}

async function lastCallAt({ reports }: Sources, accounts: readonly AccountView[]): Promise<string | null> {
  const used = accounts.map(({ lastUsedAt }) => lastUsedAt).filter((at) => at !== null);
  const latest = used.toSorted().at(-1);
  if (latest !== undefined) return latest;
  const [last] = await reports.requests({ limit: 1 });
  return last?.at ?? null;
}
