import { lstat } from 'node:fs/promises';
import type { SuccessionView } from '../admin/contract.ts';
import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import { type Clock, sleepAwake } from '../base/clock.ts';
import { ownCommand } from '../base/own-command.ts';
import { isRootsAlone } from '../base/path-owners.ts';
import { Problem } from '../base/problem.ts';
import { serviceOf } from '../service/find.ts';
import type { Machine, Scope, Service, ServiceState } from '../service/service.ts';
import type { Sender } from '../wire/sender.ts';
import { isOfWindowsService } from '../service/windows-installed.ts';
import { startInBackground } from './background.ts';
import type { Cli } from './cli.ts';
import { runningHere } from './running-here.ts';
import { machineOf } from './service-here.ts';

/** Longest wait for the old one to stop listening, which it does at once (ms). */
const stopMs = 10_000;
const lookMs = 100;

/** What a service manager was told arrives at once (ms). */
const toldMs = 5_000;

/** What is said where no successor can be started, here or by that version; or nothing, by one that is not well. */
const cannot = ['succession-unsupported', 'proxy-refused', 'proxy-unreachable'];

/** Who keeps a proxy running, and can start it anew with the program that is in place then. */
export interface Keeper {
  /** For people: `the proxy in the background`. */
  readonly name: string;
  /**
   * Lets running answers end.
   *
   * @throws where no other process comes up
   */
  restart(how?: Handing): Promise<void>;
}

/** How a proxy is to hand over. */
export interface Handing {
  /** One that fails to has to go nevertheless: it is stopped, and another one started. */
  readonly insists?: boolean;
  readonly platform?: NodeJS.Platform;
}

/** A service, and what its manager says of it. */
interface ServiceThere {
  readonly service: Service;
  readonly state: ServiceState;
}

/** The service that runs on this machine in `scope`; undefined where none does, or there is no such thing here. */
export async function runningService(machine: Machine, scope: Scope): Promise<ServiceThere | undefined> {
  const found = await serviceThere(machine, scope);
  const is = found?.state.is;
  return is === 'running' || is === 'starting' ? found : undefined;
}

/** The same, whether it runs or not. */
export async function serviceThere(machine: Machine, scope: Scope): Promise<ServiceThere | undefined> {
  try {
    const service = serviceOf(machine, scope);
    const state = await service.look();
    return state !== undefined && service.scope === scope ? { service, state } : undefined;
  } catch (error) {
    // No service manager, or none that answers.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** What restarts a service, whose files are those of `cli`; undefined where this user may not. */
export function serviceKeeper(cli: Cli, sender: Sender, service: Service): Keeper | undefined {
  const uid = process.getuid?.();
  if (service.scope === 'system' && uid !== undefined && uid !== 0) return undefined;
  return {
    name: 'the service',
    restart: (how) => restartService(cli, sender, service, how),
  };
}

/**
 * Starts a service anew, whose files are those of `cli`: by a successor where that would be given the same as by its manager,
 * which stops the old one first. Another proxy may have the same files; it is left alone.
 *
 * @throws Problem service-…, succession-failed
 */
export async function restartService(
  cli: Cli,
  sender: Sender,
  service: Service,
  how?: Handing,
): Promise<void> {
  const proxy = await runningHere(cli, sender).catch(() => undefined);
  const pid = async (): Promise<number | undefined> => (await service.look())?.pid;
  const isIts = proxy !== undefined && proxy.running.pid === (await pid());
  const mayHandOver = isIts && (await service.isAsStarted(proxy.running.program?.path));
  const successor = mayHandOver ? await handedOver(proxy, how) : undefined;
  if (successor === undefined) {
    await service.restart();
    return;
  }
  // The manager has heard of it by now, or was told by somebody whom it does not believe.
  await until(cli.clock, toldMs, async () => (await pid()) === successor.pid).catch(() => service.restart());
}

/**
 * Has a proxy start its own successor, which loses no connection. Undefined where it cannot: one of another system, or of an
 * older version. Elsewhere than on Linux nobody has tried it, so there a failure is no last word either.
 *
 * @throws Problem succession-failed: it goes on as before
 */
export async function handedOver(
  proxy: Pick<RemoteProxy, 'succeed'>,
  { insists = false, platform = process.platform }: Handing = {},
): Promise<SuccessionView | undefined> {
  try {
    return await proxy.succeed();
  } catch (error) {
    const isNo = platform === 'linux' ? cannot : [...cannot, 'succession-failed'];
    if (insists || (error instanceof Problem && isNo.includes(error.code))) return undefined;
    throw error;
  }
}

/** How a person starts a service anew that only an administrator may. */
export function serviceAdvice(): string {
  return `An administrator starts it anew: ${ownCommand('service restart --system')}`;
}

/**
 * What starts a proxy anew that a command of this user started in the background. Its port stays: clients know it.
 *
 * @param command the program with its first words
 */
export async function backgroundKeeper(
  cli: Cli,
  sender: Sender,
  { running }: RemoteProxy,
  command: readonly string[],
  machine: Machine = machineOf(cli),
): Promise<Keeper | undefined> {
  const { background, url } = running;
  if (background === undefined || !(await isOurs(cli.places, machine))) return undefined;
  const { config } = background;
  const places = { ...cli.places, isConfigNamed: config !== null, config: config ?? cli.places.config };
  const { protocol, port } = new URL(url);
  const words = ['--port', port === '' ? (protocol === 'https:' ? '443' : '80') : port];
  return {
    name: 'the proxy in the background',
    async restart(how) {
      const proxy = await runningHere(cli, sender);
      if (proxy !== undefined) {
        if ((await handedOver(proxy, how)) !== undefined) return;
        await proxy.stop().catch((error: unknown) => {
          if (how?.insists !== true) throw error;
          process.kill(proxy.running.pid, 'SIGTERM');
        });
        // Its running answers go on beside the new one; only the port has to be free.
        await until(cli.clock, stopMs, async () => (await findRunning(cli.places.run, sender)) === undefined);
      }
      await untilFree(cli.clock, () => startInBackground({ ...cli, places }, sender, words, command));
    },
  };
}

/**
 * Whether what `run.json` says is what this user wrote. Root starts nothing that somebody else could have written there,
 * be it for a person or because the user of a service has it so: it would run as root. Nor does an administrator of
 * Windows what the service says.
 */
async function isOurs({ home, run }: Cli['places'], machine: Machine): Promise<boolean> {
  const { uid } = machine;
  if (uid === 0) return (await isRootsAlone(home)) && isRootsAlone(run);
  return uid === undefined ? !(await isOfWindowsService(home, machine)) : (await lstat(run)).uid === uid;
}

/** The port is free as soon as the old one has stopped listening. @throws Problem proxy-start-failed, … */
async function untilFree<T>(clock: Clock, start: () => Promise<T>): Promise<T> {
  const deadline = clock.monotonic() + stopMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isTaken = error instanceof Problem && /in use|running already/.test(error.message);
      if (!isTaken || clock.monotonic() > deadline) throw error;
      await sleepAwake(clock, lookMs);
    }
  }
}

/** Asks `check` again and again; one that fails says no. @throws Error where it says no for `ms` */
export async function until(clock: Clock, ms: number, check: () => Promise<boolean>): Promise<void> {
  const deadline = clock.monotonic() + ms;
  for (;;) {
    // A proxy that stops while it is asked is no failure of ours.
    if (await check().catch(() => false)) return;
    if (clock.monotonic() > deadline) throw new Error(`not within ${ms / 1_000} seconds`);
    await sleepAwake(clock, lookMs);
  }
}
