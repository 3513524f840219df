import type { AccountView } from '../../contract-accounts.ts';
import type { BudgetView } from '../../contract-budgets.ts';
import type { KeyView } from '../../contract.ts';
import type { Sources } from '../sources.ts';

/** What the page of the keys shows. */
export interface KeysView {
  /** Those that let somebody in, oldest first. */
  readonly active: readonly KeyView[];
  /** Revoked and expired ones, the last first. */
  readonly over: readonly KeyView[];
  readonly budgets: readonly BudgetView[];
  readonly accounts: readonly AccountView[];
  /** What each key has cost in the last {@link spentDays}, in US dollars, by its id. */
  readonly spent: ReadonlyMap<string, number>;
  /** Whether callers must bring one. */
  readonly keysRequired: boolean;
  readonly now: number;
}

/** Over how many days it is added up what a key has cost. */
export const spentDays = 30;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export async function keysView({ management, reports, status, clock }: Sources): Promise<KeysView> {
  const now = clock.now();
  const [keys, { budgets, accounts, keysRequired }, { lines }] = await Promise.all([
    management.listKeys(),
    status(),
    // The hour that has begun counts as well.
    reports.usage({ by: 'client', since: now - spentDays * dayMs, until: now + hourMs }),
  ]);
  return {
    active: keys.filter(({ state }) => state === 'active'),
    over: keys.filter(({ state }) => state !== 'active').toReversed(),
    budgets,
    accounts,
    spent: new Map(lines.map(({ key, usd }) => [key, usd])),
    keysRequired,
    now,
  };
}
