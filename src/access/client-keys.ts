import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { nameKey } from '../base/name-key.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import type { Database } from '../database/open.ts';
import type { ClientKeyRow } from '../database/tables.ts';
import type { ClientKey } from './client-key.ts';
import {
  type ClientKeyChanges,
  type ClientKeyDraft,
  type ClientKeySettings,
  readKeyDraft,
} from './key-draft.ts';
import { type Authentication, digestOf, KeyRing, type RingEntry } from './key-ring.ts';
import { fromRow, settingColumns, settingsIn, toRow } from './key-row.ts';
import { randomText } from './random-text.ts';

export type { ClientKey } from './client-key.ts';

export interface ClientKeysOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

const secretLength = 43;
const hintLength = product.keyPrefix.length + 4;
/** What ids of keys begin with that the environment brought: the rest of an id has no `_`, so no other does. */
const broughtPrefix = 'key_env_';
/** How exact "last used" is, and how often it is written down. */
const usePrecisionMs = 60_000;

/** The client keys: kept in the database, checked in memory. */
export class ClientKeys {
  readonly #options: ClientKeysOptions;
  readonly #ring: KeyRing;
  /** Keys used since the last writing, with the moment. */
  readonly #used = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #cancelWriting: (() => void) | undefined;

  private constructor(options: ClientKeysOptions) {
    this.#options = options;
    this.#ring = new KeyRing(options.clock, (key, now) => {
      this.#noteUse(key, now);
    });
  }

  /** @throws DatabaseError */
  static async open(options: ClientKeysOptions): Promise<ClientKeys> {
    const keys = new ClientKeys(options);
    await keys.reload();
    return keys;
  }

  /** Every key, revoked ones included, oldest first. */
  list(): ClientKey[] {
    const keys = this.#ring.entries().map(({ key }) => this.#withUse(key));
    return keys.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Whether any key could let a client in. */
  get hasAny(): boolean {
    return this.#ring.hasAny;
  }

  /**
   * Makes a key. This is the only time the key itself can be seen.
   *
   * @param brought the key itself, where the environment brings one (`server/given-client-key.ts`)
   * @throws Problem `key-invalid`, `key-name-taken`; DatabaseError
   */
  async create(
    draft: ClientKeyDraft | ClientKeySettings,
    brought?: Secret,
  ): Promise<{ key: ClientKey; secret: Secret }> {
    const { database, clock } = this.#options;
    const settings = readKeyDraft(draft, clock.now());
    const secret = brought ?? new Secret(product.keyPrefix + randomText(secretLength));
    const key: ClientKey = {
      id: (brought === undefined ? 'key_' : broughtPrefix) + randomText(16),
      ...settings,
      hint: secret.reveal().slice(0, hintLength),
      createdAt: clock.now(),
    };
    const digest = digestOf(secret.reveal());
    await this.#refuseTaken(key.name);
    const row = toRow(key, digest.toString('hex'));
    await database.batch([database.query.insertInto('client_keys').values(row)], { durable: true });
    this.#ring.put(digest.toString('hex'), key);
    this.#changed();
    return { key, secret };
  }

  /**
   * Changes what was decided about a key; its name and the key itself stay.
   *
   * @throws Problem `key-unknown`, `key-invalid`; DatabaseError
   */
  async change(idOrName: string, changes: ClientKeyChanges): Promise<ClientKey> {
    const { database, clock } = this.#options;
    const entry = await this.#known(idOrName);
    if (entry.key.revokedAt !== undefined) throw unknownKey(idOrName);
    const settings = readKeyDraft({ ...settingsIn(entry.key), ...changes }, clock.now());
    const { id, hint, createdAt } = entry.key;
    const columns = settingColumns(toRow({ id, hint, createdAt, ...settings }, ''));
    const update = database.query
      .updateTable('client_keys')
      .set(columns)
      .where('id', '=', id)
      .where('revoked_at', 'is', null);
    const [changed] = await database.batch([update], { durable: true });
    await this.reload();
    const after = this.#find(id);
    // Somebody may have revoked it meanwhile.
    if (changed !== 1 || after === undefined) throw unknownKey(idOrName);
    return after.key;
  }

  /**
   * Shuts a key out, from now on. Revoking it again changes nothing.
   *
   * @throws Problem `key-unknown`; DatabaseError
   */
  async revoke(idOrName: string): Promise<ClientKey> {
    const { database, clock } = this.#options;
    const entry = await this.#known(idOrName);
    if (entry.key.revokedAt !== undefined) return entry.key;
    const revokedAt = clock.now();
    const update = database.query
      .updateTable('client_keys')
      .set({ revoked_at: revokedAt })
      .where('id', '=', entry.key.id)
      .where('revoked_at', 'is', null);
    await database.batch([update], { durable: true });
    entry.key = { ...entry.key, revokedAt };
    this.#changed();
    return entry.key;
  }

  /** Looks `presented` up, in memory and in the same time whatever it is. */
  authenticate(presented: string): Authentication {
    return this.#ring.authenticate(presented);
  }

  /** The key that `secret` is, good or not; nobody calls with it. */
  keyOf(secret: Secret): ClientKey | undefined {
    return this.#ring.get(digestOf(secret.reveal()).toString('hex'))?.key;
  }

  /** Takes over what another process has changed. @throws DatabaseError */
  async reload(): Promise<void> {
    const rows = await this.#options.database.query.selectFrom('client_keys').selectAll().execute();
    this.#ring.fill(rows.flatMap((row) => this.#read(row)));
    this.#changed();
  }

  /** Every key by its hash, for a process that checks them as well. */
  hashed(): [hash: string, key: ClientKey][] {
    return this.#ring.hashed();
  }

  /** A key has let somebody in, elsewhere. */
  used(id: string): void {
    const now = this.#options.clock.now();
    // Told of every call: most are of a minute that is noted already.
    if ((this.#used.get(id) ?? 0) > now - usePrecisionMs) return;
    const entry = this.#ring.entries().find(({ key }) => key.id === id);
    if (entry !== undefined) this.#noteUse(entry.key, now);
  }

  /** Calls `listener` whenever keys may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Writes down what is not yet; nothing is written afterwards. */
  async close(): Promise<void> {
    this.#cancelWriting?.();
    this.#cancelWriting = undefined;
    await this.#writeUse();
  }

  /** A row that cannot be read lets nobody in; the others still do. */
  #read(row: ClientKeyRow): [hash: string, key: ClientKey][] {
    try {
      return [[row.hash, fromRow(row)]];
    } catch (error) {
      this.#options.log.error('a client key cannot be read', { id: row.id, reason: messageOf(error) });
      return [];
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** @throws Problem key-unknown */
  async #known(idOrName: string): Promise<RingEntry> {
    await this.reload();
    const entry = this.#find(idOrName);
    if (entry === undefined) throw unknownKey(idOrName);
    return entry;
  }

  #find(idOrName: string): RingEntry | undefined {
    const entries = this.#ring.entries();
    const name = nameKey(idOrName);
    return (
      entries.find(({ key }) => key.id === idOrName) ??
      entries.find(({ key }) => key.revokedAt === undefined && nameKey(key.name) === name)
    );
  }

  async #refuseTaken(name: string): Promise<void> {
    await this.reload();
    const taken = this.#find(name);
    if (taken === undefined || taken.key.revokedAt !== undefined) return;
    const fix = 'Choose another name, or revoke that key first.';
    throw new Problem('key-name-taken', `There is a client key "${taken.key.name}" already.`, fix);
  }

  #withUse(key: ClientKey): ClientKey {
    const used = this.#used.get(key.id);
    return used === undefined ? key : { ...key, lastUsedAt: used };
  }

  #noteUse(key: ClientKey, now: number): void {
    const before = this.#used.get(key.id) ?? key.lastUsedAt ?? Number.NEGATIVE_INFINITY;
    const minute = now - (now % usePrecisionMs);
    if (minute <= before) return;
    this.#used.set(key.id, minute);
    this.#cancelWriting ??= this.#options.clock.after(usePrecisionMs, () => {
      this.#cancelWriting = undefined;
      void this.#writeUse();
    });
  }

  async #writeUse(): Promise<void> {
    const { database, log } = this.#options;
    const used = [...this.#used];
    const updates = used.map(([id, moment]) =>
      database.query.updateTable('client_keys').set({ last_used_at: moment }).where('id', '=', id),
    );
    try {
      await database.batch(updates);
    } catch (error) {
      log.warn('the last use of client keys was not written', { reason: messageOf(error) });
      return;
    }
    for (const [id, moment] of used) if (this.#used.get(id) === moment) this.#used.delete(id);
    for (const entry of this.#ring.entries()) {
      const moment = used.find(([id]) => id === entry.key.id)?.[1];
      if (moment !== undefined) entry.key = { ...entry.key, lastUsedAt: moment };
    }
  }
}

/** Whether the environment brought it: whatever it is called. */
export function isBrought({ id }: ClientKey): boolean {
  return id.startsWith(broughtPrefix);
}

function unknownKey(idOrName: string): Problem {
  const fix = `\`${ownCommand('keys list')}\` shows the keys there are.`;
  return new Problem('key-unknown', `There is no client key "${idOrName}".`, fix);
}
