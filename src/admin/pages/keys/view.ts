import { usdOf } from '../../../usage/reports/summary.ts';
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
const dayMs = 86_400_000;

export async function keysView({ management, costOfClients, status, clock }: Sources): Promise<KeysView> {
  const now = clock.now();
  const [keys, { budgets, accounts, keysRequired }, cost] = await Promise.all([
    management.listKeys(),
    status(),
    costOfClients(now - spentDays * dayMs),
  ]);
  return {
    active: keys.filter(({ state }) => state === 'active'),
    over: keys.filter(({ state }) => state !== 'active').toReversed(),
    budgets,
    accounts,
    spent: new Map([...cost].map(([key, microUsd]) => [key, usdOf(microUsd)])),
    keysRequired,
    now,
  };
}
