import { askYes } from './ask.ts';
import type { Action } from './cli.ts';
import { isKeyNeeded } from './key-duty.ts';
import { withManagement } from './reach.ts';
import { problem } from './problems.ts';
import { plain } from './terminal.ts';

/** `keys revoke KEY`: shuts it out at once. A terminal is asked first, a script is not. */
export const keysRevoke: Action<{ yes?: boolean }> = async (cli, { yes = false }, [key = '']) => {
  if (!yes && cli.terminal.canAsk && !(await askYes('Its clients are shut out at once. Revoke it?')))
    throw problem('not-confirmed');
  const { revoked, isNeeded } = await withManagement(cli, async (reached) => ({
    revoked: await reached.management.revokeKey(key),
    isNeeded: await isKeyNeeded(cli, reached),
  }));
  if (cli.isJson) cli.terminal.json({ revoked });
  else cli.terminal.print(`revoked ${plain(revoked.name)} (${revoked.id})`);
  if (!isNeeded) cli.terminal.note('No call needs a key now: everybody on this machine may call.');
  return 0;
};
