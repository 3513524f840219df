import type { BigIntStats } from 'node:fs';
import { chmod, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { cannotRead, cannotWrite, isMissing, isSystemError } from './file-problems.ts';
import { keyVariable, type KeySource } from './key-source.ts';
import { withLock } from './lock.ts';
import { seal, unseal } from './sealed.ts';
import type { Vault, VaultDescription } from './vault.ts';
import { damaged, emptyVault, readVaultFile, type VaultFile, writeVaultFile } from './vault-file.ts';
import type { VaultKey } from './vault-key.ts';

export interface EncryptedFileOptions {
  /** `credentials.json`; its last good version is kept beside it as `.bak`. */
  readonly path: string;
  readonly source: KeySource;
  /** Whether the first secret may make a key by itself, or somebody has to be asked first. */
  readonly createKey: 'create' | 'ask';
  readonly log: Log;
  readonly clock: Clock;
}

/** The file as it was last read, and what tells whether it is still that one. */
interface Reading {
  readonly stamp: string;
  readonly text: string | undefined;
  readonly file: VaultFile;
}

const noFile: Reading = { stamp: '', text: undefined, file: emptyVault };

/** A vault in one file: an entry is a JWE of its own, so that a change touches nothing else. */
export class EncryptedFile implements Vault {
  readonly #options: EncryptedFileOptions;
  #reading: Reading = noFile;
  #key: VaultKey | undefined;
  /** Secrets that were decrypted before, each with the JWE it came from. */
  readonly #opened = new Map<string, { jwe: string; secret: Secret }>();
  /** The writes of this process, one behind the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: EncryptedFileOptions) {
    this.#options = options;
  }

  /** @throws Problem where the file or its key is not what it should be; nothing is touched */
  async check(): Promise<void> {
    const { file } = await this.#read();
    if (file.entries.size > 0) await this.#keyFor(file);
    else this.#key = await this.#options.source.read();
  }

  async get(id: string): Promise<Secret | undefined> {
    const { file } = await this.#read();
    const jwe = file.entries.get(id)?.['jwe'];
    if (jwe === undefined) return undefined;
    const before = this.#opened.get(id);
    if (before !== undefined && before.jwe === jwe) return before.secret;
    const key = await this.#keyFor(file);
    const secret = typeof jwe === 'string' ? await unseal(key, id, jwe) : undefined;
    if (secret === undefined || typeof jwe !== 'string') {
      throw damaged(this.#options.path, `the entry "${id}" is not what was stored`);
    }
    this.#opened.set(id, { jwe, secret });
    return secret;
  }

  async set(id: string, secret: Secret): Promise<void> {
    if (!/^[A-Za-z0-9_.:-]{1,128}$/.test(id))
      throw new TypeError('a vault id is 1 to 128 letters, digits, _.:-');
    await this.#change(async (file) => {
      const key = file.entries.size > 0 ? await this.#keyFor(file) : await this.#firstKey();
      const updated = new Date(this.#options.clock.now()).toISOString();
      const entry = { ...file.entries.get(id), jwe: await seal(key, id, secret), updated };
      return { ...file, key: key.id, entries: new Map(file.entries).set(id, entry) };
    });
  }

  async delete(id: string): Promise<void> {
    await this.#change(
      async (file) => {
        if (!file.entries.has(id)) return undefined;
        await this.#keyFor(file);
        const entries = new Map(file.entries);
        entries.delete(id);
        return { ...file, entries };
      },
      { backUp: 'after' },
    );
    this.#opened.delete(id);
  }

  async ids(): Promise<string[]> {
    const { file } = await this.#read();
    return [...file.entries.keys()].toSorted();
  }

  describe(): VaultDescription {
    const { backend, detail } = this.#options.source;
    return { backend, detail, hasKey: this.#key !== undefined };
  }

  /**
   * Lets `edit` change what is in the file now, whoever wrote it, and stores the result. The backup is the
   * version before; after a deletion it is the version after, so that nothing deleted stays readable.
   */
  #change(
    edit: (file: VaultFile) => Promise<VaultFile | undefined>,
    { backUp }: { backUp: 'before' | 'after' } = { backUp: 'before' },
  ): Promise<void> {
    const { path, clock } = this.#options;
    const turn = this.#last.then(async () => {
      await makePrivateFolder(dirname(path));
      await withLock(`${path}.lock`, clock, async (held) => {
        const { file, text: before } = await this.#read();
        const changed = await edit(file);
        if (changed === undefined) return;
        const after = writeVaultFile(changed);
        if (!(await held.isCurrent())) throw lostLock();
        await writePrivateFile(path, after);
        await this.#backUp(backUp === 'after' ? after : before);
      });
    });
    this.#last = turn.catch(() => undefined);
    return turn.catch((error: unknown) => {
      throw error instanceof Problem || !isSystemError(error) ? error : cannotWrite(path, error);
    });
  }

  /** The secret itself is safe by now: a backup that fails is a warning. */
  async #backUp(text: string | undefined): Promise<void> {
    const path = `${this.#options.path}.bak`;
    try {
      if (text !== undefined) await writePrivateFile(path, text);
    } catch (error) {
      this.#options.log.warn('the backup of the vault could not be written', {
        path,
        reason: messageOf(error),
      });
    }
  }

  /** The file as it is now; read again only when it was replaced. */
  async #read(): Promise<Reading> {
    const { path } = this.#options;
    try {
      if (stampOf(await stat(path, { bigint: true })) !== this.#reading.stamp)
        this.#reading = await this.#readAgain();
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (!isMissing(error)) throw cannotRead(path, error);
      await this.#refuseLostFile();
      this.#reading = noFile;
    }
    return this.#reading;
  }

  async #readAgain(): Promise<Reading> {
    const { path } = this.#options;
    const handle = await open(path, 'r');
    try {
      const stats = await handle.stat({ bigint: true });
      if ((stats.mode & 0o077n) !== 0n) await chmod(path, 0o600).catch(() => undefined);
      const text = await handle.readFile('utf8');
      return { stamp: stampOf(stats), text, file: readVaultFile(text, path) };
    } finally {
      await handle.close();
    }
  }

  /** A vault that is gone while its backup is there was not lost by us: to go on would bury the backup. */
  async #refuseLostFile(): Promise<void> {
    const { path } = this.#options;
    const backup = await open(`${path}.bak`, 'r').catch(() => undefined);
    if (backup === undefined) return;
    await backup.close();
    throw new Problem(
      'vault-missing',
      `${path} is gone, but its backup is there.`,
      `Copy ${path}.bak to ${path}; or remove the backup as well, to begin with an empty vault.`,
    );
  }

  async #keyFor(file: VaultFile): Promise<VaultKey> {
    if (this.#key?.id === file.key) return this.#key;
    const { path, source } = this.#options;
    const key = await source.read();
    if (key === undefined) {
      throw new Problem(
        'vault-key-missing',
        `${path} holds secrets, but its key is missing: ${source.detail}.`,
        `Put the key file back from a backup, or give the key as ${keyVariable}. Without it, the secrets are lost: ` +
          `remove ${path} and ${path}.bak and add the accounts again.`,
      );
    }
    if (key.id !== file.key) {
      throw new Problem(
        'vault-wrong-key',
        `The key from ${source.detail} is not the one that ${path} was encrypted with.`,
        `Give the key with which the vault was made (its id begins with ${file.key.slice(0, 8)}). Nothing was changed.`,
      );
    }
    this.#key = key;
    return key;
  }

  /** The key for a vault that holds nothing yet. */
  async #firstKey(): Promise<VaultKey> {
    const { source, createKey } = this.#options;
    const there = await source.read();
    if (there === undefined && (createKey === 'ask' || source.create === undefined)) {
      throw new Problem(
        'vault-key-needed',
        'The vault has no key yet.',
        `Let ${product.binary} make a key file (${source.detail}), or give 32 random bytes in base64 as ${keyVariable}.`,
      );
    }
    this.#key = there ?? (await source.create?.());
    if (this.#key === undefined) throw new TypeError(`no key from ${source.detail}`);
    return this.#key;
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
