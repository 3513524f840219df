import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Secret } from '../base/secret.ts';

/** A secret at hand, or on its way from the vault; undefined where the vault has none. */
export type SecretOf = (account: Account) => Secret | Promise<Secret | undefined>;

/**
 * Secrets read from the vault once and kept in memory until the account changes: no call waits on a disk.
 * Tokens of a sign-in change by themselves: those are the latest that the account has.
 *
 * @param accounts whose `secret` rejects with a Problem of the vault, and is then asked again for the next call
 */
export function rememberedSecrets(accounts: Pick<AccountStore, 'secret' | 'tokens'>): SecretOf {
  const known = new Map<string, { readonly updatedAt: number; readonly secret: Secret }>();
  return ({ id, kind, updatedAt }) => {
    if (kind === 'oauth') return accounts.tokens.access(id);
    const kept = known.get(id);
    if (kept?.updatedAt === updatedAt) return kept.secret;
    return accounts.secret(id).then((secret) => {
      if (secret !== undefined) known.set(id, { updatedAt, secret });
      return secret;
    });
  };
}
