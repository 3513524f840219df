import { nameKey, takesSecret } from '../accounts/account.ts';
import type { PortableAccount } from '../accounts/portable.ts';
import type { ImportView } from '../admin/contract-accounts.ts';
import type { Management } from '../admin/management.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Secret } from '../base/secret.ts';
import type { Action, Cli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';
import { readImport, type ImportFile } from './import-file.ts';
import { oldPassphrase, type PassphraseOptions } from './passphrase.ts';
import { asProblem } from './problems.ts';
import { withManagement } from './reach.ts';
import { settleVaultKey } from './settle-vault.ts';
import { plain } from './terminal.ts';
import { settleTerms } from './terms.ts';

interface ImportOptions extends PassphraseOptions {
  readonly replace?: boolean;
  readonly acceptTerms?: boolean;
}

/** How it went with one account. */
interface Result {
  readonly name: string;
  readonly is: ImportView['is'] | 'failed';
  /** Why it was not taken over. */
  readonly reason: string | null;
}

/** `auth import PATH`: takes accounts over; none that is here is touched without --replace. */
export const authImport: Action<ImportOptions> = async (cli, options, [path = '']) => {
  const file = await readImport(path, {
    env: cli.env,
    askPassphrase: () => oldPassphrase(cli, options),
  });
  const secrets = file.accounts.flatMap(({ secret, tokens }) => [secret, tokens?.access]).filter(isThere);
  await settleTerms(cli, secrets, options.acceptTerms === true);
  const results = await withManagement(cli, async ({ management }) => {
    if (secrets.length > 0) await settleVaultKey(cli, management.vault);
    const all: Result[] = [];
    for (const account of file.accounts)
      all.push(await importOne(management, account, options.replace === true));
    return all;
  });
  tell(cli, file, results);
  return results.some(({ is }) => is === 'failed') ? exitCodes.failed[0] : exitCodes.done[0];
};

async function importOne(
  management: Management,
  account: PortableAccount,
  replaces: boolean,
): Promise<Result> {
  const { name } = account.settings;
  try {
    const { is, account: taken } = await management.importAccount(account, { replaces });
    return { name: taken.name, is, reason: is === 'kept' ? keptBecause(name, taken.name) : null };
  } catch (error) {
    return { name, is: 'failed', reason: asProblem(error).message };
  }
}

/** An export knows accounts by their ids: one that was renamed since is the same account. */
function keptBecause(name: string, here: string): string {
  const isSame = nameKey(name) === nameKey(here);
  return isSame ? 'there is one of that name already' : `it is the account that the file calls "${name}"`;
}

function tell(cli: Cli, file: ImportFile, results: readonly Result[]): void {
  const { terminal } = cli;
  if (cli.isJson) {
    terminal.json({ accounts: results, skipped: file.skipped });
    return;
  }
  for (const { name, is, reason } of results)
    terminal.print(`${is.padEnd(8)}  ${plain(name)}${reason === null ? '' : `: ${plain(reason)}`}`);
  if (file.skipped > 0)
    terminal.note(`Entries without a name that an account may have were left out: ${file.skipped}.`);
  if (results.some(({ is }) => is === 'kept'))
    terminal.note('--replace puts the other in the place of the one here.');
  if (file.isOriginal) tellOriginal(cli);
  else tellMissing(cli, file);
}

/** The original kept consumer sign-ins in plain; they are not taken over, wherever they came from. */
function tellOriginal({ terminal }: Cli): void {
  terminal.note(
    'Names were taken over, and the sign-ins of Claude.ai left out: third parties may not store them.',
  );
  terminal.note(`Give each account an API key: ${ownCommand('auth set NAME --new-secret')}`);
  terminal.note(`or let Claude Code use its own sign-in: ${ownCommand('auth add mine --kind passthrough')}`);
}

function tellMissing({ terminal }: Cli, { accounts }: ImportFile): void {
  const lacking = accounts.filter(
    ({ settings, secret }) => takesSecret(settings.kind) && secret === undefined,
  );
  const signedOut = accounts.filter(
    ({ settings, tokens }) => settings.kind === 'oauth' && tokens === undefined,
  );
  if (lacking.length > 0) terminal.note(`Without a secret so far: ${namesOf(lacking)}`);
  if (signedOut.length > 0) terminal.note(`To be signed in: ${namesOf(signedOut)}`);
}

function namesOf(accounts: readonly PortableAccount[]): string {
  return plain(accounts.map(({ settings }) => settings.name).join(', '));
}

function isThere(secret: Secret | undefined): secret is Secret {
  return secret !== undefined;
}
