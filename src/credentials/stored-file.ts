import type { BigIntStats } from 'node:fs';
import { chmod, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { cannotRead, cannotWrite, isMissing, isSystemError } from './file-problems.ts';
import { withLock } from './lock.ts';
import { emptyVault, readVaultFile, type VaultFile, writeVaultFile } from './vault-file.ts';

export interface StoredFileOptions {
  /** `credentials.json`; its last good version is kept beside it as `.bak`. */
  readonly path: string;
  readonly log: Log;
  readonly clock: Clock;
}

/** The file as it was last read, and what tells whether it is still that one. */
export interface Reading {
  /** Empty where there is no file. */
  readonly stamp: string;
  readonly text: string | undefined;
  readonly file: VaultFile;
}

/** A turn in which nobody else writes. */
export interface Turn {
  readonly file: VaultFile;
  /**
   * Replaces the file; resolves when that would survive a power cut. The backup is then the version before,
   * or with `after` this one, where the version before holds what must not stay readable.
   */
  readonly write: (file: VaultFile, backUp: 'before' | 'after') => Promise<void>;
}

const noFile: Reading = { stamp: '', text: undefined, file: emptyVault };

/** `credentials.json` on the disk: read when it is another one, changed by one process at a time. */
export class StoredFile {
  readonly path: string;
  readonly #log: Log;
  readonly #clock: Clock;
  #reading: Reading = noFile;
  /** The changes of this process, one behind the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ path, log, clock }: StoredFileOptions) {
    this.path = path;
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * The file as it is now; read again only when it was replaced.
   *
   * @throws Problem `vault-damaged`, `vault-newer`, `vault-missing`, `vault-unreadable`
   */
  async read(): Promise<Reading> {
    try {
      if (stampOf(await stat(this.path, { bigint: true })) !== this.#reading.stamp)
        this.#reading = await this.#readAgain();
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (!isMissing(error)) throw cannotRead(this.path, error);
      await this.#refuseLostFile();
      this.#reading = noFile;
    }
    return this.#reading;
  }

  /**
   * Lets `work` look at the file as it is now, whoever wrote it, and replace it.
   *
   * @throws Problem `vault-busy`, `vault-unwritable`, `disk-full`: the file is then as it was before the write
   */
  exclusively<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      await makePrivateFolder(dirname(this.path));
      return withLock(`${this.path}.lock`, this.#clock, async (held) => {
        const { file, text } = await this.read();
        let before = text;
        const write: Turn['write'] = async (changed, backUp) => {
          const after = writeVaultFile(changed);
          if (!(await held.isCurrent())) throw lostLock();
          await writePrivateFile(this.path, after);
          await this.#backUp(backUp === 'after' ? after : before);
          before = after;
        };
        return work({ file, write });
      });
    });
    this.#last = turn.catch(() => undefined);
    return turn.catch((error: unknown) => {
      throw error instanceof Problem || !isSystemError(error) ? error : cannotWrite(this.path, error);
    });
  }

  /** The secret itself is safe by now: a backup that fails is a warning. */
  async #backUp(text: string | undefined): Promise<void> {
    const path = `${this.path}.bak`;
    try {
      if (text !== undefined) await writePrivateFile(path, text);
    } catch (error) {
      this.#log.warn('the backup of the vault could not be written', { path, reason: messageOf(error) });
    }
  }

  async #readAgain(): Promise<Reading> {
    const handle = await open(this.path, 'r');
    try {
      const stats = await handle.stat({ bigint: true });
      if ((stats.mode & 0o077n) !== 0n) await chmod(this.path, 0o600).catch(() => undefined);
      const text = await handle.readFile('utf8');
      return { stamp: stampOf(stats), text, file: readVaultFile(text, this.path) };
    } finally {
      await handle.close();
    }
  }

  /** A vault that is gone while its backup is there was not lost by us: to go on would bury the backup. */
  async #refuseLostFile(): Promise<void> {
    const backup = await open(`${this.path}.bak`, 'r').catch(() => undefined);
    if (backup === undefined) return;
    await backup.close();
    throw new Problem(
      'vault-missing',
      `${this.path} is gone, but its backup is there.`,
      `Copy ${this.path}.bak to ${this.path}; or remove the backup as well, to begin with an empty vault.`,
    );
  }
}

/** A replaced file is another file: each write makes a new one and renames it. */
function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino}-${size}-${mtimeNs}-${ctimeNs}`;
}

function lostLock(): Problem {
  const fix = 'Try again. Nothing was changed.';
  return new Problem('vault-busy', 'The vault was locked by another process in the meantime.', fix);
}
