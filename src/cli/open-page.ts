import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Environment } from '../config/environment.ts';
import type { Places } from '../config/places.ts';
import type { Cli } from './cli.ts';
import { openBrowser } from './open-browser.ts';
import { withRunning } from './reach.ts';
import { hasBrowser } from './sign-in-way.ts';
import type { Terminal } from './terminal.ts';

/** How the program was started, as far as it can see. */
export interface Start {
  readonly platform: NodeJS.Platform;
  /** What was typed: the name alone where the shell had found it. */
  readonly typed: string;
  readonly folder: string;
  readonly userHome: string;
  readonly env: Environment;
  /** How many processes share the console window (Windows). */
  readonly sharers: () => Promise<number>;
}

/**
 * Whether somebody opened the file in Explorer or Finder, rather than typed its name. Explorer gives it a console of its
 * own, which nobody else is in. Finder asks a terminal to run the whole path, in the home folder, which few people type.
 */
export async function wasOpened({
  platform,
  typed,
  folder,
  userHome,
  env,
  sharers,
}: Start): Promise<boolean> {
  if (platform === 'win32') return (await sharers()) === 1;
  const inTerminal = env['TERM_PROGRAM'] !== undefined && env['SSH_CONNECTION'] === undefined;
  return platform === 'darwin' && inTerminal && isAbsolute(typed) && folder === userHome;
}

/**
 * Whether no proxy and no command has kept anything here yet. With Postgres there never is a file of the database: then
 * the folder of the log tells, or the vault.
 */
export function isFirstStart({ database, logs, credentials }: KeptHere): boolean {
  return ![database, logs, credentials].some((path) => existsSync(path));
}

type KeptHere = Pick<Places, 'database' | 'logs' | 'credentials'>;

/** What a start means for the page. */
export interface Opening {
  /** At the first start of all, and where the file was opened. */
  readonly isWanted: boolean;
  readonly wasOpened: boolean;
  /** Opens the page of the proxy at `url`, and says so. */
  show(url: string): Promise<void>;
  /** Opens that of the proxy that runs already: whoever opens the file again wants to see it. False if there is none. */
  showRunning(): Promise<boolean>;
}

/** @param isBare nothing stood behind the name of the program */
export async function openingOf(cli: Cli, isBare: boolean): Promise<Opening> {
  const { places, env, terminal } = cli;
  const { platform } = process;
  const start = { platform, typed: process.argv0, folder: process.cwd(), userHome: places.userHome, env };
  const opened = isBare && (await wasOpened({ ...start, sharers: consoleSharers }));
  const isFirst = isFirstStart(places);
  const show = async (url: string): Promise<void> => {
    if (await openBrowser(url, env)) terminal.note(`The page was opened in a browser: ${url}`);
  };
  return {
    isWanted: (opened || isFirst) && (env['CI'] ?? '') === '' && hasBrowser(env, platform),
    wasOpened: opened,
    show,
    async showRunning() {
      const url = await withRunning(cli, (proxy) => Promise.resolve(proxy?.running.url));
      if (url !== undefined) await show(url);
      return url !== undefined;
    },
  };
}

/** Where the window would close with the program, its last words stay until somebody has read them. */
export async function holdWindow(terminal: Terminal): Promise<void> {
  if (process.platform !== 'win32' || !terminal.canAsk || (await consoleSharers()) !== 1) return;
  terminal.note('\nPress Enter to close this window.');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdin.pause();
}

/** @returns how many processes use our console window (GetConsoleProcessList); 0 where that cannot be asked */
async function consoleSharers(): Promise<number> {
  try {
    const { dlopen, ptr } = await import('bun:ffi');
    const kernel = dlopen('kernel32.dll', {
      GetConsoleProcessList: { args: ['ptr', 'u32'], returns: 'u32' },
    });
    // With room for two, so that more of them are told from one.
    const count = kernel.symbols.GetConsoleProcessList(ptr(new Uint32Array(2)), 2);
    kernel.close();
    return count;
  } catch {
    return 0;
  }
}
