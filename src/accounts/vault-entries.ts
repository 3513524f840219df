import { randomBytes } from '../base/hash.ts';
import { accountIdPrefix } from './account.ts';

// Where the vault keeps what of an account: the key, the token, or the tokens of a sign-in under the id of the
// account; what else is secret about it under the id, a dot, and a name.

/**
 * A new entry for what the outbound proxy of an account wants to know. Each is another one, which the account
 * names: an address and a password that do not belong together can never meet.
 */
export function newProxyLogin(accountId: string): string {
  return `${accountId}.proxy.${randomBytes(4).toString('hex')}`;
}

/** The entries among `all` that belong to `id`: an account, or one entry by itself. */
export function entriesOf(id: string, all: readonly string[]): string[] {
  return all.filter((entry) => entry === id || entry.startsWith(`${id}.`));
}

/** The account that an entry belongs to; undefined where it belongs to something else. */
export function accountOf(entry: string): string | undefined {
  return entry.startsWith(accountIdPrefix) ? entry.split('.', 1)[0] : undefined;
}
