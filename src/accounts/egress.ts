import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import type { Account } from './account.ts';

/**
 * The way out for the calls of an account that has one of its own. Two calls with the same object go the
 * same way, so connections may be kept by it.
 */
export interface Egress {
  /** With user name and password where the proxy wants them: for the wire, never for a log. */
  readonly proxy?: URL;
  /** PEM certificates trusted besides the usual ones. */
  readonly extraCa?: string;
}

/** The way out of an account, at hand or on its way from the vault; undefined for the usual one. */
export type EgressOf = (account: Account) => Egress | undefined | Promise<Egress | undefined>;

/** Whether an account has a way out of its own. */
export function hasEgress({ proxy, extraCa }: Account): boolean {
  return proxy !== undefined || extraCa !== undefined;
}

/**
 * The way out of an account, with what `secretOf` says of it.
 *
 * @throws Problem `proxy-login-missing`, Problem of the vault; then nothing must go out
 */
export async function readEgress(
  { name, proxy, proxyLogin, extraCa }: Account,
  secretOf: (entry: string) => Promise<Secret | undefined>,
): Promise<Egress> {
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
