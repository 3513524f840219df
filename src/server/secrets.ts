import type { Account } from '../accounts/account.ts';
import type { Secret } from '../base/secret.ts';

/** A secret at hand, or on its way from the vault; undefined where the vault has none. */
export type SecretOf = (account: Account) => Secret | Promise<Secret | undefined>;

/**
 * Secrets read from the vault once and kept in memory until the account changes: no call waits on a disk.
 *
 * @param read from the vault; rejects with a Problem of it, and is then asked again for the next call
 */
export function rememberedSecrets(read: (id: string) => Promise<Secret | undefined>): SecretOf {
  const known = new Map<string, { readonly updatedAt: number; readonly secret: Secret }>();
  return ({ id, updatedAt }) => {
    const kept = known.get(id);
    if (kept?.updatedAt === updatedAt) return kept.secret;
    return read(id).then((secret) => {
      if (secret !== undefined) known.set(id, { updatedAt, secret });
      return secret;
    });
  };
}
