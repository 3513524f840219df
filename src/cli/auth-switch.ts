import type { Action } from './cli.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

/** `auth enable NAME`. */
export const authEnable: Action<object> = switching(true);

/** `auth disable NAME`. */
export const authDisable: Action<object> = switching(false);

function switching(enabled: boolean): Action<object> {
  return async (cli, _, [name = '']) => {
    const account = await withManagement(cli, ({ management }) =>
      management.setAccountEnabled(name, enabled),
    );
    if (cli.isJson) cli.terminal.json({ account });
    else cli.terminal.print(`${plain(account.name)} is switched ${enabled ? 'on' : 'off'}`);
    return 0;
  };
}
