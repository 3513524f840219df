import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import { LaunchdService } from './launchd.ts';
import type { Machine, Scope, Service } from './service.ts';
import { SystemdService } from './systemd.ts';
import { unsupported } from './troubles.ts';
import { WindowsService } from './windows.ts';

/** The services there could be on this machine: the user's own first. @throws Problem service-unsupported */
function possible(machine: Machine): Service[] {
  const { platform } = machine;
  if (platform === 'win32') return [new WindowsService(machine)];
  if (platform === 'darwin')
    return [new LaunchdService(machine, 'user'), new LaunchdService(machine, 'system')];
  if (platform === 'linux')
    return [new SystemdService(machine, 'user'), new SystemdService(machine, 'system')];
  throw unsupported(`none that this program knows on ${platform}.`);
}

/** The service of `scope` where one is named, else the usual one of the platform. @throws Problem service-unsupported */
export function serviceOf(machine: Machine, scope: Scope | undefined): Service {
  const services = possible(machine);
  const [usual] = services;
  const found = scope === undefined ? usual : services.find((service) => service.scope === scope);
  if (found !== undefined) return found;
  throw unsupported('a service of one user does not exist on this system.');
}

/** The service that is installed, the user's own before that of the machine. @throws Problem service-not-installed */
export async function installedService(machine: Machine, scope?: Scope): Promise<Service> {
  const services = scope === undefined ? possible(machine) : [serviceOf(machine, scope)];
  for (const service of services) if ((await service.look()) !== undefined) return service;
  throw new Problem(
    'service-not-installed',
    'The proxy is not installed as a service.',
    `Install it: \`${ownCommand('service install')}\`.`,
  );
}
