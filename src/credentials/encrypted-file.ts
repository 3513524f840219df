import { dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { removeUnfinished } from '../base/files.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import { KeyKeeper, type KeyKeeperOptions } from './key-keeper.ts';
import { requireGood, wrongPassphrase } from './passphrase-place.ts';
import { rekey, removeSpareKeys, type RekeyParts } from './rekey.ts';
import { openEntry, sealAll } from './sealed.ts';
import { openKey, sealKey } from './sealed-key.ts';
import { StoredFile, type StoredFileOptions, type Turn } from './stored-file.ts';
import type {
  FirstKey,
  KeyedVault,
  NewSecrets,
  NextSecret,
  Prepared,
  Rekeyed,
  RekeyTarget,
  VaultDescription,
  VaultState,
} from './vault.ts';
import { damaged, type VaultFile } from './vault-file.ts';
import { stateOf } from './vault-state.ts';

/** No write takes that long: whoever began it is dead. */
const abandonedMs = 60_000;

export type EncryptedFileOptions = StoredFileOptions & KeyKeeperOptions;

/** A vault in one file: an entry is a JWE of its own, so that a change touches nothing else. */
export class EncryptedFile implements KeyedVault {
  readonly #stored: StoredFile;
  readonly #keeper: KeyKeeper;
  readonly #parts: RekeyParts;
  readonly #clock: Clock;
  /** Secrets that were decrypted before, each with the JWE it came from. */
  readonly #opened = new Map<string, { jwe: unknown; secret: Secret }>();

  constructor(options: EncryptedFileOptions) {
    this.#stored = new StoredFile(options);
    this.#keeper = new KeyKeeper(options);
    this.#parts = { ...options, stored: this.#stored, keeper: this.#keeper };
    this.#clock = options.clock;
  }

  /**
   * Whether everything is as it should be; then also finishes what a crash interrupted.
   *
   * @throws Problem where the file or its key is not right; nothing is touched
   */
  async check(): Promise<void> {
    const { file } = await this.#stored.read();
    await this.#keeper.check(file);
    await removeSpareKeys(this.#parts);
    await removeUnfinished(dirname(this.#stored.path), this.#clock.now() - abandonedMs);
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
    const isStoring = [...secrets.values()].some((secret) => secret !== undefined);
    if (isStoring) await this.#beReady();
    await this.#stored.exclusively((turn) => this.#store(turn, secrets));
  }

  async update(
    id: string,
    next: NextSecret,
    { isSpent = false }: { readonly isSpent?: boolean } = {},
  ): Promise<Secret | undefined> {
    requireId(id);
    await this.#beReady();
    return this.#stored.exclusively(async (turn) => {
      const current = await this.#secretIn(turn.file, id);
      const after = await next(current);
      if (after !== current) await this.#store(turn, new Map([[id, after]]), isSpent);
      return after;
    });
  }

  async ids(): Promise<string[]> {
    const { file } = await this.#stored.read();
    return [...file.entries.keys()].toSorted();
  }

  async stamp(): Promise<string> {
    return (await this.#stored.read()).stamp;
  }

  describe(): VaultDescription {
    return this.#keeper.describe();
  }

  async prepare(first?: FirstKey): Promise<Prepared> {
    if (first?.backend === 'passphrase') requireGood(first.passphrase);
    const { file } = await this.#stored.read();
    return this.#keeper.prepare(file, first);
  }

  rekey(target: RekeyTarget): Promise<Rekeyed> {
    return rekey(this.#parts, target);
  }

  async changePassphrase(current: Secret, next: Secret): Promise<void> {
    requireGood(next);
    await this.#stored.exclusively(async ({ file, write }) => {
      if (file.passphrase === undefined) throw noPassphrase();
      const key = await openKey(file.passphrase, current);
      if (key === undefined) throw wrongPassphrase();
      if (key.id !== file.key)
        throw damaged(this.#stored.path, 'the sealed key is not the one of its entries');
      // With the version before, the old passphrase would still open something.
      await write({ ...file, passphrase: await sealKey(key, next) }, 'after');
    });
  }

  state(): Promise<VaultState> {
    return stateOf(this.#stored, this.#keeper, this.#parts.places);
  }

  /** Whatever may ask a keychain or a person comes before the vault is locked. */
  async #beReady(): Promise<void> {
    const { file } = await this.#stored.read();
    if (file.entries.size > 0) await this.#keeper.forStored(file);
    else await this.#keeper.prepareAlone(file);
  }

  async #secretIn(file: VaultFile, id: string): Promise<Secret | undefined> {
    const jwe = file.entries.get(id)?.['jwe'];
    const before = this.#opened.get(id);
    if (jwe !== undefined && before?.jwe === jwe) return before.secret;
    this.#opened.delete(id);
    if (jwe === undefined) return undefined;
    const { key } = await this.#keeper.forStored(file);
    const secret = await openEntry(key, id, jwe, this.#stored.path);
    this.#opened.set(id, { jwe, secret });
    return secret;
  }

  async #store({ file, write }: Turn, changes: NewSecrets, isSpent = false): Promise<void> {
    const stored = new Map<string, Secret>();
    const deleted: string[] = [];
    for (const [id, secret] of changes) {
      if (secret !== undefined) stored.set(id, secret);
      else if (file.entries.has(id)) deleted.push(id);
    }
    if (stored.size === 0 && deleted.length === 0) return;
    const { key, header } = await (file.entries.size > 0
      ? this.#keeper.forStored(file)
      : this.#keeper.forEmpty(file));
    const updated = new Date(this.#clock.now()).toISOString();
    const entries = new Map(await sealAll(key, file, stored, updated));
    for (const id of deleted) {
      entries.delete(id);
      this.#opened.delete(id);
    }
    // Nothing that was deleted stays readable.
    const backUp = isSpent || deleted.length > 0 ? 'after' : 'before';
    await write({ ...file, ...header, entries }, backUp);
  }
}

function requireId(id: string): void {
  if (!/^[A-Za-z0-9_.:-]{1,128}$/.test(id))
    throw new TypeError('a vault id is 1 to 128 letters, digits, _.:-');
}

function noPassphrase(): Problem {
  return new Problem(
    'vault-no-passphrase',
    'The vault is not sealed with a passphrase.',
    `\`${ownCommand('auth vault status')}\` says where its key is; \`${ownCommand('auth vault rekey --to passphrase')}\` changes that.`,
  );
}
