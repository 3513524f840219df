import { Problem } from '../base/problem.ts';
import { loadSettings } from '../config/load.ts';
import { settingsByKey } from '../config/settings.ts';
import { startServer, type RunningServer } from '../server/start.ts';
import { passphraseAsker } from './ask-passphrase.ts';
import type { Action, Cli } from './cli.ts';
import { keychainOf } from './keychain.ts';
import { selfCommand } from './self.ts';
import { openServeLog, tellTheLast, type ServeLog } from './serve-log.ts';
import { startIsOver } from './start-over.ts';

/** `serve`: listens until it is told to stop. */
export const serve: Action<Readonly<Record<string, unknown>>> = async (cli, options) => {
  const flags = flagsOf(options);
  const loaded = await loadSettings({ places: cli.places, env: cli.env, flags });
  const { settings } = loaded;
  const logging = openServeLog(cli, settings);
  const { log, file: logFile } = logging;
  tellTheLast(logging, cli);
  const server = await startServer({
    places: cli.places,
    env: cli.env,
    flags,
    loaded,
    log,
    logFile,
    keychain: keychainOf(cli, log),
    askPassphrase: passphraseAsker(cli),
    clock: cli.clock,
    program: selfCommand(),
    examine: async () => (await import('./examine.ts')).examine(cli),
  }).catch(async (error: unknown) => {
    const { cannotListen } = await import('./cannot-listen.ts');
    throw await cannotListen(error, settings.server, cli);
  });
  startIsOver();
  const ended = untilStopped(server, cli, logging);
  // Whoever waits for this line may send a signal the moment it comes.
  cli.terminal.print(`listening on ${server.url}`);
  await ended;
  await logFile?.close();
  return 0;
};

/** What the command line says, by key of the setting. */
function flagsOf(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = [...settingsByKey.values()].flatMap(({ key, flag }): [string, unknown][] => {
    const name = flag?.replace(/^--/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return name === undefined || options[name] === undefined ? [] : [[key, options[name]]];
  });
  return Object.fromEntries(given);
}

/** Ends well on the first signal, at once on the second. */
async function untilStopped(
  server: RunningServer,
  { terminal }: Cli,
  { log, file }: ServeLog,
): Promise<void> {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(signal === 'SIGINT' ? 130 : 143);
    isStopping = true;
    terminal.note('stopping: running answers may end; once more to cut them off');
    void server.stop();
  };
  const reload = (): void => {
    file?.reopen();
    server.reload().catch((error: unknown) => {
      const [reason, fix] = error instanceof Problem ? [error.message, error.fix] : [String(error), ''];
      log.error('settings not usable; the old ones stay', { reason, fix });
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // On Windows this one says that the console window is closing.
  process.on('SIGHUP', process.platform === 'win32' ? stop : reload);
  await server.stopped;
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  process.off('SIGHUP', process.platform === 'win32' ? stop : reload);
}
