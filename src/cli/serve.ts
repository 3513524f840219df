import { lineWriter } from '../base/line-writer.ts';
import { LineLog } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { loadSettings } from '../config/load.ts';
import { settingsByKey, type Settings } from '../config/settings.ts';
import { startServer, type RunningServer } from '../server/start.ts';
import { passphraseAsker } from './ask-passphrase.ts';
import type { Action, Cli } from './cli.ts';
import { keychainOf } from './keychain.ts';
import { startIsOver } from './start-over.ts';

/** `serve`: listens until it is told to stop. */
export const serve: Action<Readonly<Record<string, unknown>>> = async (cli, options) => {
  const flags = flagsOf(options);
  const loaded = await loadSettings({ places: cli.places, env: cli.env, flags });
  const { settings } = loaded;
  const log = serverLog(cli, settings);
  const server = await startServer({
    places: cli.places,
    env: cli.env,
    flags,
    loaded,
    log,
    keychain: keychainOf(cli, log),
    askPassphrase: passphraseAsker(cli),
    clock: cli.clock,
  }).catch(async (error: unknown) => {
    const { cannotListen } = await import('./cannot-listen.ts');
    throw await cannotListen(error, settings.server, cli);
  });
  startIsOver();
  const ended = untilStopped(server, cli, log);
  // Whoever waits for this line may send a signal the moment it comes.
  cli.terminal.print(`listening on ${server.url}`);
  await ended;
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

/** The log goes to standard error: standard output holds the one line that scripts wait for. */
function serverLog({ terminal, clock }: Cli, { log }: Settings): LineLog {
  const isPretty = log.format === 'auto' ? process.stderr.isTTY : log.format === 'pretty';
  const lines = lineWriter((text) => process.stderr.write(text), clock);
  process.on('exit', () => {
    lines.flush();
  });
  return new LineLog({
    level: log.level,
    format: isPretty ? 'pretty' : 'json',
    colour: isPretty && terminal.isNoteColoured,
    clock,
    write: (line) => {
      lines.write(line);
    },
  });
}

/** Ends well on the first signal, at once on the second. */
async function untilStopped(server: RunningServer, { terminal }: Cli, log: LineLog): Promise<void> {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(signal === 'SIGINT' ? 130 : 143);
    isStopping = true;
    terminal.note('stopping: running answers may end; once more to cut them off');
    void server.stop();
  };
  const reload = (): void => {
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
