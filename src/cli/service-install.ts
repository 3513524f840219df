import type { VaultView } from '../admin/contract.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import { ownCommand } from '../base/own-command.ts';
import { homeVariable } from '../config/environment.ts';
import { loadSettings } from '../config/load.ts';
import { serviceOf } from '../service/find.ts';
import type { Plan, Service } from '../service/service.ts';
import { SystemdService } from '../service/systemd.ts';
import { systemUser } from '../service/systemd-unit.ts';
import type { Action, Cli } from './cli.ts';
import { checkPort } from './port-free.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';
import { checkOutsideProfile, checkReachable, lastingProgram } from './service-program.ts';
import { asTheService, machineOf, scopeOf, untilAnswering, type ScopeOptions } from './service-here.ts';

interface InstallOptions extends ScopeOptions {
  readonly as?: string;
  /** `false` for `--no-start`. */
  readonly start?: boolean;
}

/** `service install`: declares it, has it start by itself, and starts it. */
export const serviceInstall: Action<InstallOptions> = async (typed, options) => {
  const { terminal } = typed;
  const service = serviceOf(machineOf(typed), scopeOf(options));
  const cli = asTheService(typed, service.scope);
  const before = await service.look();
  if (options.start !== false && before?.is !== 'running') await checkFree(cli);
  await service.install(await planFor(cli, service, options));
  const after = await service.look();
  const isRestarted = before?.is === 'running';
  if (options.start === false) {
    if (cli.isJson) terminal.json({ ...facts(service), declaredIn: after?.declaredIn ?? '', url: null });
    else terminal.print(`installed ${service.name}; \`${ownCommand('service start')}\` starts it`);
    return 0;
  }
  await (isRestarted ? service.restart() : service.start());
  await untilAnswering(cli, async (proxy) => {
    const { url } = proxy.running;
    if (cli.isJson) {
      terminal.json({ ...facts(service), declaredIn: after?.declaredIn ?? '', url });
      return;
    }
    terminal.print(`installed ${service.name} ${whose(service)}: ${after?.declaredIn ?? ''}`);
    terminal.print(`listening on ${url}`);
    for (const hint of await hints(cli, service, proxy)) terminal.note(hint);
  });
  return 0;
};

function facts({ manager, scope, name }: Service) {
  return { manager, scope, name };
}

function whose({ scope }: Service): string {
  return scope === 'user' ? 'for you' : 'for this machine';
}

/** A proxy that runs already, or a program on its port, would keep it from starting. @throws Problem */
async function checkFree(cli: Cli): Promise<void> {
  const running = await withRunning(cli, (proxy) => Promise.resolve(proxy?.running));
  if (running !== undefined) throw problem('proxy-running', { url: running.url, pid: running.pid });
  const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
  await checkPort(cli, settings.server);
}

async function planFor(cli: Cli, { manager, scope }: Service, { as }: InstallOptions): Promise<Plan> {
  const { places, env } = cli;
  const { settings } = await loadSettings({ places, env, flags: {} });
  const program = lastingProgram();
  const asker = env['SUDO_USER'];
  const ofTheMachine = manager === 'systemd' ? systemUser : asker === 'root' ? undefined : asker;
  const user = scope === 'system' ? (as ?? ofTheMachine) : undefined;
  if (process.platform === 'win32') checkOutsideProfile(program, env['USERPROFILE'] ?? '');
  else if (user !== undefined) checkReachable(program, user);
  const given = (env[homeVariable] ?? '') === '' ? undefined : places.home;
  return {
    program,
    home: given,
    config: places.isConfigNamed ? places.config : undefined,
    user,
    drainSeconds: settings.server.drainSeconds,
  };
}

/** What somebody wants to know who has just installed it. */
async function hints(cli: Cli, service: Service, proxy: RemoteProxy): Promise<string[]> {
  const said = [vaultHint(service, await proxy.vault.state())];
  if (service instanceof SystemdService && service.scope === 'user') {
    const user = cli.env['USER'] ?? cli.env['LOGNAME'] ?? '';
    if (user !== '' && !(await service.lingers(user)))
      said.push('It runs while you are logged in. `loginctl enable-linger` has it start with the machine.');
  }
  if (service.scope === 'system')
    said.push(
      `Its files are in ${cli.places.home}; commands reach it with --home ${cli.places.home}, as its user.`,
    );
  return said;
}

function vaultHint({ manager, scope }: Service, { backend, detail }: VaultView): string {
  const isOwn = scope === 'user';
  if (backend === 'keychain') {
    const when = manager === 'systemd' ? ', once that is unlocked: with your session, not at boot' : '';
    return `The key of its vault is in ${isOwn ? 'your' : 'its'} keychain${when}.`;
  }
  if (backend !== null) return `The key of its vault is in ${detail} (${backend}).`;
  if (isOwn)
    return 'Its vault has no key yet: the first secret makes one, in your keychain where there is one.';
  return 'A service of the machine has no keychain: its vault takes a credential, else a key file (docs/vault.md).';
}
