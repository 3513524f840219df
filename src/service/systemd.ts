import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Machine, Plan, Said, Scope, Service, ServiceState } from './service.ts';
import { makeSystemHome } from './system-home.ts';
import { changeFacts, environmentWords, isAsStarted } from './systemd-changes.ts';
import { ownWalls, systemdUnit, systemHome, systemUser, unitName } from './systemd-unit.ts';
import { ask, needsRights, order } from './troubles.ts';

const facts = [
  'LoadState',
  'ActiveState',
  'MainPID',
  'UnitFileState',
  'FragmentPath',
  'Result',
  'ExecMainStatus',
];

const states: Readonly<Record<string, ServiceState['is']>> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopping',
  failed: 'failed',
};

/** The service in systemd: of the user's own manager, or of the machine's. */
export class SystemdService implements Service {
  readonly manager = 'systemd';
  readonly name = unitName;
  readonly scope: Scope;
  readonly #machine: Machine;

  constructor(machine: Machine, scope: Scope) {
    this.#machine = machine;
    this.scope = scope;
  }

  async look(): Promise<ServiceState | undefined> {
    const said = await ask(
      this.#machine,
      'systemctl',
      this.#words('show', `--property=${facts.join(',')}`, unitName),
    );
    // Without a session there is no manager to ask, and then nothing of ours runs in it.
    if (said.code !== 0) return undefined;
    const fact = new Map(said.out.split('\n').map((line) => cut(line, '=')));
    const found = (name: string): string => fact.get(name) ?? '';
    if (found('LoadState') !== 'loaded') return undefined;
    const pid = Number(found('MainPID'));
    const result = found('Result');
    return {
      is: states[found('ActiveState')] ?? 'stopped',
      pid: pid > 0 ? pid : undefined,
      isEnabled: found('UnitFileState').startsWith('enabled'),
      declaredIn: found('FragmentPath'),
      detail:
        result === 'success' || result === '' ? undefined : `${result}, exit code ${found('ExecMainStatus')}`,
    };
  }

  async install(plan: Plan): Promise<void> {
    this.#checkRights();
    // Nothing is written where there is no manager to read it.
    await this.#order('show-environment');
    const state = await this.look();
    // The unit of a package stays as it is; it only has to start by itself.
    if (state === undefined || this.#isOurs(state)) {
      if (this.scope === 'system') await this.#makeUserAndHome(plan);
      await mkdir(dirname(this.#path), { recursive: true });
      const unit = systemdUnit(this.scope, plan, await this.#hasNamespaces());
      await writeFile(this.#path, unit, { mode: 0o644 });
      await this.#order('daemon-reload');
    }
    await this.#order('enable', unitName);
  }

  async uninstall(): Promise<void> {
    this.#checkRights();
    const state = await this.look();
    await this.#order('disable', '--now', unitName);
    if (state !== undefined && !this.#isOurs(state)) throw packaged(state.declaredIn);
    await rm(this.#path, { force: true });
    await this.#order('daemon-reload');
    // Else a unit that failed last stays listed, without a file.
    await ask(this.#machine, 'systemctl', this.#words('reset-failed', unitName));
  }

  async start(): Promise<void> {
    this.#checkRights();
    await this.#order('start', unitName);
  }

  async stop(): Promise<void> {
    this.#checkRights();
    await this.#order('stop', unitName);
  }

  async restart(): Promise<void> {
    this.#checkRights();
    await this.#order('restart', unitName);
  }

  async isAsStarted(program: string | undefined): Promise<boolean> {
    const asking = (...words: readonly string[]): Promise<Said> =>
      ask(this.#machine, 'systemctl', this.#words(...words));
    return isAsStarted({
      unit: await asking('show', '--timestamp=unix', `--property=${changeFacts.join(',')}`, unitName),
      environment: await asking(...environmentWords),
      folders: [dirname(this.#path), `/etc/systemd/${this.scope}`, `/run/systemd/${this.scope}`],
      program,
    });
  }

  /** Whether the service of this user goes on when they log out, and is there before they log in. */
  async lingers(user: string): Promise<boolean> {
    const { out } = await ask(this.#machine, 'loginctl', ['show-user', user, '--property=Linger', '--value']);
    return out.trim() === 'yes';
  }

  get #path(): string {
    const { env, userHome } = this.#machine;
    if (this.scope === 'system') return join('/etc/systemd/system', unitName);
    const given = env['XDG_CONFIG_HOME'] ?? '';
    return join(given === '' ? join(userHome, '.config') : given, 'systemd/user', unitName);
  }

  #isOurs({ declaredIn }: ServiceState): boolean {
    return declaredIn === this.#path || declaredIn === '';
  }

  /** Some kernels and distributions give users no namespaces. Only trying tells. */
  async #hasNamespaces(): Promise<boolean> {
    if (this.scope === 'system') return true;
    const how = ['--user', '--wait', '--quiet', '--collect', ...ownWalls.map((line) => `--property=${line}`)];
    const tried = ask(this.#machine, 'systemd-run', [...how, '/bin/true']);
    return tried.then(
      ({ code }) => code === 0,
      () => false,
    );
  }

  async #makeUserAndHome({ user = systemUser, home = systemHome }: Plan): Promise<void> {
    await this.#makeUser(user);
    if (home !== systemHome) await makeSystemHome(this.#machine, home, user);
  }

  /** The user that no package made; systemd-sysusers(8) leaves one that is there as it is. */
  async #makeUser(user: string): Promise<void> {
    const known = await ask(this.#machine, 'getent', ['passwd', user]);
    if (known.code === 0) return;
    await order(this.#machine, 'systemd-sysusers', [
      '--inline',
      `u ${user} - "${product.name}" /var/lib/${user}`,
    ]);
  }

  #checkRights(): void {
    if (this.scope === 'system' && this.#machine.uid !== 0) throw needsRights();
  }

  #words(...words: readonly string[]): string[] {
    return [...(this.scope === 'user' ? ['--user'] : []), '--no-ask-password', ...words];
  }

  async #order(...words: readonly string[]): Promise<void> {
    await order(this.#machine, 'systemctl', this.#words(...words));
  }
}

function packaged(path: string): Problem {
  return new Problem(
    'service-packaged',
    `The service was stopped and no longer starts by itself; ${path} belongs to a package and stays.`,
    `Remove the package to be rid of it; \`${ownCommand('service install --system')}\` switches it on again.`,
  );
}

function cut(line: string, at: string): [string, string] {
  const [name = '', ...rest] = line.split(at);
  return [name, rest.join(at)];
}
