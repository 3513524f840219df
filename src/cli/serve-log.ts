import { messageOf } from '../base/errors.ts';
import { lineWriter } from '../base/line-writer.ts';
import { LogFile } from '../base/log-file.ts';
import { LineLog } from '../base/log.ts';
import { redacted } from '../base/redact.ts';
import { logPath } from '../config/places.ts';
import type { Settings } from '../config/settings.ts';
import { logLimits } from '../server/log-controls.ts';
import type { Cli } from './cli.ts';

/** The log of a proxy: on standard error, and in its file. */
export interface ServeLog {
  readonly log: LineLog;
  /** Undefined where the settings want none. */
  readonly file: LogFile | undefined;
}

/** The log goes to standard error: standard output holds the one line that scripts wait for. */
export function openServeLog({ terminal, places, clock }: Cli, { log: settings }: Settings): ServeLog {
  const isPretty = settings.format === 'auto' ? terminal.isNoteShown : settings.format === 'pretty';
  const lines = lineWriter((text) => {
    terminal.writeNote(text);
  }, clock);
  // A full disk behind `2>file`, or a reader that went away, stops no proxy.
  terminal.keepOnNoting();
  const path = logPath(places, settings.file);
  let file: LogFile | undefined;
  const shown = {
    format: isPretty ? 'pretty' : 'json',
    colour: isPretty && terminal.isNoteColoured,
    clock,
    keep: (line: string): void => file?.write(line),
  } as const;
  const write = (line: string): void => {
    lines.write(line);
  };
  if (path !== undefined) {
    // What becomes of the file is told in any case.
    const told = new LineLog({ ...shown, level: 'info', write });
    file = new LogFile({
      path,
      isOwnFolder: settings.file === true,
      limits: logLimits(settings),
      clock,
      onTrouble: (reason) => {
        told.error('the log file cannot be written', { file: path, reason });
      },
      onRecovery: (lost) => {
        told.warn('the log file is written again', { file: path, lost });
      },
    });
  }
  process.on('exit', () => {
    file?.flushNow();
    lines.flush();
  });
  return {
    log: new LineLog({ ...shown, level: settings.level, write: settings.terminal ? write : undefined }),
    file,
  };
}

/** Has failures that nobody caught written down before they end the process, as they would anyway. */
export function tellTheLast({ log }: ServeLog, { terminal }: Cli): void {
  const end = (error: unknown): void => {
    const reason = messageOf(error);
    log.error('the program failed', { reason, stack: error instanceof Error ? error.stack : undefined });
    terminal.note(`the program failed: ${redacted(reason)}`);
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
