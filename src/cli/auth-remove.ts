import { askYes } from './ask.ts';
import type { Action } from './cli.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `auth remove NAME`: asks unless told not to. */
export const authRemove: Action<{ yes?: boolean }> = async (cli, { yes = false }, [name = '']) => {
  const removed = await withManagement(cli, async ({ management }) => {
    const account = await management.getAccount(name);
    const question = `Remove the account "${plain(account.name)}" (${account.kind}) and its secret?`;
    if (!yes && !(cli.terminal.canAsk && (await askYes(question)))) throw problem('not-confirmed');
    return management.removeAccount(account.id);
  });
  if (cli.isJson) cli.terminal.json({ removed });
  else cli.terminal.print(`removed ${plain(removed.name)} (${removed.id})`);
  return 0;
};
