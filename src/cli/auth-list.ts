import type { AccountView } from '../admin/contract-accounts.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Action, Cli } from './cli.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';
import { listWords, standingCell } from './words.ts';

/** `auth list`. */
export const authList: Action<object> = async (cli) => {
  const { accounts, isRunning } = await withManagement(cli, async ({ management, proxy }) => ({
    accounts: await management.listAccounts(),
    isRunning: proxy !== undefined,
  }));
  if (cli.isJson) cli.terminal.json(accounts);
  else if (accounts.length === 0) tellNone(cli);
  else {
    printAccounts(cli, accounts);
    if (!isRunning) cli.terminal.note('The proxy is not running; standings are known once it is.');
  }
  return 0;
};

function tellNone({ terminal }: Cli): void {
  terminal.print('There is no account yet.');
  terminal.note(`Add one: ${ownCommand('auth add NAME --kind api-key')}`);
}

function printAccounts({ terminal, clock }: Cli, accounts: readonly AccountView[]): void {
  const now = clock.now();
  const isMounted = accounts.some(({ from }) => from !== null);
  terminal.table(
    ['NAME', 'KIND', 'PRIORITY', 'STANDING', 'MODELS', 'BASE URL', ...(isMounted ? ['FROM'] : [])],
    accounts.map((account) => [
      plain(account.name),
      account.kind,
      String(account.priority),
      standingCell(account, now),
      listWords(account.models, 'all'),
      plain(account.baseUrl),
      ...(isMounted ? [plain(account.from ?? '')] : []),
    ]),
  );
}
