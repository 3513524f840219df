import type { Action } from './cli.ts';
import { asTheService, serviceHere, type ScopeOptions } from './service-here.ts';

/** `service uninstall`: the home directory stays as it is. */
export const serviceUninstall: Action<ScopeOptions> = async (cli, options) => {
  const service = await serviceHere(cli, options);
  const { home } = asTheService(cli, service.scope).places;
  await service.uninstall();
  const { manager, scope, name } = service;
  if (cli.isJson) cli.terminal.json({ uninstalled: true, manager, scope, name, home });
  else {
    cli.terminal.print(`uninstalled ${name}`);
    cli.terminal.note(`Accounts, settings and ledger stay in ${home}.`);
  }
  return 0;
};
