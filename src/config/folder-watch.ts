import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Tells of events in one folder, also after the folder was removed and made again. Keeps no process alive. */
export class FolderWatch {
  readonly #folder: string;
  readonly #onEvent: (name: string | null) => void;
  #watcher: FSWatcher | undefined;
  #identity = '';
  #isClosed = false;

  /** `onEvent` gets the name of what changed in the folder, or null where the system does not say. */
  constructor(folder: string, onEvent: (name: string | null) => void) {
    this.#folder = folder;
    this.#onEvent = onEvent;
  }

  /**
   * Begins to watch, or begins again when another folder stands there now. Where that cannot be done (no
   * folder yet, no watches left) it stays without events: call it again, and look for yourself meanwhile.
   */
  async attach(): Promise<void> {
    const identity = await identityOf(this.#folder);
    if (this.#isClosed || (identity === this.#identity && this.#watcher !== undefined)) return;
    this.#detach();
    if (identity === undefined) return;
    try {
      const watcher = watch(this.#folder, { persistent: false }, (_, name) => {
        this.#onEvent(name);
      });
      watcher.on('error', () => {
        if (this.#watcher === watcher) this.#detach();
      });
      this.#watcher = watcher;
      this.#identity = identity;
    } catch {
      this.#detach();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#detach();
  }

  #detach(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#identity = '';
  }
}

/** The time of birth tells a new folder from the old one where the inode number is used again. */
async function identityOf(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}
