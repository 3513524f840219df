import type { Action } from './cli.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';
import { signInWords } from './words.ts';

/** `auth refresh NAME`: renews the token of a sign-in now, ahead of its time. */
export const authRefresh: Action<object> = async (cli, _, [name = '']) => {
  const account = await withManagement(cli, ({ management }) => management.refreshAccount(name));
  if (cli.isJson) cli.terminal.json({ account });
  else {
    const words = account.signIn === null ? '' : `: ${signInWords(account.signIn, cli.clock.now())}`;
    cli.terminal.print(`renewed ${plain(account.name)}${words}`);
  }
  return 0;
};
