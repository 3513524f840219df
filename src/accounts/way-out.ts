import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import type { Way } from '../wire/sender.ts';
import type { Account } from './account.ts';

/** The way out of an account, at hand or on its way from the vault; undefined for the usual one. */
export type WayOutOf = (account: Account) => Way | undefined | Promise<Way | undefined>;

/** Whether an account has a way out of its own. */
export function hasWayOut({ proxy, extraCa }: Account): boolean {
  return proxy !== undefined || extraCa !== undefined;
}

/**
 * The way out of an account, with what `secretOf` says of it.
 *
 * @throws Problem `proxy-login-missing`, Problem of the vault; then nothing must go out
 */
export async function readWayOut(
  { name, proxy, proxyLogin, extraCa }: Account,
  secretOf: (entry: string) => Promise<Secret | undefined>,
): Promise<Way> {
  const ca = extraCa === undefined ? {} : { extraCa };
  if (proxy === undefined) return ca;
  const url = new URL(proxy);
  if (proxyLogin !== undefined) {
    const login = await secretOf(proxyLogin);
    if (login === undefined) throw lost(name);
    const [user = '', ...password] = login.reveal().split(':');
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password.join(':'));
  }
  return { proxy: url, ...ca };
}

function lost(name: string): Problem {
  return new Problem(
    'proxy-login-missing',
    `What the outbound proxy of "${name}" wants to know is not in the vault.`,
    `Give it again: ${ownCommand('auth set NAME --proxy-login-stdin')}.`,
  );
}
