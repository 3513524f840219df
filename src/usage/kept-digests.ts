import type { Kysely } from 'kysely';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Database } from '../database/open.ts';
import type { BodyDigestsRow, CallRow, Tables } from '../database/tables.ts';
import type { DigestsOfCall } from './body-digests.ts';
import type { CallRecord } from './call-record.ts';

interface KeptDigestsOptions {
  readonly database: Database;
  readonly log: Log;
  /** Calls whose digests are kept, the newest. */
  readonly most?: number;
}

const usualMost = 10_000;
/** Those that wait for a disk; of more, the oldest go. */
const mostWaiting = 1_000;
const rowsOfAStatement = 100;
/** So many more than are kept may be there until it is tidied. */
const slack = 500;

/** Digests of bodies, kept beside the ledger: a row for each call whose bytes were compared. */
export class KeptDigests {
  readonly #options: KeptDigestsOptions;
  readonly #waiting: BodyDigestsRow[] = [];
  #writing: Promise<void> | undefined;
  #sinceTidied = slack;
  #isTold = false;

  constructor(options: KeptDigestsOptions) {
    this.#options = options;
  }

  /** Never throws and never waits. */
  record({ requestId, startedAt, digests }: CallRecord): void {
    if (digests === undefined) return;
    this.#waiting.push({
      request_id: requestId,
      started_at: Math.round(startedAt),
      digests: JSON.stringify(digests),
    });
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    void this.flush();
  }

  /** Resolves when those that wait are written, or could not be. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { database, log } = this.#options;
    let rows: BodyDigestsRow[] = [];
    try {
      while (this.#waiting.length > 0) {
        rows = this.#waiting.splice(0, rowsOfAStatement);
        await database.query.insertInto('body_digests').values(rows).execute();
        this.#sinceTidied += rows.length;
        rows = [];
        if (this.#sinceTidied >= slack) await this.#tidy();
      }
      this.#isTold = false;
    } catch (error) {
      // They are written with the next ones.
      this.#waiting.unshift(...rows);
      if (!this.#isTold) log.warn('digests of bodies are not written', { reason: messageOf(error) });
      this.#isTold = true;
    }
  }

  async #tidy(): Promise<void> {
    const { database, most = usualMost } = this.#options;
    this.#sinceTidied = 0;
    const oldest = await database.query
      .selectFrom('body_digests')
      .select('started_at')
      .orderBy('started_at', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst();
    if (oldest === undefined) return;
    await database.query.deleteFrom('body_digests').where('started_at', '<=', oldest.started_at).execute();
  }
}

type Of = Pick<CallRow, 'started_at' | 'request_id' | 'bytes_in'>;

/**
 * What is known of the bodies of `calls`: ask the function for each of them. A client gives its calls what ids it
 * likes: of several that began in one millisecond under one id only those are told apart that have bodies of different
 * lengths, or the same body; of the others nothing is said.
 */
export async function digestsOf(
  query: Kysely<Tables>,
  calls: readonly Of[],
): Promise<(call: Of) => DigestsOfCall | undefined> {
  const rows = await query
    .selectFrom('body_digests')
    .selectAll()
    .where('started_at', 'in', [...new Set(calls.map(({ started_at }) => started_at))])
    .execute();
  const known = Map.groupBy(rows, keyOf);
  return (call) => {
    const texts = new Set(known.get(keyOf(call))?.map(({ digests }) => digests));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `record` alone
    const all = [...texts].map((text) => JSON.parse(text) as DigestsOfCall);
    const [one, ...others] = all.filter(({ came }) => came.bytes === call.bytes_in);
    return others.length === 0 ? one : undefined;
  };
}

function keyOf({ started_at, request_id }: Pick<Of, 'started_at' | 'request_id'>): string {
  return `${started_at} ${request_id}`;
}
