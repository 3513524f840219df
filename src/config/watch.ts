import { lstat, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { readSettingsFile } from './file.ts';
import { FolderWatch } from './folder-watch.ts';
import { settingsFrom, type LoadedSettings, type SettingsInput } from './load.ts';

/** Editors write in several steps; a look in the middle would see half a file. */
const quietMs = 150;
/** Something that never stops writing must not put off the look for ever. */
const longestWaitMs = 2000;
/** The safety net for events that never come: network drives, links into other folders, a folder made anew. */
const pollMs = 3000;

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
 * Watches the settings file: edited in place, replaced by a rename, behind a link that is swapped, gone
 * and made again, there for the first time. It watches the folder, since a rename takes the watched file
 * away, and looks at the file itself now and then. Keeps no process alive.
 */
export function watchSettings(options: WatchOptions): SettingsWatch {
  return new FileWatch(options);
}

class FileWatch implements SettingsWatch {
  readonly #options: WatchOptions;
  readonly #path: string;
  readonly #folder: FolderWatch;
  /** What was found last: the text, that there is no file, or why it cannot be read. */
  #found: Found;
  #stamp: string | undefined;
  /** Behind a link, other names in the folder matter as well (Kubernetes swaps `..data`). */
  #isLink = true;
  #isClosed = false;
  #askedAt: number | undefined;
  #lastLook: Promise<void>;
  #cancelLook = (): void => {};
  #cancelPoll = (): void => {};

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#path = options.places.config;
    this.#found = { text: options.loaded.content };
    this.#folder = new FolderWatch(dirname(this.#path), (name) => {
      if (name === null || this.#isLink || isSameName(name, basename(this.#path))) this.#lookSoon();
    });
    this.#pollLater();
    this.#lastLook = this.#folder.attach();
    void this.check();
  }

  check(): Promise<void> {
    const look = this.#lastLook.then(() => this.#look());
    this.#lastLook = look.catch(() => {});
    return look;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook();
    this.#cancelPoll();
    this.#folder.close();
  }

  #pollLater(): void {
    this.#cancelPoll = this.#options.clock.after(pollMs, () => {
      this.#pollLater();
      void this.#poll();
    });
  }

  async #poll(): Promise<void> {
    await this.#folder.attach();
    const { stamp } = await stampOf(this.#path);
    // What could not be read may have been locked for a moment only (Windows), which leaves no trace in the stamp.
    if (stamp !== this.#stamp || this.#found.problem !== undefined) this.#lookSoon();
  }

  /** After a moment of quiet, but not later than {@link longestWaitMs} after the first reason to. */
  #lookSoon(): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    const now = clock.monotonic();
    this.#askedAt ??= now;
    this.#cancelLook();
    this.#cancelLook = clock.after(Math.min(quietMs, this.#askedAt + longestWaitMs - now), () => {
      this.#askedAt = undefined;
      void this.check();
    });
  }

  async #look(): Promise<void> {
    const before = await stampOf(this.#path);
    // A pipe (`--config <(…)`) can be read once only.
    if (before.isUnrepeatable) return;
    const found = await contentOf(this.#path);
    const after = await stampOf(this.#path);
    if (this.#isClosed) return;
    this.#isLink = after.isLink;
    if (after.stamp !== before.stamp) {
      this.#lookSoon();
      return;
    }
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
  readonly isLink: boolean;
  readonly isUnrepeatable: boolean;
}

async function stampOf(path: string): Promise<Stamp> {
  try {
    const isLink = (await lstat(path)).isSymbolicLink();
    const file = await stat(path, { bigint: true });
    const stamp = [file.dev, file.ino, file.size, file.mtimeNs, file.ctimeNs].join(':');
    return { stamp, isLink, isUnrepeatable: !file.isFile() && !file.isDirectory() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { stamp: code, isLink: false, isUnrepeatable: false };
  }
}

/** Some file systems give names back in another case or Unicode form; a look too many does no harm. */
function isSameName(one: string, other: string): boolean {
  return one.normalize().toLowerCase() === other.normalize().toLowerCase();
}
