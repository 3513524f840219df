import type { ClientKeyDraft } from '../access/key-draft.ts';
import { unknownAccounts } from '../access/unknown-accounts.ts';
import { ownCommand } from '../base/own-command.ts';
import { askText } from './ask.ts';
import type { Action, Cli } from './cli.ts';
import { isKeyNeeded, setUpWithoutKey } from './key-duty.ts';
import { keySettingsIn, type KeyOptions } from './key-options.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

interface CreateOptions extends KeyOptions {
  readonly name?: string;
}

/** `keys create [NAME]`: the key goes to standard output, alone on its line, and is never shown again. */
export const keysCreate: Action<CreateOptions> = async (cli, options, [operand]) => {
  const given = operand ?? options.name;
  if (given === undefined && !cli.terminal.canAsk)
    throw problem('value-missing', { what: 'The name of the key' });
  const name = given ?? (await askText('Name of the key'));
  const { accounts } = options;
  const draft: ClientKeyDraft = { name, ...keySettingsIn(options, cli.clock.now()) };
  const { created, isNeeded } = await withManagement(cli, async (reached) => {
    const { management } = reached;
    const result = await management.createKey(draft);
    const named = accounts === 'none' ? [] : (accounts ?? []);
    const unknown = named.length === 0 ? [] : unknownAccounts(named, await management.listAccounts());
    for (const account of unknown)
      cli.terminal.note(`There is no account "${plain(account)}" yet; the key waits for it.`);
    return { created: result, isNeeded: await isKeyNeeded(cli, reached) };
  });
  if (cli.isJson) cli.terminal.json({ key: created.key, ...created.view });
  else {
    cli.terminal.print(created.key);
    cli.terminal.note(`This is the key "${plain(created.view.name)}". It is not shown again: keep it now.`);
    cli.terminal.note('Clients send it as x-api-key or as a Bearer token.');
    await tellDuty(cli, isNeeded);
  }
  return 0;
};

/** What the key means for everybody else. */
async function tellDuty(cli: Cli, isNeeded: boolean): Promise<void> {
  const { terminal } = cli;
  if (!isNeeded) {
    terminal.note('No call needs a key so far: clients.keys is off.');
    return;
  }
  terminal.note('From now on each call needs a key.');
  const file = await setUpWithoutKey(cli);
  if (file === undefined) return;
  terminal.note(`${plain(file)} was written while none was needed: \`${ownCommand('setup claude')}\` again.`);
}
