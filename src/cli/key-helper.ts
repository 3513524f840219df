import type { Action } from './cli.ts';
import { placeholder } from '../access/claude-env.ts';
import { endpointOf } from './endpoint.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';

/**
 * `key-helper`: the key alone on standard output, nothing else there. Claude Code calls it by itself and
 * shows a person what it says on standard error.
 */
export const keyHelper: Action<object> = (cli) =>
  withRunning(cli, async (proxy) => {
    if (proxy === undefined) throw problem('proxy-not-running');
    const { needsKey } = await endpointOf(cli, proxy);
    const key = needsKey ? (await proxy.localKey()).reveal() : placeholder;
    cli.terminal.print(key);
    return 0;
  });
