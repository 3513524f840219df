import { findAccount, type Account } from '../accounts/account.ts';
import type { Ask, Pool } from '../accounts/pool.ts';
import { fitsAny } from '../base/pattern.ts';

/** The accounts that could serve a call but for limits: those it may use, without what needs a person first. */
export function couldServe(ask: Ask, pool: Pick<Pool, 'accountsFor' | 'look'>): Account[] {
  const fitting = pool.accountsFor(ask).filter(({ models }) => fitsAny(models, ask.model));
  const named = ask.pinned ?? ask.bound;
  const meant = named === undefined ? fitting : [findAccount(fitting, named)];
  const here = pool
    .look()
    .filter(({ account, standing }) => meant.includes(account) && standing.is !== 'signed-out');
  return here.map(({ account }) => account);
}
