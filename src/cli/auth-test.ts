import type { Action } from './cli.ts';
import { exitCodes } from './exit-codes.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `auth test NAME`: whether the account works, and if not what is wrong and what to do. */
export const authTest: Action<object> = async (cli, _, [asked = '']) => {
  const { name, test } = await withManagement(cli, async ({ management }) => {
    const account = await management.getAccount(asked);
    return { name: account.name, test: await management.testAccount(account.id) };
  });
  const { terminal } = cli;
  const { works, says, fix, status, ms } = test;
  if (cli.isJson) terminal.json({ account: name, ...test });
  else {
    terminal.print(`${terminal.styled(works ? 'green' : 'red', plain(name))}: ${plain(says)} (${ms} ms)`);
    if (fix !== null) terminal.note(`  ${terminal.styledNote('cyan', 'fix')}: ${plain(fix)}`);
  }
  if (works) return exitCodes.done[0];
  return status === null && test.code !== 'no-secret' ? exitCodes.unreachable[0] : exitCodes.failed[0];
};
