import type { ClientKeyChanges } from '../access/key-draft.ts';
import { budgetsOf } from './budget-words.ts';
import type { Role } from '../access/people/role.ts';
import type { None } from './declare.ts';
import { momentOf } from './moments.ts';

/** What can be decided about a client key, as the command line says it; `none` takes a limit away. */
export interface KeyOptions {
  readonly owner?: string;
  readonly expires?: string;
  readonly models?: readonly string[] | None;
  readonly accounts?: readonly string[] | None;
  readonly perMinute?: number | None;
  readonly concurrent?: number | None;
  readonly budget?: readonly string[] | None;
  readonly role?: Role | None;
}

/**
 * What the options say, in the words of the keys; what is not given is left out.
 *
 * @param now milliseconds since the epoch
 * @throws Problem value-invalid
 */
export function keySettingsIn(options: KeyOptions, now: number): ClientKeyChanges {
  const { owner, expires, models, accounts, perMinute, concurrent, budget, role } = options;
  return {
    ...(owner !== undefined && { owner }),
    ...(expires !== undefined && { expiresAt: expires === 'none' ? null : momentOf(expires, now) }),
    ...(models !== undefined && { models: models === 'none' ? null : [...models] }),
    ...(accounts !== undefined && { accounts: accounts === 'none' ? null : [...accounts] }),
    ...(perMinute !== undefined && { requestsPerMinute: perMinute === 'none' ? null : perMinute }),
    ...(concurrent !== undefined && { callsAtOnce: concurrent === 'none' ? null : concurrent }),
    ...(budget !== undefined && { budgets: budget === 'none' ? null : budgetsOf(budget) }),
    ...(role !== undefined && { role: role === 'none' ? null : role }),
  };
}
