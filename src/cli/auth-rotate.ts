import type { Action } from './cli.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `auth rotate`: new sessions begin on the next account. */
export const authRotate: Action<object> = async (cli) => {
  const { preferred, before } = await withManagement(cli, ({ management }) => management.rotateAccounts());
  if (cli.isJson) cli.terminal.json({ preferred, before });
  else {
    const numbers = `priority ${preferred.priority}; ${plain(before.name)} has ${before.priority}`;
    cli.terminal.print(`${plain(preferred.name)} is the preferred account now (${numbers})`);
    cli.terminal.note('Sessions that are under way stay on their accounts.');
  }
  return 0;
};
