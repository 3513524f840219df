import { sleepAwake } from '../base/clock.ts';
import { entryFrom, prettyLine } from '../base/log-line.ts';
import { logLevels, type LogLevel } from '../base/log.ts';
import { loadSettings } from '../config/load.ts';
import { logPath } from '../config/places.ts';
import type { Action, Cli } from './cli.ts';
import { LogFollower } from './log-follower.ts';
import { lastLines, type Show } from './log-reading.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';
import { untilSignal } from './signals.ts';
import { plain } from './terminal.ts';

interface LogsOptions {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly level?: LogLevel;
  readonly grep?: string;
}

const lookMs = 250;

/** `logs`: what the log file says. */
export const logs: Action<LogsOptions> = async (cli, options) => {
  const path = await whereItIs(cli);
  if (path === undefined) throw problem('log-off');
  const show = shownBy(cli, options);
  const { lines: count = 100 } = options;
  if (options.follow === true) {
    await follow(cli, path, count, show);
    return 0;
  }
  const lines = await lastLines(path, count, show);
  for (const line of lines) cli.terminal.print(line);
  if (lines.length === 0 && count > 0) cli.terminal.note(`There is nothing to show in ${path}.`);
  return 0;
};

/** The running proxy knows best: it may have been started with another environment. */
async function whereItIs(cli: Cli): Promise<string | undefined> {
  const running = await withRunning(cli, async (proxy) => proxy?.log.view());
  if (running !== undefined) return running.file?.path;
  const { places, env } = cli;
  const { settings } = await loadSettings({ places, env, flags: {} });
  return logPath(places, settings.log.file);
}

/** What is shown of a line of the log. */
export function shownBy({ terminal, isJson }: Cli, { level = 'debug', grep = '' }: LogsOptions): Show {
  const least = logLevels.indexOf(level);
  const wanted = grep.toLowerCase();
  const colour = terminal.isColoured;
  return (line) => {
    const entry = entryFrom(line);
    if (entry === undefined) {
      // Half a line that a crash left, or the word of somebody else.
      const isShown = !isJson && least === 0 && line.toLowerCase().includes(wanted);
      return isShown ? plain(line) : undefined;
    }
    if (logLevels.indexOf(entry.level) < least) return undefined;
    const text = prettyLine(entry, { colour: false, withDay: true });
    if (!text.toLowerCase().includes(wanted)) return undefined;
    if (isJson) return line;
    return (colour ? prettyLine(entry, { colour, withDay: true }) : text).trimEnd();
  };
}

async function follow({ terminal, clock }: Cli, path: string, count: number, show: Show): Promise<void> {
  const over = new AbortController();
  const ended = untilSignal().then(() => {
    over.abort();
  });
  const follower = new LogFollower(path);
  const size = await follower.start();
  for (const line of await lastLines(path, count, show, size)) terminal.print(line);
  while (!over.signal.aborted) {
    await sleepAwake(clock, lookMs, over.signal).catch(() => undefined);
    for (const line of await follower.look()) {
      const shown = show(line);
      if (shown !== undefined) terminal.print(shown);
    }
  }
  await follower.close();
  await ended;
}
