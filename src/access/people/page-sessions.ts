import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { Secret } from '../../base/secret.ts';
import type { Database } from '../../database/open.ts';
import type { PageSessionRow } from '../../database/people-tables.ts';
import { randomText } from '../random-text.ts';

/** How somebody signed in. */
export type SignedInVia = 'password' | 'link' | 'oidc';

/** A browser in which somebody is signed in. Moments are milliseconds since the Unix epoch. */
export interface PageSession {
  /** Of the row; no secret, and no way in. */
  readonly id: string;
  readonly via: SignedInVia;
  /** `person:ID`, `role:ROLE:ID`, `oidc:PROVIDER:SUBJECT`. */
  readonly whose: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly address: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

export interface PageSessionsOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** How long a session lives, unused and in all (s). */
  readonly limits: () => { readonly idleSeconds: number; readonly longestSeconds: number };
}

/** A session that was shown, and what the browser is to have from now on, where that changes. */
export interface Shown {
  readonly session: PageSession;
  readonly renewed: Secret | undefined;
}

/** 256 bits. */
const secretLength = 43;
/** So often the browser gets something new (ms). */
const renewMs = 15 * 60_000;
/** What was replaced is good for so long, for requests that were underway (ms). */
const graceMs = 60_000;
/** How exact "last seen" is (ms). */
const seenPrecisionMs = 60_000;
/** Browsers signed in at once, in all and of one person; beyond it the one unused for longest is signed out. */
const mostSessions = 5_000;
const mostOfOne = 50;

/**
 * Who is signed in where, in the database: a restart signs nobody out, and a replica knows of all. What a browser has
 * is renewed all the time. The old goes only when the browser shows the new: an answer that was lost on its way
 * signs nobody out, and where two have one session, it ends.
 */
export class PageSessions {
  readonly #options: PageSessionsOptions;

  constructor(options: PageSessionsOptions) {
    this.#options = options;
  }

  /** Begins a session; never one whose secret somebody else could know already. @throws DatabaseError */
  async begin(
    who: Pick<PageSession, 'via' | 'whose' | 'name' | 'email' | 'address'>,
  ): Promise<{ session: PageSession; secret: Secret }> {
    const { database, clock } = this.#options;
    const secret = new Secret(randomText(secretLength));
    const now = clock.now();
    const row: PageSessionRow = {
      id: `ses_${randomText(16)}`,
      hash: hashOf(secret.reveal()),
      next_hash: null,
      next_at: null,
      before_hash: null,
      changed_at: now,
      via: who.via,
      whose: who.whose,
      name: who.name,
      email: who.email ?? null,
      address: who.address,
      created_at: now,
      seen_at: now,
    };
    await this.#tidy(now, who.whose);
    await database.batch([database.query.insertInto('page_sessions').values(row)], { durable: true });
    return { session: read(row), secret };
  }

