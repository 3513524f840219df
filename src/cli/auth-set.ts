import { renamed } from '../accounts/draft.ts';
import { flagOf, settingsIn, type AccountOptions } from './account-options.ts';
import { secretsFor, type SecretOptions } from './account-secrets.ts';
import type { Action } from './cli.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { settleVaultKey } from './settle-vault.ts';
import { plain } from './terminal.ts';
import { settleTerms } from './terms.ts';

interface SetOptions extends AccountOptions, SecretOptions {
  /** Ask for a new secret. */
  readonly newSecret?: boolean;
}

/** `auth set NAME`: changes what is given, and leaves the rest. */
export const authSet: Action<SetOptions> = async (cli, options, [name = '', ...more]) => {
  if (more.length > 0) throw problem('secret-in-arguments');
  const settings = await settingsIn(options);
  const wants = {
    secret: options.newSecret === true,
    proxyLogin: cli.terminal.canAsk && (options.proxy ?? 'none') !== 'none',
  };
  const isSecret = wants.secret || options.secretStdin === true || options.proxyLoginStdin === true;
  if (!isSecret && Object.keys(settings).length === 0)
    throw problem('nothing-to-set', { command: 'auth set' });
  const account = await withManagement(cli, async ({ management }) => {
    const { id, kind } = await management.getAccount(name);
    const { secret, proxyLogin } = await secretsFor(cli, kind, options, wants);
    if (secret !== undefined) await settleTerms(cli, [secret], options.acceptTerms === true);
    if (secret !== undefined || proxyLogin !== undefined) await settleVaultKey(cli, management.vault);
    return management.changeAccount(id, settings, { secret, proxyLogin }).catch((error: unknown): never => {
      throw renamed(error, flagOf);
    });
  });
  if (cli.isJson) cli.terminal.json({ account });
  else cli.terminal.print(`changed ${plain(account.name)} (${account.id})`);
  return 0;
};
