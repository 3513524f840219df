import type { Action } from './cli.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `auth rename NAME NEW`: everything else about the account stays. */
export const authRename: Action<object> = async (cli, _, [name = '', wanted = '']) => {
  const { before, account } = await withManagement(cli, async ({ management }) => {
    const found = await management.getAccount(name);
    return { before: found.name, account: await management.changeAccount(found.id, { name: wanted }) };
  });
  if (cli.isJson) cli.terminal.json({ account });
  else cli.terminal.print(`${plain(before)} is called ${plain(account.name)} now`);
  return 0;
};
