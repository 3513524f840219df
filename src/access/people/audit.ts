import type { ExpressionBuilder } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { redacted } from '../../base/redact.ts';
import type { Database } from '../../database/open.ts';
import type { Tables } from '../../database/tables.ts';
import type { AuditRow } from '../../database/people-tables.ts';
import { randomText } from '../random-text.ts';
import { Sparsely } from './sparsely.ts';

/** Who did something: as much as is known. */
export interface Actor {
  readonly name: string;
  /** How they are known: `loopback`, `password`, `link`, `oidc`, `key`, `command`. */
  readonly via: string;
  /** From which address. */
  readonly address: string;
}

/** Something that somebody did. */
export interface Change {
  /** `account.added`, `key.revoked`, `sign-in.refused`: what, then how it ended. */
  readonly what: string;
  /** What it was done to, by its name. */
  readonly subject?: string | undefined;
  /** What else there is to know; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditEntry extends Change {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly by: Actor;
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
}

export interface AuditAsk {
  readonly limit: number;
  /** Only entries from this moment on (ms). */
  readonly since?: number | undefined;
  /** Only those older than this entry: its id. */
  readonly before?: string | undefined;
  /** Only those whose `what` begins so. */
  readonly what?: string | undefined;
  /** Only those of whoever is called so. */
  readonly who?: string | undefined;
}

export interface AuditOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly keepDays: () => number;
  readonly most?: Readonly<Record<Share, number>>;
}

/** What entries are, so that none of one kind takes the places of another. */
type Share = 'changes' | 'sign-ins' | 'refusals';

/** How often what is too old is removed, while something is written (ms). */
const forgetMs = 3_600_000;
/**
 * Entries kept at the most, whatever `keepDays` says. Sign-ins and what was refused have a share of their own each:
 * nobody can push changes out of the log by signing in again and again, or what they have tried in vain.
 */
const mostOfAll: Readonly<Record<Share, number>> = {
  changes: 200_000,
  'sign-ins': 50_000,
  refusals: 50_000,
};
const longestText = 300;

/** Who changed what, when and from where. In the database, without anything that is secret. */
export class Audit {
  readonly #options: AuditOptions;
  readonly #repeated: Sparsely;
  #forgotAt = Number.NEGATIVE_INFINITY;
  #lastAt = 0;
  #ofOneMoment = 0;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#repeated = new Sparsely(options.clock);
  }

  /** The id of the newest entry, whichever process wrote it; undefined where there is none. @throws DatabaseError */
  async newest(): Promise<string | undefined> {
    const newest = this.#options.database.query
      .selectFrom('audit')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1);
    return (await newest.executeTakeFirst())?.id;
  }

  /** Writes down what was done. Never rejects: it has happened, and whoever did it is not to blame for the disk. */
  async note(by: Actor, { what, subject = '', details = {} }: Change): Promise<void> {
    const { database, clock, log } = this.#options;
    const at = clock.now();
    const row: AuditRow = {
      id: this.#idAt(at),
      at,
      who: short(by.name),
      via: by.via,
      address: short(by.address),
      what,
      subject: short(subject),
      details: JSON.stringify(
        Object.fromEntries(Object.entries(details).map(([name, value]) => [name, short(String(value))])),
      ),
    };
    try {
      await database.batch([database.query.insertInto('audit').values(row)]);
      await this.#forget(at);
    } catch (error) {
      log.error('a change was not written down', { what, by: by.name, reason: messageOf(error) });
    }
  }

  /**
   * Writes down what anybody who may look can do as often as they like: of the same person from the same address the
   * first time, the second, the fourth …, with how many `times` it were.
   */
  async noteRepeated(by: Actor, change: Change): Promise<void> {
    const times = this.#repeated.count(JSON.stringify([change.what, by.via, by.name, by.address]));
    if (times === undefined) return;
    await this.note(by, times === 1 ? change : { ...change, details: { ...change.details, times } });
  }

  /** Entries, newest first. @throws DatabaseError */
  async list({ limit, since, before, what, who }: AuditAsk): Promise<AuditEntry[]> {
    let query = this.#options.database.query
      .selectFrom('audit')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit);
    if (since !== undefined) query = query.where('at', '>=', since);
    if (before !== undefined) query = query.where('id', '<', before);
    if (who !== undefined) query = query.where('who', '=', who);
    // The words there are hold nothing that `like` takes for a pattern.
    if (what !== undefined) query = query.where('what', 'like', `${what.replaceAll(/[^a-z.-]/g, '')}%`);
    return (await query.execute()).map(read);
  }

  /** In the order of time, and of one moment in the order in which they came; from several processes all different. */
  #idAt(at: number): string {
    this.#ofOneMoment = at === this.#lastAt ? this.#ofOneMoment + 1 : 0;
    this.#lastAt = at;
    const inOrder = (value: number, length: number): string => value.toString(36).padStart(length, '0');
    return `${inOrder(at, 9)}${inOrder(this.#ofOneMoment, 3)}${randomText(8)}`;
  }

  async #forget(now: number): Promise<void> {
    if (now - this.#forgotAt < forgetMs) return;
    this.#forgotAt = now;
    const { database, keepDays } = this.#options;
    await database.batch([
      database.query.deleteFrom('audit').where('at', '<', now - keepDays() * 86_400_000),
    ]);
    const { most = mostOfAll } = this.#options;
    for (const share of ['changes', 'sign-ins', 'refusals'] as const) await this.#keep(share, most[share]);
  }

  /** Keeps the newest `most` of a share. */
  async #keep(share: Share, most: number): Promise<void> {
    const { database } = this.#options;
    const { query } = database;
    const isMeant = (of: ExpressionBuilder<Tables, 'audit'>) => {
      const isRefusal = of('what', 'like', '%.refused');
      const isSignIn = of('what', 'like', 'sign%');
      if (share === 'refusals') return isRefusal;
      return of.and([of.not(isRefusal), share === 'sign-ins' ? isSignIn : of.not(isSignIn)]);
    };
    const tooOld = await query
      .selectFrom('audit')
      .select('id')
      .where(isMeant)
      .orderBy('id', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst();
    if (tooOld === undefined) return;
    await database.batch([query.deleteFrom('audit').where('id', '<=', tooOld.id).where(isMeant)]);
  }
}

/** What a stranger may have chosen does not fill the disk, and holds nothing that looks like a secret. */
function short(text: string): string {
  return redacted(text.slice(0, 4 * longestText)).slice(0, longestText);
}

function read({ id, at, who, via, address, what, subject, details }: AuditRow): AuditEntry {
  const parsed: Record<string, string> = JSON.parse(details);
  return { id, at, by: { name: who, via, address }, what, subject, details: parsed };
}
