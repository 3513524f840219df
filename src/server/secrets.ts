import type { Account } from '../accounts/account.ts';
import type { Secret } from '../base/secret.ts';

/**
 * Secrets read from the vault once and kept in memory until the account changes: no call waits on a disk.
 *
 * @param read from the vault; rejects with a Problem of it
 */
export function rememberedSecrets(
  read: (id: string) => Promise<Secret | undefined>,
): (account: Account) => Promise<Secret | undefined> {
  const known = new Map<string, { updatedAt: number; secret: Promise<Secret | undefined> }>();
  return async ({ id, updatedAt }) => {
    const kept = known.get(id);
    if (kept?.updatedAt === updatedAt) return kept.secret;
    const secret = read(id);
    known.set(id, { updatedAt, secret });
    // A vault that fails now may answer the next call.
    secret.catch(() => known.delete(id));
    return secret;
  };
}