  /**
   * The session that a browser shows. `isUse`: a person does something, and not the page by itself.
   *
   * @throws DatabaseError
   */
  async find(shown: Secret, isUse: boolean): Promise<Shown | undefined> {
    const text = shown.reveal();
    if (!/^[0-9A-Za-z]{43}$/.test(text)) return undefined;
    const hash = hashOf(text);
    const now = this.#options.clock.now();
    const row = await this.#options.database.query
      .selectFrom('page_sessions')
      .selectAll()
      .where((or) => or.or([or('hash', '=', hash), or('next_hash', '=', hash), or('before_hash', '=', hash)]))
      .executeTakeFirst();
    if (row === undefined || !this.#isAlive(row, now)) return undefined;
    const isOld = row.before_hash === hash;
    if (isOld && now - row.changed_at >= graceMs) {
      // The browser has shown that it has the new one: somebody else has this.
      await this.end(row.id);
      return undefined;
    }
    if (isUse && now - row.seen_at >= seenPrecisionMs) await this.#change(row.id, { seen_at: now });
    if (row.next_hash === hash) await this.#takeNext(row, now);
    const renewed = row.hash === hash && isUse ? await this.#renew(row, now) : undefined;
    return { session: read(row), renewed };
  }

  /** A session that goes on, by its id: for whoever was let in by it and is still here. @throws DatabaseError */
  async byId(id: string): Promise<PageSession | undefined> {
    const { query } = this.#options.database;
    const row = await query.selectFrom('page_sessions').selectAll().where('id', '=', id).executeTakeFirst();
    return row !== undefined && this.#isAlive(row, this.#options.clock.now()) ? read(row) : undefined;
  }

  /** Ends one session. @throws DatabaseError */
  async end(id: string): Promise<void> {
    const { database } = this.#options;
    await database.batch([database.query.deleteFrom('page_sessions').where('id', '=', id)], {
      durable: true,
    });
  }

  /** Ends every session of `whose`, or all there are; gives how many. @throws DatabaseError */
  async endAll(whose?: string): Promise<number> {
    const { database } = this.#options;
    const all = database.query.deleteFrom('page_sessions');
    const [count = 0] = await database.batch([whose === undefined ? all : all.where('whose', '=', whose)], {
      durable: true,
    });
    return count;
  }

  /** Every session that goes on, the one used last first. @throws DatabaseError */
  async list(): Promise<PageSession[]> {
    const now = this.#options.clock.now();
    const rows = await this.#options.database.query
      .selectFrom('page_sessions')
      .selectAll()
      .orderBy('seen_at', 'desc')
      .execute();
    return rows.filter((row) => this.#isAlive(row, now)).map(read);
  }

  #isAlive({ created_at: created, seen_at: seen }: PageSessionRow, now: number): boolean {
    const { idleSeconds, longestSeconds } = this.#options.limits();
    return now - seen < idleSeconds * 1000 && now - created < longestSeconds * 1000;
  }

  /** Of several requests at once, one gets what comes next; it is offered again where the browser never shows it. */
  async #renew(row: PageSessionRow, now: number): Promise<Secret | undefined> {
    if (now - row.changed_at < renewMs) return undefined;
    if (row.next_at !== null && now - row.next_at < graceMs) return undefined;
    const { database } = this.#options;
    const secret = new Secret(randomText(secretLength));
    const offer = database.query
      .updateTable('page_sessions')
      .set({ next_hash: hashOf(secret.reveal()), next_at: now })
      .where('id', '=', row.id)
      .where('hash', '=', row.hash)
      .where((or) => or.or([or('next_at', 'is', null), or('next_at', '=', row.next_at ?? 0)]));
    const [changed] = await database.batch([offer]);
    return changed === 1 ? secret : undefined;
  }

  async #takeNext({ id, hash, next_hash: next }: PageSessionRow, now: number): Promise<void> {
    if (next === null) return;
    const { database } = this.#options;
    const take = database.query
      .updateTable('page_sessions')
      .set({ hash: next, next_hash: null, next_at: null, before_hash: hash, changed_at: now })
      .where('id', '=', id)
      .where('next_hash', '=', next);
    await database.batch([take]);
  }

  async #change(id: string, set: Partial<PageSessionRow>): Promise<void> {
    const { database } = this.#options;
    await database.batch([database.query.updateTable('page_sessions').set(set).where('id', '=', id)]);
  }

  /** Removes what is over, and makes room: whoever signs in again and again signs out none but themselves. */
  async #tidy(now: number, whose: string): Promise<void> {
    const { database } = this.#options;
    const rows = await database.query
      .selectFrom('page_sessions')
      .selectAll()
      .orderBy('seen_at', 'desc')
      .execute();
    const alive = rows.filter((row) => this.#isAlive(row, now));
    const theirs = alive.filter((row) => row.whose === whose);
    const kept = new Set(alive.slice(0, mostSessions - 1));
    for (const one of theirs.slice(mostOfOne - 1)) kept.delete(one);
    const gone = rows.filter((row) => !kept.has(row));
    await database.batch(
      gone.map(({ id }) => database.query.deleteFrom('page_sessions').where('id', '=', id)),
    );
  }
}

const vias: readonly SignedInVia[] = ['password', 'link', 'oidc'];

function read(row: PageSessionRow): PageSession {
  return {
    id: row.id,
    via: vias.find((via) => via === row.via) ?? 'password',
    whose: row.whose,
    name: row.name,
    email: row.email ?? undefined,
    address: row.address,
    createdAt: row.created_at,
    seenAt: row.seen_at,
  };
}

/** A fast hash is enough for 256 random bits. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
