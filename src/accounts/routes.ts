import { nameKey, type Account } from './account.ts';
import type { PolicyName } from './policies/all.ts';

/** How the pool chooses, as the settings under `routing` say. */
export interface Routes {
  readonly policy: PolicyName;
  /** The share of a plan's window from which on an account is taken last by new sessions. */
  readonly softLimit: number;
  /** `NAME=FACTOR`, by name or id: what calls cost there, as a multiple of the list price. */
  readonly priceFactors: readonly string[];
}

export const defaultRoutes: Routes = { policy: 'balanced', softLimit: 0.98, priceFactors: [] };

/** Tells the factor of an account; 1 where none is given. */
export function priceFactors(given: readonly string[]): (account: Account) => number {
  const factors = new Map<string, number>();
  for (const text of given) {
    const at = text.lastIndexOf('=');
    factors.set(nameKey(text.slice(0, at)), Number(text.slice(at + 1)));
  }
  return ({ id, name }) => factors.get(nameKey(id)) ?? factors.get(nameKey(name)) ?? 1;
}
