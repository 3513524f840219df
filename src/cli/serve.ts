import { Problem } from '../base/problem.ts';
import { loadSettings } from '../config/load.ts';
import { settingsByKey } from '../config/settings.ts';
import { startServer, type RunningServer, type StartOptions } from '../server/start.ts';
import type { Supervisor } from '../service/notify.ts';
import { passphraseAsker } from './ask-passphrase.ts';
import type { Action, Cli } from './cli.ts';
import { keychainOf } from './keychain.ts';
import type { Opening } from './open-page.ts';
import { selfCommand } from './self.ts';
import { openServeLog, tellTheLast, type ServeLog } from './serve-log.ts';
import { optionOf, type ServeOptions } from './serve-words.ts';
import { letGoOfStart, startIsOver } from './start-over.ts';
import type { Place } from './succession.ts';

/** What closing takes after the last call has ended (s). */
export const closingSeconds = 15;

/** `serve`: listens until it is told to stop. */
export const serve: Action<ServeOptions> = async (cli, options) => {
  const opening = await openingFor(cli, options);
  const supervising = supervisorHere(cli);
  const place = await placeHere(options);
  const serving = await startServing(cli, flagsOf(options), {
    isBackground: options.background === true,
    succeeds: options.succeeds,
    again: await againHere(cli, options, supervising),
  }).catch(async (error: unknown) => {
    place?.leave();
    if (opening?.wasOpened === true && (await opening.showRunning())) return undefined;
    throw error;
  });
  if (serving === undefined) return 0;
  const { server, logging } = serving;
  const ended = untilStopped(server, cli, logging);
  const supervisor = await supervising;
  if ((await place?.take(server.url, server.stopping)) === false) void server.stop();
  else {
    // Whoever waits for this line may send a signal the moment it comes.
    cli.terminal.print(`listening on ${server.url}`);
    supervisor?.ready(server.url);
  }
  void server.stopping.then((seconds) => supervisor?.stopping(seconds + closingSeconds));
  const keepAll = letGoOfStart(cli.clock);
  if (opening?.isWanted === true) await opening.show(server.url);
  await ended;
  keepAll();
  await logging.file?.close();
  supervisor?.close();
  return 0;
};

/** Whether the page is to be opened, where there is a screen to open it on; nothing of that is loaded elsewhere. */
async function openingFor(cli: Cli, options: ServeOptions): Promise<Opening | undefined> {
  if (options.open === false || !cli.terminal.isScreen) return undefined;
  const { openingOf } = await import('./open-page.ts');
  return openingOf(cli, process.argv.length === 2);
}

/** A proxy that listens, and where its log goes. */
export interface Serving {
  readonly server: RunningServer;
  readonly logging: ServeLog;
}

/** Who started it, and how it is started again beside itself. */
type Start = Pick<StartOptions, 'isBackground' | 'succeeds' | 'again'>;

/** Starts it with what the command line says, by key of the setting. @throws Problem that says why not */
export async function startServing(
  cli: Cli,
  flags: Readonly<Record<string, unknown>>,
  start: Start = {},
): Promise<Serving> {
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
    ...start,
    onFirstCall: startIsOver,
    examine: async () => (await import('./examine.ts')).examine(cli),
  }).catch(async (error: unknown) => {
    const { cannotListen } = await import('./cannot-listen.ts');
    throw await cannotListen(error, settings.server, cli);
  });
  return { server, logging };
}

/** Only a successor has a line to whoever started it. */
async function placeHere({ succeeds }: ServeOptions): Promise<Place | undefined> {
  if (succeeds === undefined) return undefined;
  const { placeOf } = await import('./succession.ts');
  return placeOf(process);
}

/** Only who was started by a command or by systemd starts its successor; of others their keepers would not know. */
async function againHere(
  { env }: Cli,
  { background: keepsPort = false }: ServeOptions,
  supervisor: Promise<Supervisor | undefined>,
): Promise<StartOptions['again']> {
  if (!keepsPort && (env['NOTIFY_SOCKET'] ?? '') === '') return undefined;
  const { againFrom } = await import('./succession.ts');
  return againFrom({ words: process.argv.slice(2), env, keepsPort, supervisor });
}

/** Only who was started by systemd pays for telling it. */
async function supervisorHere({ env, clock }: Cli): Promise<Supervisor | undefined> {
  if ((env['NOTIFY_SOCKET'] ?? '') === '') return undefined;
  const { supervisorOf } = await import('../service/notify.ts');
  const supervisor = supervisorOf(env, clock, process.pid);
  supervisor?.opening();
  return supervisor;
}

/** What the command line says, by key of the setting. */
function flagsOf(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = [...settingsByKey.values()].flatMap(({ key, flag }): [string, unknown][] => {
    const name = flag === undefined ? undefined : optionOf(flag);
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
    if (isStopping) {
      server.cut();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
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
