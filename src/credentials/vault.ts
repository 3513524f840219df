import type { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import type { vaultBackends } from '../config/settings-vault.ts';

/** Where the key of the vault is kept. Written in the file, never changed silently; `doctor` shows it. */
export type VaultBackend = (typeof vaultBackends)[number];

export interface VaultDescription {
  /** Undefined before the first secret, where nobody has chosen. */
  readonly backend: VaultBackend | undefined;
  /** For a person: which file, variable or keychain. */
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
   * holds up every writer, so it asks nobody over a network and writes nothing itself; after 30 s its place
   * is lost and nothing is stored (`vault-busy`). What it throws goes on to the caller, and nothing is stored.
   * With `isSpent`, what was there before is worth nothing any more, so it does not stay in the backup.
   */
  update(id: string, next: NextSecret, options?: { readonly isSpent?: boolean }): Promise<Secret | undefined>;
  /**
   * Another text whenever the file is another one, whoever wrote it; empty where there is none. Costs one
   * `stat`. `get` looks by itself: this is for those who keep what they made of a secret.
   */
  stamp(): Promise<string>;
  /** Every id that has a secret, sorted. */
  ids(): Promise<string[]>;
  describe(): VaultDescription;
}

/** Where the key of a new vault goes when no keychain answers: what a person chose. */
export type FirstKey =
  | { readonly backend: 'key-file' }
  | { readonly backend: 'passphrase'; readonly passphrase: Secret };

/**
 * `undecided`: no keychain answers, for this `reason`, and nobody has said where the key goes then; or the
 * settings want a passphrase, and there is none.
 */
export type Prepared =
  | { readonly is: 'ready' }
  | { readonly is: 'undecided'; readonly wants: 'place' | 'passphrase'; readonly reason: string };

/** Where the key is to be moved. */
export interface RekeyTarget {
  readonly backend: VaultBackend;
  /** For `environment`: what the variable will hold from now on. */
  readonly key?: Secret | undefined;
  /** For `passphrase`: the one that opens the vault from now on. */
  readonly passphrase?: Secret | undefined;
}

export interface Rekeyed {
  readonly from: VaultBackend | undefined;
  readonly to: VaultBackend;
  /** For a person: where the new key is. */
  readonly detail: string;
  /** The first letters of the new key's id. */
  readonly keyId: string;
  /** Where the old key still is because only somebody else can remove it; undefined where it is gone. */
  readonly oldKeyIn: string | undefined;
}

/** How the vault is, for a person who looks. */
export interface VaultState {
  readonly path: string;
  /** How many secrets it holds; undefined where it cannot be read. */
  readonly secrets: number | undefined;
  /** Where its key is; undefined where nothing has needed one yet, and nobody has chosen. */
  readonly backend: VaultBackend | undefined;
  readonly detail: string;
  /** The first letters of the key's id; undefined before there is one. */
  readonly keyId: string | undefined;
  /** Why it does not open; undefined where it does. */
  readonly problem: Problem | undefined;
  /** When the backup was written (ms since 1970); undefined where there is none. */
  readonly backupAt: number | undefined;
  /** Keys that an interrupted change left behind and the next start removes. */
  readonly spareKeys: number;
}

/** The vault together with what is done to its key. */
export interface KeyedVault extends Vault {
  /**
   * Settles where the key of a new vault goes before a secret has to wait for it; `first` is for the case
   * that no keychain answers. Nothing to do where there is a key.
   *
   * @throws Problem `vault-keychain-silent` where a keychain was asked for by name and does not answer
   */
  prepare(first?: FirstKey): Promise<Prepared>;
  /**
   * Encrypts every secret with another key, kept where `target` says. A crash at any step leaves a vault
   * that opens; what the step left behind is removed at the next opening. The old key goes last.
   *
   * @throws Problem; before the new file is in its place, with nothing changed
   */
  rekey(target: RekeyTarget): Promise<Rekeyed>;
  /**
   * Seals the key with another passphrase; no secret is encrypted anew.
   *
   * @throws Problem `vault-wrong-passphrase`, `vault-no-passphrase`
   */
  changePassphrase(current: Secret, next: Secret): Promise<void>;
  /** How it is, without changing anything; what keeps it from opening is part of the answer. */
  state(): Promise<VaultState>;
}
