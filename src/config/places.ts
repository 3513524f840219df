import { isAbsolute, join, resolve } from 'node:path';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { configVariable, homeVariable, type Environment } from './environment.ts';

/** Where everything is kept. All paths are absolute. */
export interface Places {
  /** The home directory of the proxy, mode 0700. */
  readonly home: string;
  /** The settings file. */
  readonly config: string;
  /** Somebody named the settings file, so it must be there. */
  readonly isConfigNamed: boolean;
  readonly database: string;
  readonly credentials: string;
  readonly logs: string;
  /** What is kept of prompts and answers, where somebody wants that. */
  readonly captures: string;
  /** Locks of what only one process may do at a time. */
  readonly locks: string;
  /** Where the running proxy says its process id and URL. */
  readonly run: string;
  /** What is known of newer versions, and of the last update. */
  readonly update: string;
  /** Copies of the database from before an update. */
  readonly backups: string;
  /** The home of the person, which `~/` in a path means; '' where the system knows none. */
  readonly userHome: string;
}

export interface PlacesInput {
  readonly env: Environment;
  /** `os.homedir()`. */
  readonly userHome: string;
  /** `process.cwd()`: what relative paths of flags and variables start from. */
  readonly workingFolder: string;
  /** The value of `--config`, where given. */
  readonly config?: string | undefined;
}

/**
 * Where everything is kept: `~/.claude-code-proxy`, or where `CCPROXY_HOME` says; the settings file may
 * stand elsewhere (`--config`, then `CCPROXY_CONFIG`).
 *
 * @throws {Problem} `home-unknown` when neither the variable nor the system names a home
 */
export function placesOf({ env, userHome, workingFolder, config }: PlacesInput): Places {
  const from = (path: string): string => resolve(workingFolder, withHome(path, userHome));
  const home = named(env[homeVariable]);
  if (home === undefined && !isAbsolute(userHome)) {
    const fix = `Set ${homeVariable} to a folder for the proxy's files, or HOME to yours.`;
    throw new Problem('home-unknown', 'This user has no home directory.', fix);
  }
  const folder = home === undefined ? join(userHome, `.${product.binary}`) : from(home);
  const elsewhere = named(config) ?? named(env[configVariable]);
  return {
    home: folder,
    config: elsewhere === undefined ? join(folder, 'config.toml') : from(elsewhere),
    isConfigNamed: elsewhere !== undefined,
    database: join(folder, 'proxy.db'),
    credentials: join(folder, 'credentials.json'),
    logs: join(folder, 'logs'),
    captures: join(folder, 'capture'),
    locks: join(folder, 'locks'),
    run: join(folder, 'run.json'),
    update: join(folder, 'update.json'),
    backups: join(folder, 'backups'),
    userHome,
  };
}

/** The file that `log.file` means; undefined for none. */
export function logPath({ logs }: Pick<Places, 'logs'>, file: string | boolean): string | undefined {
  if (typeof file === 'string') return file;
  return file ? join(logs, 'proxy.log') : undefined;
}

/** An empty variable counts as not set. */
function named(path: string | undefined): string | undefined {
  return path === undefined || path.trim() === '' ? undefined : path;
}

/** `~/x` where no shell has replaced it: in a file, or in the environment of a service. */
export function withHome(path: string, userHome: string): string {
  return userHome !== '' && /^~(?:[/\\]|$)/.test(path) ? join(userHome, path.slice(1)) : path;
}
