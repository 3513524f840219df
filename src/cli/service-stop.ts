import { ownCommand } from '../base/own-command.ts';
import type { Action } from './cli.ts';
import { serviceHere, type ScopeOptions } from './service-here.ts';

/** `service stop`: comes back when running answers have ended and it is gone. */
export const serviceStop: Action<ScopeOptions> = async (cli, options) => {
  const service = await serviceHere(cli, options);
  await service.stop();
  if (cli.isJson) cli.terminal.json({ running: false });
  else {
    cli.terminal.print(`stopped ${service.name}`);
    cli.terminal.note(
      `It starts again by itself next time; \`${ownCommand('service uninstall')}\` ends that.`,
    );
  }
  return 0;
};
