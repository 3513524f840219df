import { stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { readSettingsFile } from './file.ts';
import { settingsFrom, type LoadedSettings, type SettingsInput } from './load.ts';

/**
 * How often the file is looked at. The system would tell of changes by itself, but of all in the folder: of every page
 * that the database writes beside it.
 */
const pollMs = 500;
/** Editors write in several steps; a look in the middle would see half a file. */
const quietMs = 150;
/** Something that never stops writing must not put off the look for ever. */
const longestWaitMs = 2000;

export interface WatchOptions extends SettingsInput {
  readonly clock: Clock;
  /** What the proxy started with: a change made since then is noticed too. */
  readonly loaded: LoadedSettings;
  /** The file holds something else now, and it holds together. Must not throw. */
  readonly onLoaded: (loaded: LoadedSettings) => void;
  /** The file cannot be used, or is gone; what is in use should stay. Told once a mistake. Must not throw. */
  readonly onProblem: (problem: Problem) => void;
}

export interface SettingsWatch {
  /** Looks at once, without waiting for an event: for a signal or a button. Resolves when all is told. */
  check(): Promise<void>;
  /** Stops everything; nothing is called afterwards. */
  close(): void;
}

/**
 * Watches the settings file: edited in place, replaced by a rename, behind a link that is swapped, on a network drive, gone
 * and made again, there for the first time. Keeps no process alive.
 */
export function watchSettings(options: WatchOptions): SettingsWatch {
  return new FileWatch(options);
}

class FileWatch implements SettingsWatch {
  readonly #options: WatchOptions;
  readonly #path: string;
  /** What was found last: the text, that there is no file, or why it cannot be read. */
  #found: Found;
  /** Of the file in which that was found. */
  #stamp: string | undefined;
  /** What differs from it, and since when (monotonic). */
  #change: { readonly stamp: string; readonly since: number } | undefined;
  #isClosed = false;
  #lastLook: Promise<void> = Promise.resolve();
  #cancelPoll = (): void => {};

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#path = options.places.config;
    this.#found = { text: options.loaded.content };
    this.#pollAfter(pollMs);
    void this.check();
  }

  check(): Promise<void> {
    const look = this.#lastLook.then(() => this.#look());
    this.#lastLook = look.catch(() => {});
    return look;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPoll();
  }

  #pollAfter(ms: number): void {
    this.#cancelPoll = this.#options.clock.after(ms, () => {
      void this.#poll();
    });
  }

  /** Looks at a file that has changed once it has been left alone, but not later than {@link longestWaitMs} after. */
  async #poll(): Promise<void> {
    const { stamp } = await stampOf(this.#path);
    if (this.#isClosed) return;
    const now = this.#options.clock.monotonic();
    const last = this.#change;
    // What could not be read may have been locked for a moment only (Windows), which leaves no trace in the stamp.
    const isNews = stamp !== this.#stamp || this.#found.problem !== undefined;
    const isDue = last !== undefined && (last.stamp === stamp || now - last.since >= longestWaitMs);
    this.#change = isNews && !isDue ? { stamp, since: last?.since ?? now } : undefined;
    this.#pollAfter(this.#change === undefined ? pollMs : quietMs);
    if (isNews && isDue) void this.check();
  }

  async #look(): Promise<void> {
    const before = await stampOf(this.#path);
    // A pipe (`--config <(…)`) can be read once only.
    if (before.isUnrepeatable) return;
    const found = await contentOf(this.#path);
    const after = await stampOf(this.#path);
    if (this.#isClosed || after.stamp !== before.stamp) return;
    this.#stamp = after.stamp;
    if (found.text === this.#found.text && found.problem?.message === this.#found.problem?.message) return;
    this.#found = found;
    this.#tell(found);
  }

  #tell({ text, problem }: Found): void {
    const { onLoaded, onProblem } = this.#options;
    if (problem !== undefined) {
      onProblem(problem);
      return;
    }
    if (text === undefined) {
      onProblem(gone(this.#path));
      return;
    }
    const result = loadedOr(text, this.#options);
    if (result instanceof Problem) onProblem(result);
    else onLoaded(result);
  }
}

interface Found {
  readonly text: string | undefined;
  readonly problem?: Problem;
}

async function contentOf(path: string): Promise<Found> {
  try {
    return { text: await readSettingsFile(path) };
  } catch (error) {
    if (error instanceof Problem) return { text: undefined, problem: error };
    throw error;
  }
}

function loadedOr(text: string, input: SettingsInput): LoadedSettings | Problem {
  try {
    return settingsFrom(text, input);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Defaults would be a surprise here: they may open what the file had closed. */
function gone(path: string): Problem {
  const fix = 'The settings in use stay until it is back or the proxy is restarted.';
  return new Problem('config-missing', `The settings file ${path} is gone.`, fix);
}

interface Stamp {
  /** Differs when the file was written or replaced. */
  readonly stamp: string;
  readonly isUnrepeatable: boolean;
}

async function stampOf(path: string): Promise<Stamp> {
  try {
    const file = await stat(path, { bigint: true });
    const stamp = [file.dev, file.ino, file.size, file.mtimeNs, file.ctimeNs].join(':');
    return { stamp, isUnrepeatable: !file.isFile() && !file.isDirectory() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { stamp: code, isUnrepeatable: false };
  }
}
