import { openSender } from '../wire/send.ts';
import type { Action, Cli } from './cli.ts';
import { restartService } from './keepers.ts';
import { asTheService, serviceHere, untilAnswering, type ScopeOptions } from './service-here.ts';

/** `service start`: comes back when it answers. */
export const serviceStart: Action<ScopeOptions> = async (cli, options) => {
  const service = await serviceHere(cli, options);
  await service.start();
  return tellUrl(asTheService(cli, service.scope), 'started');
};

/** `service restart`: running answers end, and where there can be a successor beside it no connection is refused. */
export const serviceRestart: Action<ScopeOptions> = async (cli, options) => {
  const service = await serviceHere(cli, options);
  const its = asTheService(cli, service.scope);
  const sender = openSender({ clock: cli.clock });
  try {
    await restartService(its, sender, service);
  } finally {
    sender.close();
  }
  return tellUrl(its, 'restarted');
};

async function tellUrl(cli: Cli, done: string): Promise<number> {
  const { url, pid } = await untilAnswering(cli, (proxy) => Promise.resolve(proxy.running));
  if (cli.isJson) cli.terminal.json({ running: true, url, pid });
  else cli.terminal.print(`${done}: listening on ${url} (process ${pid})`);
  return 0;
}
