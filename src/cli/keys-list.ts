import { ownCommand } from '../base/own-command.ts';
import { keyBudgetWords } from './budget-words.ts';
import type { Action } from './cli.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';
import { agoWords, keyStateCell, listWords } from './words.ts';

/** `keys list [--all]`. */
export const keysList: Action<{ all?: boolean }> = async (cli, { all = false }) => {
  const keys = await withManagement(cli, ({ management }) => management.listKeys());
  const shown = all ? keys : keys.filter(({ state }) => state === 'active');
  if (cli.isJson) cli.terminal.json(shown);
  else if (shown.length === 0) {
    cli.terminal.print(keys.length === 0 ? 'There is no client key.' : 'There is no active client key.');
    cli.terminal.note(`Make one: ${ownCommand('keys create NAME')}`);
  } else {
    const now = cli.clock.now();
    const haveBudgets = shown.some(({ budgets }) => budgets.length > 0);
    const haveRoles = shown.some(({ role }) => role !== null);
    cli.terminal.table(
      [
        'NAME',
        'OWNER',
        'KEY',
        'STATE',
        'MODELS',
        'ACCOUNTS',
        ...(haveBudgets ? ['BUDGETS'] : []),
        ...(haveRoles ? ['ROLE'] : []),
        'LAST USED',
      ],
      shown.map((key) => [
        plain(key.name),
        key.owner === '' ? '-' : plain(key.owner),
        `${key.hint}…`,
        keyStateCell(key, now),
        listWords(key.models, 'all'),
        listWords(key.accounts, 'all'),
        ...(haveBudgets ? [key.budgets.map(keyBudgetWords).join('; ') || '-'] : []),
        ...(haveRoles ? [key.role ?? '-'] : []),
        agoWords(key.lastUsedAt, now),
      ]),
    );
  }
  return 0;
};
