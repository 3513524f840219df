import { homedir } from 'node:os';
import { wallClock } from '../base/clock.ts';
import { homeVariable, type Environment } from '../config/environment.ts';
import { placesOf } from '../config/places.ts';
import type { Cli, CommonOptions } from './cli.ts';
import type { Terminal } from './terminal.ts';

/** The world a command works in, by the options that every command takes. */
export function openCli(options: CommonOptions, given: Environment, terminal: Terminal): Cli {
  const env = options.home === undefined ? given : { ...given, [homeVariable]: options.home };
  const places = placesOf({
    env,
    userHome: given['HOME'] ?? homeOfUser(),
    workingFolder: process.cwd(),
    config: options.config,
  });
  return { env, terminal, places, clock: wallClock, isJson: options.json === true };
}

/** Containers run programs as users that no list of the system names: they have no home, and no error is worth a stack. */
function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
