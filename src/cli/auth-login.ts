import type { AccountView } from '../admin/contract-accounts.ts';
import type { Management } from '../admin/management.ts';
import { renamed } from '../accounts/draft.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { redacted } from '../base/redact.ts';
import { flagOf } from './account-options.ts';
import type { Action, Cli } from './cli.ts';
import { asProblem, exitCodeOf, problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { settleVaultKey } from './settle-vault.ts';
import { event } from './sign-in-screen.ts';
import { signIn } from './sign-in.ts';
import type { WayOptions } from './sign-in-way.ts';
import { plain } from './terminal.ts';
import { signInWords } from './words.ts';

interface LoginOptions extends WayOptions {
  readonly provider?: string;
}

/** `auth login NAME`: signs an account in at its provider; makes it where there is none and --provider says which. */
export const authLogin: Action<LoginOptions> = async (cli, options, [name = '', ...more]) => {
  if (more.length > 0) throw problem('secret-in-arguments');
  try {
    await withManagement(cli, async ({ management, proxy }) => {
      const account = await foundOrMade(cli, management, name, options);
      await login(cli, management, account, options, proxy !== undefined);
    });
    return 0;
  } catch (error) {
    if (!cli.isJson) throw error;
    // Whoever reads events line by line gets the failure as one of them.
    const { code, message, fix } = asProblem(error);
    event(cli, 'failed', { error: { code, title: redacted(message), fix } });
    return exitCodeOf(code);
  }
};

/** Signs `account` in and says what is to be said then. @throws Problem of the sign-in */
export async function login(
  cli: Cli,
  management: Management,
  account: AccountView,
  options: WayOptions,
  isRunning: boolean,
): Promise<void> {
  await settleVaultKey(cli, management.vault);
  await signIn(cli, management.signIns, account, options);
  const after = await management.getAccount(account.id);
  if (cli.isJson) {
    event(cli, 'done', { account: after });
    return;
  }
  const { terminal, clock } = cli;
  const words = after.signIn === null ? '' : `: ${signInWords(after.signIn, clock.now())}`;
  terminal.print(`signed in ${plain(after.name)}${words}`);
  terminal.note(nextFor(after, isRunning));
}

function nextFor({ name, enabled }: AccountView, isRunning: boolean): string {
  if (!enabled) return `It is switched off: ${ownCommand(`auth enable ${plain(name)}`)}`;
  return isRunning ? 'The running proxy uses it from now on.' : `Start the proxy: ${ownCommand('serve')}`;
}

/** @throws Problem account-unknown, provider-differs, and as `addAccount` */
async function foundOrMade(
  cli: Cli,
  management: Management,
  name: string,
  { provider }: LoginOptions,
): Promise<AccountView> {
  const found = await existing(management, name);
  if (found !== undefined) {
    const its = found.signIn?.provider ?? provider;
    if (provider !== undefined && its !== provider)
      throw problem('provider-differs', { name: plain(found.name), provider: its ?? '' });
    return found;
  }
  if (provider === undefined) {
    const fix = `\`${ownCommand('auth list')}\` shows the accounts; --provider PROVIDER makes a new one.`;
    throw new Problem('account-unknown', `There is no account "${name}".`, fix);
  }
  const draft = { name, kind: 'oauth', provider } as const;
  const made = await management.addAccount(draft).catch((error: unknown): never => {
    throw renamed(error, flagOf);
  });
  if (cli.isJson) event(cli, 'added', { account: made });
  else cli.terminal.print(`added ${plain(made.name)} (${made.id})`);
  return made;
}

async function existing(management: Management, name: string): Promise<AccountView | undefined> {
  try {
    return await management.getAccount(name);
  } catch (error) {
    if (error instanceof Problem && error.code === 'account-unknown') return undefined;
    throw error;
  }
}
