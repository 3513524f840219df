import { ownCommand } from '../base/own-command.ts';
import type { Service, ServiceState } from '../service/service.ts';
import type { Action, Cli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';
import { withRunning } from './reach.ts';
import { asTheService, serviceHere, type ScopeOptions } from './service-here.ts';
import { plain } from './terminal.ts';

/** `service status`: what the service manager says, and whether the proxy answers; exits with 5 where it does not run. */
export const serviceStatus: Action<ScopeOptions> = async (typed, options) => {
  const service = await serviceHere(typed, options);
  const cli = asTheService(typed, service.scope);
  const state = await service.look();
  const url = await withRunning(cli, (proxy) => Promise.resolve(proxy?.running.url)).catch(() => undefined);
  const { manager, scope, name } = service;
  if (cli.isJson) cli.terminal.json({ manager, scope, name, ...shown(state), url: url ?? null });
  else show(cli, service, state, url);
  return state?.is === 'running' ? 0 : exitCodes.unreachable[0];
};

function shown(state: ServiceState | undefined) {
  const { is = 'stopped', pid = null, isEnabled = false, declaredIn = '', detail = null } = state ?? {};
  return { is, pid, startsByItself: isEnabled, declaredIn, detail };
}

function show(
  { terminal }: Cli,
  service: Service,
  state: ServiceState | undefined,
  url: string | undefined,
): void {
  const { is, pid, startsByItself, declaredIn, detail } = shown(state);
  const facts = [
    service.scope === 'user' ? 'your own' : 'of the machine',
    ...(pid === null ? [] : [`process ${pid}`]),
    startsByItself ? 'starts by itself' : 'does not start by itself',
  ];
  const styled = terminal.styled(is === 'running' ? 'green' : is === 'failed' ? 'red' : 'yellow', is);
  terminal.print(`${styled}  ${service.name} (${facts.join(', ')})`);
  terminal.print(plain(declaredIn));
  if (url !== undefined) terminal.print(`listening on ${url}`);
  if (detail !== null) terminal.print(`it ended last: ${plain(detail)}`);
  if (is === 'failed') terminal.note(`\`${ownCommand('service logs')}\` shows what it said.`);
}
