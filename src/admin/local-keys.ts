import type { ClientKey, ClientKeys } from '../access/client-keys.ts';
import type { ClientKeyChanges, ClientKeyDraft } from '../access/key-draft.ts';
import type { Clock } from '../base/clock.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { CreatedKey, KeyView } from './contract.ts';
import { moment } from './status.ts';

export interface LocalKeysOptions {
  readonly keys: ClientKeys;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** Where the vault keeps the key of this machine's own commands. */
const localKeyId = 'client-key:local';
const localKeyName = 'this machine';

/** Client keys, changed where they are kept. */
export class LocalKeys {
  readonly #options: LocalKeysOptions;
  #localKey: Promise<Secret> | undefined;

  constructor(options: LocalKeysOptions) {
    this.#options = options;
  }

  listKeys(): Promise<readonly KeyView[]> {
    const now = this.#options.clock.now();
    return Promise.resolve(this.#options.keys.list().map((key) => keyView(key, now)));
  }

  async createKey(draft: ClientKeyDraft): Promise<CreatedKey> {
    const { key, secret } = await this.#options.keys.create(draft);
    return { key: secret.reveal(), view: keyView(key, this.#options.clock.now()) };
  }

  async changeKey(idOrNameOrPrefix: string, changes: ClientKeyChanges): Promise<KeyView> {
    const { keys, clock } = this.#options;
    return keyView(await keys.change(this.#meant(idOrNameOrPrefix), changes), clock.now());
  }

  async revokeKey(idOrNameOrPrefix: string): Promise<KeyView> {
    const { keys, clock } = this.#options;
    return keyView(await keys.revoke(this.#meant(idOrNameOrPrefix)), clock.now());
  }

  localKey(): Promise<Secret> {
    // Two commands at once would make two keys of one name.
    this.#localKey ??= this.#findOrMakeLocalKey().finally(() => {
      this.#localKey = undefined;
    });
    return this.#localKey;
  }

  /** The id where the beginning of a key was given. @throws Problem key-ambiguous */
  #meant(idOrNameOrPrefix: string): string {
    if (!idOrNameOrPrefix.startsWith(product.keyPrefix)) return idOrNameOrPrefix;
    return idOfBeginning(this.#options.keys.list(), idOrNameOrPrefix) ?? idOrNameOrPrefix;
  }

  async #findOrMakeLocalKey(): Promise<Secret> {
    const kept = await this.#keptLocalKey();
    if (kept !== undefined) return kept;
    try {
      return await this.#newLocalKey();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'key-name-taken') throw error;
    }
    // Another process was quicker; or a crash left a key of this name whose text nobody has.
    const theirs = await this.#keptLocalKey();
    if (theirs !== undefined) return theirs;
    await this.#options.keys.revoke(localKeyName);
    return this.#newLocalKey();
  }

  async #keptLocalKey(): Promise<Secret | undefined> {
    const { keys, vault } = this.#options;
    const kept = await vault.get(localKeyId);
    if (kept === undefined) return undefined;
    if (keys.authenticate(kept.reveal()).is === 'unknown') await keys.reload();
    return keys.authenticate(kept.reveal()).is === 'known' ? kept : undefined;
  }

  async #newLocalKey(): Promise<Secret> {
    const { keys, vault } = this.#options;
    const { secret } = await keys.create({ name: localKeyName, owner: 'commands of this machine' });
    await vault.set(localKeyId, secret);
    return secret;
  }
}

/** The key that begins like `text`; a whole key is its own beginning. Only as much is known as its hint. */
function idOfBeginning(all: readonly ClientKey[], text: string): string | undefined {
  const found = all.filter(
    ({ hint, revokedAt }) => revokedAt === undefined && (hint.startsWith(text) || text.startsWith(hint)),
  );
  if (found.length < 2) return found[0]?.id;
  const names = found.map(({ name }) => `"${name}"`).join(', ');
  const fix = `Revoke one by its name or id: \`${ownCommand('keys list --json')}\` shows them.`;
  throw new Problem('key-ambiguous', `Several keys begin like that: ${names}.`, fix);
}

function keyView(key: ClientKey, now: number): KeyView {
  const at = (ms: number | undefined): string | null => (ms === undefined ? null : moment(ms));
  const isOver = key.expiresAt !== undefined && key.expiresAt <= now;
  return {
    id: key.id,
    name: key.name,
    owner: key.owner,
    hint: key.hint,
    state: key.revokedAt !== undefined ? 'revoked' : isOver ? 'expired' : 'active',
    createdAt: moment(key.createdAt),
    expiresAt: at(key.expiresAt),
    revokedAt: at(key.revokedAt),
    lastUsedAt: at(key.lastUsedAt),
    models: key.models ?? [],
    accounts: key.accounts ?? [],
    requestsPerMinute: key.requestsPerMinute ?? null,
    callsAtOnce: key.callsAtOnce ?? null,
    budgets: (key.budgets ?? []).map(({ period, limitUsd = null, limitTokens = null, hard }) => ({
      period,
      limitUsd,
      limitTokens,
      hard,
    })),
    role: key.role ?? null,
  };
}
