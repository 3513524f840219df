import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sleepAwake } from '../base/clock.ts';
import { makePrivateFolder } from '../base/files.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { makeDaemonHome } from './daemon-home.ts';
import { daemonHome, label, launchdPlist } from './launchd-plist.ts';
import type { Machine, Plan, Scope, Service, ServiceState } from './service.ts';
import { ask, needsRights, order, refusal } from './troubles.ts';

/** What `bootout` ends with while running answers still end (EINPROGRESS). */
const inProgress = 36;
const lookMs = 200;
/** Longer than answers may go on by any setting (ms). */
const longestStopMs = 3_700_000;

/** The service in launchd: an agent of the person who is logged in, or a daemon of the machine. */
export class LaunchdService implements Service {
  readonly manager = 'launchd';
  readonly name = label;
  readonly scope: Scope;
  readonly #machine: Machine;

  constructor(machine: Machine, scope: Scope) {
    this.#machine = machine;
    this.scope = scope;
  }

  async look(): Promise<ServiceState | undefined> {
    if (!(await isThere(this.#path))) return undefined;
    const { code, out } = await ask(this.#machine, 'launchctl', ['print', this.#target]);
    const found = (name: string): string | undefined =>
      new RegExp(`^\\s*${name} = (.+)$`, 'm').exec(out)?.[1];
    const pid = Number(found('pid'));
    const exit = found('last exit code');
    const hasFailed = exit !== undefined && exit !== '0' && exit !== '(never exited)';
    return {
      is: pid > 0 ? 'running' : hasFailed ? 'failed' : 'stopped',
      pid: pid > 0 ? pid : undefined,
      isEnabled: code === 0,
      declaredIn: this.#path,
      detail: hasFailed ? `it ended with ${exit}` : undefined,
    };
  }

  async install(plan: Plan): Promise<void> {
    this.#checkRights();
    const user = this.scope === 'system' ? plan.user : undefined;
    if (this.scope === 'system' && user === undefined) throw whoRunsIt();
    const usual = user === undefined ? join(this.#machine.userHome, `.${product.binary}`) : daemonHome;
    const home = plan.home ?? usual;
    // launchd opens the file for what it says before anything of ours runs, and would make it readable for all.
    if (user !== undefined) await makeDaemonHome(this.#machine, home, user);
    else for (const folder of [home, join(home, 'logs')]) await makePrivateFolder(folder);
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(this.#path, launchdPlist({ ...plan, home, user }), { mode: 0o644 });
    await order(this.#machine, 'launchctl', ['enable', this.#target]);
  }

  async uninstall(): Promise<void> {
    await this.stop();
    await rm(this.#path, { force: true });
  }

  /** Loading starts it; one that is loaded is started. */
  async start(): Promise<void> {
    this.#checkRights();
    if (await this.#isLoaded()) await order(this.#machine, 'launchctl', ['kickstart', this.#target]);
    else await order(this.#machine, 'launchctl', ['bootstrap', this.#domain, this.#path]);
  }

  /** Unloads it: what is loaded and was stopped would be started again. */
  async stop(): Promise<void> {
    this.#checkRights();
    if (!(await this.#isLoaded())) return;
    const said = await ask(this.#machine, 'launchctl', ['bootout', this.#target]);
    if (said.code !== 0 && said.code !== inProgress) throw refusal('launchctl bootout', said);
    const { clock } = this.#machine;
    const deadline = clock.monotonic() + longestStopMs;
    while ((await this.#isLoaded()) && clock.monotonic() < deadline) await sleepAwake(clock, lookMs);
  }

  /** Loaded anew, so that a changed file counts: `kickstart -k` would kill at once and go on with the old one. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Nothing says what it was started with. */
  isAsStarted(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async #isLoaded(): Promise<boolean> {
    return (await ask(this.#machine, 'launchctl', ['print', this.#target])).code === 0;
  }

  get #domain(): string {
    return this.scope === 'system' ? 'system' : `gui/${this.#machine.uid ?? 0}`;
  }

  get #target(): string {
    return `${this.#domain}/${label}`;
  }

  get #path(): string {
    const name = `${label}.plist`;
    if (this.scope === 'system') return join('/Library/LaunchDaemons', name);
    return join(this.#machine.userHome, 'Library/LaunchAgents', name);
  }

  #checkRights(): void {
    if (this.scope === 'system' && this.#machine.uid !== 0) throw needsRights();
  }
}

function whoRunsIt(): Problem {
  return new Problem(
    'service-user',
    'A daemon needs somebody who runs it: never root.',
    'Name an account of this machine: --as USER.',
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
