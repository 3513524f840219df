import { posix, win32 } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { quoted } from './quote.ts';

/** The words that start this program again: the binary, or the runtime and the entry file of a checkout. */
export function selfCommand(): string[] {
  return Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, Bun.main];
}

/** In this variable the launcher of a checkout says which file was started; the binary sees it by itself. */
export const launcherVariable = 'CCPROXY_LAUNCHER';

let launcher: string | undefined;

/** Takes the variable out of `env`: what we start is not to believe that it was started that way. */
export function takeLauncher(env: Record<string, string | undefined>): string | undefined {
  launcher = env[launcherVariable];
  Reflect.deleteProperty(env, launcherVariable);
  return launcher;
}

/** What {@link selfCommand} needs in its environment to know the same of itself. */
export function selfEnvironment(): Environment {
  return launcher === undefined ? {} : { [launcherVariable]: launcher };
}

/** Where somebody types. */
export interface Shell {
  readonly folder: string;
  /** The `PATH` variable. */
  readonly path: string;
  readonly platform: NodeJS.Platform;
}

/**
 * What to type to start `program`: the name alone where the shell finds it, a short path below the folder
 * somebody is in, else the path as it is.
 */
export function typedFor(program: string, { folder, path, platform }: Shell): string {
  const { basename, delimiter, dirname, isAbsolute, relative, sep } = platform === 'win32' ? win32 : posix;
  const bare = platform === 'win32' ? program.replace(/\.exe$/i, '') : program;
  if (!isAbsolute(bare)) return quoted([bare], platform);
  if (path.split(delimiter).includes(dirname(bare))) return quoted([basename(bare)], platform);
  const below = relative(folder, bare);
  const isBelow = !below.startsWith('..') && !isAbsolute(below);
  return quoted([isBelow ? `.${sep}${below}` : bare], platform);
}
