import type { Secret } from '../base/secret.ts';

/** Where the key of the vault comes from. Never changed silently; `doctor` shows it. */
export type VaultBackend = 'key-file' | 'environment';

export interface VaultDescription {
  readonly backend: VaultBackend;
  /** For a person: which file or variable. */
  readonly detail: string;
  /** False before the first secret: nothing has needed a key so far. */
  readonly hasKey: boolean;
}

/** Secrets to store together, by id; undefined where one is to be deleted. */
export type NewSecrets = ReadonlyMap<string, Secret | undefined>;

/** What is to be stored instead of `current`; `current` itself changes nothing, undefined deletes. */
export type NextSecret = (current: Secret | undefined) => Secret | undefined | Promise<Secret | undefined>;

/**
 * Where secrets are kept: one per id, encrypted at rest. Safe to use from several processes at once. An id
 * is 1 to 128 letters, digits and `_ - . :`.
 */
export interface Vault {
  /**
   * The secret of `id`; undefined where there is none. Sees what other processes have stored.
   *
   * @throws Problem `vault-damaged`, `vault-wrong-key`, …; nothing is touched
   */
  get(id: string): Promise<Secret | undefined>;
  /** Resolves when the secret would survive a power cut. */
  set(id: string, secret: Secret): Promise<void>;
  /** Removes the secret from the file and from its backup. No secret, no error. */
  delete(id: string): Promise<void>;
  /** Stores and deletes several in one write: all of them are there afterwards, or none. */
  setAll(secrets: NewSecrets): Promise<void>;
  /**
   * Lets `next` decide, from what is stored now, what is stored afterwards, while no process can write:
   * compare and set. Resolves with what is stored afterwards, when that would survive a power cut. `next`
   * holds up every writer, so it asks nobody over a network; after 30 s its place is lost and nothing is
   * stored (`vault-busy`). What it throws goes on to the caller, and nothing is stored.
   */
  update(id: string, next: NextSecret): Promise<Secret | undefined>;
  /**
   * Another text whenever the file is another one, whoever wrote it; empty where there is none. Costs one
   * `stat`. `get` looks by itself: this is for those who keep what they made of a secret.
   */
  stamp(): Promise<string>;
  /** Every id that has a secret, sorted. */
  ids(): Promise<string[]>;
  describe(): VaultDescription;
}
