import { accountKinds, keepsSecret, takesSecret, type AccountKind } from '../accounts/account.ts';
import { renamed } from '../accounts/draft.ts';
import { ownCommand } from '../base/own-command.ts';
import { flagOf, settingsIn, type AccountOptions } from './account-options.ts';
import { secretsFor, type SecretOptions } from './account-secrets.ts';
import { askChoice, askText } from './ask.ts';
import { login } from './auth-login.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { settleVaultKey } from './settle-vault.ts';
import { plain } from './terminal.ts';
import { settleTerms } from './terms.ts';

interface AddOptions extends AccountOptions, SecretOptions {
  readonly kind?: AccountKind;
  readonly provider?: string;
}

/** `auth add [NAME]`. */
export const authAdd: Action<AddOptions> = async (cli, options, [named, ...more]) => {
  if (more.length > 0) throw problem('secret-in-arguments');
  const name = named ?? (await orAsk(cli, 'The name of the account', () => askText('Name of the account')));
  const kind = options.kind ?? (await orAsk(cli, '--kind', askKind));
  const provider = kind === 'oauth' ? await providerFor(cli, options) : options.provider;
  const settings = await settingsIn(options);
  const asksLogin = cli.terminal.canAsk && (options.proxy ?? 'none') !== 'none';
  const wants = { secret: takesSecret(kind), proxyLogin: asksLogin };
  const { secret, proxyLogin } = await secretsFor(cli, kind, options, wants);
  if (secret !== undefined) await settleTerms(cli, [secret], options.acceptTerms === true);
  const draft = { ...settings, name, kind, ...(provider !== undefined && { provider }) };
  await withManagement(cli, async ({ management, proxy }) => {
    const isSecret = secret !== undefined || proxyLogin !== undefined;
    if (isSecret) await settleVaultKey(cli, management.vault);
    const account = await management.addAccount(draft, secret, proxyLogin).catch((error: unknown): never => {
      throw renamed(error, flagOf);
    });
    if (cli.isJson) {
      cli.terminal.json({ account });
      return;
    }
    const isRunning = proxy !== undefined;
    cli.terminal.print(`added ${plain(account.name)} (${account.id})`);
    if (kind === 'oauth' && cli.terminal.canAsk) await login(cli, management, account, {}, isRunning);
    else cli.terminal.note(nextFor(name, kind, isRunning));
  });
  return 0;
};

function nextFor(name: string, kind: AccountKind, isRunning: boolean): string {
  if (keepsSecret(kind) && !takesSecret(kind))
    return `Sign in next: ${ownCommand(`auth login ${plain(name)}`)}`;
  return isRunning ? 'The running proxy uses it from now on.' : `Start the proxy: ${ownCommand('serve')}`;
}

function orAsk<T>({ terminal }: Cli, what: string, ask: () => Promise<T>): Promise<T> {
  if (!terminal.canAsk) throw problem('value-missing', { what });
  return ask();
}

function providerFor(cli: Cli, { provider }: AddOptions): Promise<string> {
  if (provider !== undefined) return Promise.resolve(provider);
  return orAsk(cli, '--provider', () =>
    askText('Name of its provider, as in [providers.NAME] of the settings'),
  );
}

const kindWords: Readonly<Record<AccountKind, readonly [label: string, hint: string]>> = {
  'api-key': ['API key', 'from console.anthropic.com, or of another service that speaks the Claude API'],
  token: ['Bearer token', 'a fixed token of a gateway or a workload'],
  oauth: ['Sign-in', 'at a provider of the settings: a gateway or an identity provider of your own'],
  passthrough: ['Pass-through', 'stores nothing: each client brings its own sign-in'],
};

function askKind(): Promise<AccountKind> {
  const choices = accountKinds.map((value) => {
    const [label, hint] = kindWords[value];
    return { value, label, hint };
  });
  return askChoice('What kind of account is it?', choices);
}
