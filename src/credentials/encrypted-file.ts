import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { keyVariable, type KeySource } from './key-source.ts';
import { seal, unseal } from './sealed.ts';
import { type Change, StoredFile, type StoredFileOptions } from './stored-file.ts';
import type { NewSecrets, NextSecret, Vault, VaultDescription } from './vault.ts';
import { damaged, type VaultFile } from './vault-file.ts';
import type { VaultKey } from './vault-key.ts';

export interface EncryptedFileOptions extends StoredFileOptions {
  readonly source: KeySource;
  /** Whether the first secret may make a key by itself, or somebody has to be asked first. */
  readonly createKey: 'create' | 'ask';
}

/** A vault in one file: an entry is a JWE of its own, so that a change touches nothing else. */
export class EncryptedFile implements Vault {
  readonly #stored: StoredFile;
  readonly #source: KeySource;
  readonly #createKey: 'create' | 'ask';
  readonly #clock: Clock;
  #key: VaultKey | undefined;
  /** Secrets that were decrypted before, each with the JWE it came from. */
  readonly #opened = new Map<string, { jwe: string; secret: Secret }>();

  constructor({ source, createKey, ...stored }: EncryptedFileOptions) {
    this.#stored = new StoredFile(stored);
    this.#source = source;
    this.#createKey = createKey;
    this.#clock = stored.clock;
  }

  /** @throws Problem where the file or its key is not what it should be; nothing is touched */
  async check(): Promise<void> {
    const { file } = await this.#stored.read();
    if (file.entries.size > 0) await this.#keyFor(file);
    else this.#key = await this.#source.read();
  }

  async get(id: string): Promise<Secret | undefined> {
    const { file } = await this.#stored.read();
    return this.#secretIn(file, id);
  }

  async set(id: string, secret: Secret): Promise<void> {
    await this.setAll(new Map([[id, secret]]));
  }

  async delete(id: string): Promise<void> {
    await this.setAll(new Map([[id, undefined]]));
  }

  async setAll(secrets: NewSecrets): Promise<void> {
    for (const [id, secret] of secrets) if (secret !== undefined) requireId(id);
    await this.#stored.change((file) => this.#with(file, secrets));
  }

  async update(id: string, next: NextSecret): Promise<Secret | undefined> {
    requireId(id);
    let after: Secret | undefined;
    await this.#stored.change(async (file) => {
      const current = await this.#secretIn(file, id);
      after = await next(current);
      return after === current ? undefined : this.#with(file, new Map([[id, after]]));
    });
    return after;
  }

  async ids(): Promise<string[]> {
    const { file } = await this.#stored.read();
    return [...file.entries.keys()].toSorted();
  }

  async stamp(): Promise<string> {
    return (await this.#stored.read()).stamp;
  }

  describe(): VaultDescription {
    const { backend, detail } = this.#source;
    return { backend, detail, hasKey: this.#key !== undefined };
  }

  async #secretIn(file: VaultFile, id: string): Promise<Secret | undefined> {
    const jwe = file.entries.get(id)?.['jwe'];
    if (jwe === undefined) {
      this.#opened.delete(id);
      return undefined;
    }
    const before = this.#opened.get(id);
    if (before !== undefined && before.jwe === jwe) return before.secret;
    const key = await this.#keyFor(file);
    const secret = typeof jwe === 'string' ? await unseal(key, id, jwe) : undefined;
    if (secret === undefined || typeof jwe !== 'string') {
      throw damaged(this.#stored.path, `the entry "${id}" is not what was stored`);
    }
    this.#opened.set(id, { jwe, secret });
    return secret;
  }

  /** `file` with the secrets as they are to be; undefined where that changes nothing. */
  async #with(file: VaultFile, secrets: NewSecrets): Promise<Change | undefined> {
    const changes = [...secrets].filter(([id, secret]) => secret !== undefined || file.entries.has(id));
    if (changes.length === 0) return undefined;
    const key = file.entries.size > 0 ? await this.#keyFor(file) : await this.#firstKey();
    const updated = new Date(this.#clock.now()).toISOString();
    const entries = new Map(file.entries);
    let backUp: Change['backUp'] = 'before';
    for (const [id, secret] of changes) {
      if (secret === undefined) {
        entries.delete(id);
        // Nothing that was deleted stays readable.
        backUp = 'after';
      } else entries.set(id, { ...entries.get(id), jwe: await seal(key, id, secret), updated });
    }
    return { file: { ...file, key: key.id, entries }, backUp };
  }

  async #keyFor(file: VaultFile): Promise<VaultKey> {
    if (this.#key?.id === file.key) return this.#key;
    const { path } = this.#stored;
    const key = await this.#source.read();
    if (key === undefined) {
      throw new Problem(
        'vault-key-missing',
        `${path} holds secrets, but its key is missing: ${this.#source.detail}.`,
        `Put the key file back from a backup, or give the key as ${keyVariable}. Without it, the secrets are lost: ` +
          `remove ${path} and ${path}.bak and add the accounts again.`,
      );
    }
    if (key.id !== file.key) {
      throw new Problem(
        'vault-wrong-key',
        `The key from ${this.#source.detail} is not the one that ${path} was encrypted with.`,
        `Give the key with which the vault was made (its id begins with ${file.key.slice(0, 8)}). Nothing was changed.`,
      );
    }
    this.#key = key;
    return key;
  }

  /** The key for a vault that holds nothing yet. */
  async #firstKey(): Promise<VaultKey> {
    const there = await this.#source.read();
    if (there === undefined && (this.#createKey === 'ask' || this.#source.create === undefined)) {
      throw new Problem(
        'vault-key-needed',
        'The vault has no key yet.',
        `Let ${product.binary} make a key file (${this.#source.detail}), or give 32 random bytes in base64 as ${keyVariable}.`,
      );
    }
    this.#key = there ?? (await this.#source.create?.());
    if (this.#key === undefined) throw new TypeError(`no key from ${this.#source.detail}`);
    return this.#key;
  }
}

function requireId(id: string): void {
  if (!/^[A-Za-z0-9_.:-]{1,128}$/.test(id))
    throw new TypeError('a vault id is 1 to 128 letters, digits, _.:-');
}
