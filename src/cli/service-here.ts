import type { RemoteProxy } from '../admin/remote.ts';
import { sleepAwake } from '../base/clock.ts';
import { homeVariable } from '../config/environment.ts';
import { placesOf } from '../config/places.ts';
import { installedService } from '../service/find.ts';
import { daemonHome } from '../service/launchd-plist.ts';
import type { Machine, Scope, Service } from '../service/service.ts';
import { systemHome } from '../service/systemd-unit.ts';
import { runSystemProgram } from '../service/system-program.ts';
import { windowsHome } from '../service/windows.ts';
import { openSender } from '../wire/send.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';
import { runningHere } from './running-here.ts';

export interface ScopeOptions {
  readonly system?: boolean;
}

/** Opening a vault may ask a keychain (ms). */
const answerDeadlineMs = 60_000;
const lookMs = 100;

export function machineOf({ env, places, clock }: Cli): Machine {
  return {
    platform: process.platform,
    env,
    userHome: places.userHome,
    uid: process.getuid?.(),
    clock,
    run: (program, words) => runSystemProgram(program, words, env),
  };
}

/** What was asked for; undefined for whichever there is. */
export function scopeOf({ system }: ScopeOptions): Scope | undefined {
  return system === true ? 'system' : undefined;
}

/** The service that is installed. @throws Problem service-not-installed */
export function serviceHere(cli: Cli, options: ScopeOptions): Promise<Service> {
  return installedService(machineOf(cli), scopeOf(options));
}

/** Where a service of the machine keeps its files. */
const homes: Readonly<Partial<Record<NodeJS.Platform, (env: Cli['env']) => string>>> = {
  linux: () => systemHome,
  darwin: () => daemonHome,
  win32: windowsHome,
};

/** The same command, looking at the home directory of a service: that of the machine has one of its own. */
export function asTheService(
  cli: Cli,
  scope: Scope,
  platform = process.platform,
  own = homes[platform]?.(cli.env),
): Cli {
  const { env, places } = cli;
  if (scope === 'user' || own === undefined || (env[homeVariable] ?? '') !== '') return cli;
  const its = { ...env, [homeVariable]: own };
  const config = places.isConfigNamed ? places.config : undefined;
  return {
    ...cli,
    env: its,
    places: placesOf({ env: its, userHome: places.userHome, workingFolder: process.cwd(), config }),
  };
}

/** Waits until the proxy of this home directory answers. @throws Problem service-silent */
export async function untilAnswering<T>(cli: Cli, use: (proxy: RemoteProxy) => Promise<T>): Promise<T> {
  const { clock } = cli;
  const sender = openSender({ clock });
  try {
    const deadline = clock.monotonic() + answerDeadlineMs;
    for (;;) {
      const proxy = await runningHere(cli, sender);
      if (proxy !== undefined) return await use(proxy);
      if (clock.monotonic() > deadline) throw problem('service-silent');
      await sleepAwake(clock, lookMs);
    }
  } finally {
    sender.close();
  }
}
