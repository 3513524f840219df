import type { Account } from '../accounts/account.ts';
import type { Refresher } from '../accounts/refresher.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Secret } from '../base/secret.ts';
import type { Signal } from '../base/signal.ts';

/**
 * A secret at hand, or on its way: from the vault, or where a token has run out, from its provider. Undefined
 * where there is none, or none in time; `signal` is that of whoever waits.
 */
export type SecretOf = (account: Account, signal?: Signal) => Secret | Promise<Secret | undefined>;

/**
 * Secrets read from the vault once and kept in memory until the account changes: no call waits on a disk.
 * Tokens of a sign-in change by themselves: `refresher` has the latest.
 *
 * @param accounts whose `secret` rejects with a Problem of the vault, and is then asked again for the next call
 */
export function rememberedSecrets(
  accounts: Pick<AccountStore, 'secret'>,
  refresher: Pick<Refresher, 'accessOf'>,
): SecretOf {
  const known = new Map<string, { readonly updatedAt: number; readonly secret: Secret }>();
  return (account, signal) => {
    const { id, kind, updatedAt } = account;
    if (kind === 'oauth') return refresher.accessOf(account, signal);
    const kept = known.get(id);
    if (kept?.updatedAt === updatedAt) return kept.secret;
    return accounts.secret(id).then((secret) => {
      if (secret !== undefined) known.set(id, { updatedAt, secret });
      return secret;
    });
  };
}
