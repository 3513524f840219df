import { join } from 'node:path';
import { sleepAwake } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Environment } from '../config/environment.ts';
import type { Machine, Plan, Service, ServiceState } from './service.ts';
import { ask, order, refusal } from './troubles.ts';
import { closeWindowsHome, openToService } from './windows-home.ts';

const name = product.binary;

/** An account that Windows makes for this service alone: no password, no rights of an administrator. */
const account = `NT SERVICE\\${name}`;

/** ERROR_SERVICE_DOES_NOT_EXIST, ERROR_SERVICE_NOT_ACTIVE. */
const isMissing = 1060;
const isStopped = 1062;

const lookMs = 200;
/** Longer than answers may go on by any setting (ms). */
const longestStopMs = 3_700_000;

/** dwCurrentState (winsvc.h); the words beside it are translated, the number is not. */
const states: Readonly<Record<string, ServiceState['is']>> = {
  1: 'stopped',
  2: 'starting',
  3: 'stopping',
  4: 'running',
  5: 'starting',
  6: 'stopping',
  7: 'stopped',
};

/** Where the service keeps its files: a folder of the machine, closed for everybody else. */
export function windowsHome(env: Environment): string {
  return join(env['ProgramData'] ?? String.raw`C:\ProgramData`, name);
}

/** The service in the service control manager, told through sc.exe. */
export class WindowsService implements Service {
  readonly manager = 'windows';
  readonly scope = 'system';
  readonly name = name;
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async look(): Promise<ServiceState | undefined> {
    const said = await ask(this.#machine, 'sc.exe', ['queryex', name]);
    if (said.code === isMissing) return undefined;
    if (said.code !== 0) throw refusal(`sc.exe queryex ${name}`, said);
    const fact = numbers(said.out);
    const config = await ask(this.#machine, 'sc.exe', ['qc', name]);
    const pid = fact.get('PID') ?? 0;
    const exit = fact.get('WIN32_EXIT_CODE') ?? 0;
    const own = fact.get('SERVICE_EXIT_CODE') ?? 0;
    // ERROR_SERVICE_SPECIFIC_ERROR: the next number is ours.
    const ended = exit === 1066 ? own : exit === 1077 ? 0 : exit;
    const is = states[String(fact.get('STATE'))] ?? 'stopped';
    return {
      is: is === 'stopped' && ended !== 0 ? 'failed' : is,
      pid: pid > 0 ? pid : undefined,
      isEnabled: numbers(config.out).get('START_TYPE') === 2,
      declaredIn: `service ${name}`,
      detail: ended === 0 ? undefined : `it ended with ${ended}`,
    };
  }

  async install(plan: Plan): Promise<void> {
    const home = plan.home ?? windowsHome(this.#machine.env);
    const config = plan.config === undefined ? [] : ['--config', plan.config];
    const command = [...plan.program, 'service', 'run', '--home', home, ...config].map(quoted).join(' ');
    const how = [
      'binPath=',
      command,
      'start=',
      'delayed-auto',
      'obj=',
      account,
      'DisplayName=',
      product.name,
    ];
    const isThere = (await this.look()) !== undefined;
    // Before anything starts there: what somebody else laid into it is no part of it.
    await closeWindowsHome(this.#machine, home, name, isThere);
    await this.#sc(isThere ? 'config' : 'create', name, ...how);
    await this.#sc('description', name, 'One local endpoint in front of the Claude API.');
    // After a failure: 5 seconds, 30, then a minute each time; a day without one and it counts anew.
    const again = 'restart/5000/restart/30000/restart/60000';
    await this.#sc('failure', name, 'reset=', '86400', 'actions=', again);
    await this.#sc('failureflag', name, '1');
    await openToService(this.#machine, home, name);
  }

  async uninstall(): Promise<void> {
    await this.stop();
    await this.#sc('delete', name);
  }

  async start(): Promise<void> {
    await this.#sc('start', name);
    await this.#until((is) => is !== 'starting');
    const state = await this.look();
    if (state?.is !== 'running') {
      const why = state?.detail ?? 'it does not run';
      throw new Problem(
        'service-failed',
        `The service did not start: ${why}.`,
        `Its log is in ${windowsHome(this.#machine.env)}.`,
      );
    }
  }

  async stop(): Promise<void> {
    const said = await ask(this.#machine, 'sc.exe', ['stop', name]);
    if (said.code !== 0 && said.code !== isStopped) throw refusal(`sc.exe stop ${name}`, said);
    await this.#until((is) => is === 'stopped' || is === 'failed');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Nothing says what it was started with. */
  isAsStarted(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Nothing tells when a state is reached, so it is asked for. */
  async #until(isReached: (is: ServiceState['is']) => boolean): Promise<void> {
    const { clock } = this.#machine;
    const deadline = clock.monotonic() + longestStopMs;
    while (clock.monotonic() < deadline) {
      const state = await this.look();
      if (state === undefined || isReached(state.is)) return;
      await sleepAwake(clock, lookMs);
    }
  }

  async #sc(...words: readonly string[]): Promise<void> {
    await order(this.#machine, 'sc.exe', words);
  }
}

/** `STATE : 4 RUNNING` as a number by its name. */
function numbers(text: string): Map<string, number> {
  const found = text.matchAll(/^\s*(\w+)\s*:\s*(\d+)/gm);
  return new Map([...found].map(([, key = '', value]) => [key, Number(value)]));
}

/** One word of the command line that the manager starts (CommandLineToArgvW). */
function quoted(word: string): string {
  return /[\s"]/.test(word)
    ? `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`
    : word;
}
