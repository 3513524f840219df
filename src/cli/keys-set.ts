import type { Action } from './cli.ts';
import { keySettingsIn, type KeyOptions } from './key-options.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `keys set KEY`: changes what is given, from now on, and leaves the rest. */
export const keysSet: Action<KeyOptions> = async (cli, options, [key = '']) => {
  const changes = keySettingsIn(options, cli.clock.now());
  if (Object.keys(changes).length === 0) throw problem('nothing-to-set', { command: 'keys set' });
  const view = await withManagement(cli, ({ management }) => management.changeKey(key, changes));
  if (cli.isJson) cli.terminal.json({ key: view });
  else cli.terminal.print(`changed ${plain(view.name)} (${view.id})`);
  return 0;
};
