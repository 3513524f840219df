import type { GivenBackView, RemovalView } from '../admin/contract-accounts.ts';
import { askYes } from './ask.ts';
import type { Action } from './cli.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `auth remove NAME`: asks unless told not to. */
export const authRemove: Action<{ yes?: boolean }> = async (cli, { yes = false }, [name = '']) => {
  const { account: removed, givenBack } = await withManagement(cli, async ({ management }) => {
    const account = await management.getAccount(name);
    const question = `Remove the account "${plain(account.name)}" (${account.kind}) and its secret?`;
    if (!yes && !(cli.terminal.canAsk && (await askYes(question)))) throw problem('not-confirmed');
    return management.removeAccount(account.id);
  });
  if (cli.isJson) cli.terminal.json({ removed, givenBack });
  else {
    cli.terminal.print(`removed ${plain(removed.name)} (${removed.id})`);
    if (givenBack !== null) cli.terminal.note(givenBackWords(removed, givenBack));
  }
  return 0;
};

function givenBackWords({ signIn }: RemovalView['account'], { is, reason }: GivenBackView): string {
  const provider = plain(signIn?.provider ?? '');
  switch (is) {
    case 'revoked':
      return `Its tokens were revoked at ${provider}.`;
    case 'not-offered':
      return `${provider} takes no tokens back: those it gave out are good until they expire there.`;
    case 'failed':
      return `Its tokens could not be revoked at ${provider}, and are good until they expire there: ${plain(reason ?? '')}.`;
  }
}
