import { takesSecret, type AccountKind } from '../accounts/account.ts';
import { secretUnwanted } from '../accounts/given-secrets.ts';
import { Secret } from '../base/secret.ts';
import { askSecret, askTextOrNothing, readSecret } from './ask.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';

/** How secrets are given: never as a word of the command line. */
export interface SecretOptions {
  readonly secretStdin?: boolean;
  readonly proxyLoginStdin?: boolean;
  readonly acceptTerms?: boolean;
}

export interface GivenByHand {
  readonly secret: Secret | undefined;
  /** `user:password` for the outbound proxy. */
  readonly proxyLogin: Secret | undefined;
}

/**
 * What is piped in: one secret, or with both options the secret on the first line and the login of the proxy on
 * the second. Nothing where standard input is a terminal: then it is asked for.
 *
 * @throws Problem secret-missing, secret-invalid
 */
async function pipedIn({ secretStdin, proxyLoginStdin }: SecretOptions): Promise<GivenByHand> {
  const none = { secret: undefined, proxyLogin: undefined };
  if ((secretStdin !== true && proxyLoginStdin !== true) || process.stdin.isTTY) return none;
  // A password may end with a blank; a key does not.
  const all = await readSecret(process.stdin, { isTrimmed: proxyLoginStdin !== true });
  if (secretStdin !== true) return { ...none, proxyLogin: all };
  if (proxyLoginStdin !== true) return { ...none, secret: all };
  const [secret = '', login = '', ...more] = all.reveal().split(/\r?\n/);
  if (login === '' || more.length > 0) throw problem('secret-lines');
  return { secret: new Secret(secret), proxyLogin: new Secret(login) };
}

/** The secrets of an account of this kind: piped in, or asked for where `wants` says that they are wanted. */
export async function secretsFor(
  cli: Cli,
  kind: AccountKind,
  options: SecretOptions,
  wants: { readonly secret: boolean; readonly proxyLogin: boolean },
): Promise<GivenByHand> {
  if (options.secretStdin === true && !takesSecret(kind)) throw secretUnwanted(kind);
  const piped = await pipedIn(options);
  const { canAsk } = cli.terminal;
  const needsSecret = (wants.secret || options.secretStdin === true) && piped.secret === undefined;
  if (needsSecret && !canAsk) throw problem('secret-missing');
  const secret = needsSecret ? await askSecret(questionFor(kind)) : piped.secret;
  const asksLogin = (wants.proxyLogin || options.proxyLoginStdin === true) && piped.proxyLogin === undefined;
  const proxyLogin = asksLogin && canAsk ? await askProxyLogin() : piped.proxyLogin;
  if (options.proxyLoginStdin === true && proxyLogin === undefined) throw problem('secret-missing');
  return { secret, proxyLogin };
}

function questionFor(kind: AccountKind): string {
  return kind === 'token' ? 'The token (not shown while you type)' : 'The API key (not shown while you type)';
}

async function askProxyLogin(): Promise<Secret | undefined> {
  const user = await askTextOrNothing('User name for the outbound proxy (Enter: it wants none)');
  if (user === '') return undefined;
  const password = await askSecret('Password for the outbound proxy (not shown while you type)', {
    isTrimmed: false,
  });
  return new Secret(`${user}:${password.reveal()}`);
}
