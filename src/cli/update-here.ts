import { existsSync } from 'node:fs';
import { build, product } from '../base/product.ts';
import { sameFileAt } from '../base/same-file.ts';
import type { LoadedSettings } from '../config/load.ts';
import { usualPatience, type Asking } from '../update/asking.ts';
import { targetsOf } from '../update/assets.ts';
import { howInstalled, surroundings, type Installed } from '../update/installed.ts';
import type { Machine } from '../service/service.ts';
import { isElevated, isSamePlace, windowsInstalled } from '../service/windows-installed.ts';
import type { Here } from '../update/replace.ts';
import { wayOutFor } from '../update/way-out.ts';
import { openSender } from '../wire/send.ts';
import type { Cli } from './cli.ts';
import { runningService } from './keepers.ts';
import { problem } from './problems.ts';
import { ownerHere } from './running-here.ts';
import { asTheService, machineOf } from './service-here.ts';
import { plain } from './terminal.ts';
import { extraCaOfUpdate, settingsOfUpdate } from './update-settings.ts';

/** Which build runs here. */
export interface Current {
  readonly version: string;
  readonly installed: Installed;
  /** What binaries for this machine are called in releases, the best first. */
  readonly targets: readonly string[];
}

export function currentOf({ env }: Cli): Current {
  const { platform, arch } = process;
  const target = build.target === 'source' ? undefined : build.target;
  return {
    version: product.version,
    installed: howInstalled(surroundings(env)),
    targets: targetsOf({ target, platform, arch }),
  };
}

/**
 * The same command, looking at the home directory that matters: an administrator updates what the machine's service
 * runs. On Windows that is so where the service is installed, running or not, with the very `program` that is replaced.
 */
export async function whereItServes(
  cli: Cli,
  machine: Machine = machineOf(cli),
  program: string = process.execPath,
): Promise<Cli> {
  const { platform, uid } = machine;
  if (platform === 'win32') {
    const its = await windowsInstalled(machine);
    const isIts = its !== undefined && isSamePlace(its.program, program) && (await isElevated(machine));
    return isIts ? asTheService(cli, 'system', platform, its.home) : cli;
  }
  const isIts = uid === 0 && (await runningService(machine, 'system')) !== undefined;
  return isIts ? asTheService(cli, 'system', platform) : cli;
}

/** Opens what a feed is asked with, for `use`. */
export async function withAsking<T>(
  cli: Cli,
  loaded: LoadedSettings,
  use: (asking: Asking) => Promise<T>,
): Promise<T> {
  const { clock, env } = cli;
  const sender = openSender({ clock, extraCa: await extraCaOfUpdate(cli, loaded) });
  try {
    const wayOut: Asking['wayOut'] = (url) => wayOutFor(url, env);
    return await use({ sender, clock, wayOut, patience: usualPatience });
  } finally {
    sender.close();
  }
}

/**
 * The program that is replaced, and what belongs to it.
 *
 * @throws Problem update-managed, update-checkout where that is not for us to do
 */
export async function hereOf(cli: Cli): Promise<{ readonly here: Here; readonly loaded: LoadedSettings }> {
  const { places, env } = cli;
  const { installed, version } = currentOf(cli);
  if (installed.is === 'checkout') throw problem('update-checkout', { folder: installed.folder });
  if (installed.is === 'managed') throw problem('update-managed', managedWords(installed));
  const loaded = await settingsOfUpdate(cli);
  const { settings, content } = loaded;
  const here: Here = {
    binary: installed.path,
    current: version,
    isUnchanged: sameFileAt(installed.path),
    home: places.home,
    owner: await ownerHere(cli),
    database: settings.database.url === undefined ? places.database : undefined,
    backups: places.backups,
    memory: places.update,
    config: content === undefined || !existsSync(places.config) ? undefined : places.config,
    env,
  };
  return { here, loaded };
}

/** How somebody who installed it by other means updates it; undefined where `update` does. */
export function otherWay(installed: Installed): string | undefined {
  switch (installed.is) {
    case 'binary':
      return undefined;
    case 'checkout':
      return 'git pull';
    case 'managed':
      return plain(installed.command);
  }
}

const owners: Readonly<Record<string, string>> = { other: 'a package', container: 'an image of a container' };

function managedWords({ by, command }: Extract<Installed, { is: 'managed' }>): {
  by: string;
  command: string;
} {
  return { by: owners[by] ?? `a package (${plain(by)})`, command: plain(command) };
}
