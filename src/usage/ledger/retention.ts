import { sleep, type Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Settings } from '../../config/settings.ts';
import type { Database } from '../../database/open.ts';
import { makeShrinkable, shrink, spaceOf } from '../../database/space.ts';
import { hourAt } from './hours.ts';
import { firstIdAt } from './ids.ts';

export interface RetentionOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** As they are now. */
  readonly settings: () => Settings['ledger'];
}

const dayMs = 86_400_000;
/** After the start others have more urgent things to ask of the disk. */
const firstSweepMs = 60_000;
const sweepEveryMs = 600_000;
/** Everybody waits while a piece is deleted, so the pieces are small and leave time in between (ms). */
const pauseMs = 20;
const longestPieceMs = 15;
const callsOfAPiece = { least: 50, first: 250, most: 1_000 };
/** Where the file holds too much, it goes down to this part of the limit. */
const lowWater = 0.95;
/** Empty pages are used again by the next calls; only more than this, and more than a quarter, is given back (bytes). */
const muchFree = 32 * 2 ** 20;
/** Measured on a file of 1.5 GB: a millisecond; four times as much has taken up to 50. */
const shrunkAtOnce = 64 * 1024;
/** A file of an earlier version up to this size is written anew in a few milliseconds. */
const smallFile = 8 * 2 ** 20;

/** Deletes what is older than the settings want, and what the file has no room for, without anybody waiting long for it. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #stop = new AbortController();
  #cancel: (() => void) | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #calls = callsOfAPiece.first;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** From now on, every ten minutes. */
  start(): void {
    this.#later(firstSweepMs);
  }

  /** Deletes what has to go now. @throws DatabaseError; what was deleted until then stays deleted */
  async sweep(): Promise<void> {
    const { database, clock, log, settings } = this.#options;
    const { keepDays, keepRollupDays, maxBytes } = settings();
    const now = clock.now();
    const before = firstIdAt(now - keepDays * dayMs);
    let deleted = await this.#delete(before, () => Promise.resolve(false));
    if ((await this.#used()) > maxBytes)
      deleted += await this.#delete(undefined, async () => (await this.#used()) <= maxBytes * lowWater);
    const { day } = hourAt(now - keepRollupDays * dayMs);
    await database.batch([
      database.query.deleteFrom('standings').where('id', '<', before),
      database.query.deleteFrom('rollups').where('day', '<', day),
      database.query.deleteFrom('body_digests').where('started_at', '<', now - keepDays * dayMs),
    ]);
    if (deleted > 0) {
      await this.#forgetSessions();
      log.info('old calls deleted', { calls: deleted });
    }
    await this.#shrink(maxBytes);
  }

  /** Stops after the piece that is being deleted. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#stop.abort(new Error('closed'));
    await this.#sweeping;
  }

  #later(ms: number): void {
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#sweeping = this.sweep()
        .catch((error: unknown) => {
          if (!this.#stop.signal.aborted)
            this.#options.log.warn('old calls cannot be deleted', { reason: messageOf(error) });
        })
        .finally(() => {
          if (!this.#stop.signal.aborted) this.#later(sweepEveryMs);
        });
    });
  }

  /** Deletes the oldest calls, of those with ids below `before`, until there are none or `isEnough`; says how many. */
  async #delete(before: number | undefined, isEnough: () => Promise<boolean>): Promise<number> {
    let deleted = 0;
    while (!(await isEnough())) {
      const piece = await this.#piece(before);
      if (piece === 0) break;
      deleted += piece;
    }
    return deleted;
  }

  /** Deletes some of the oldest calls, of those with ids below `before`; says how many. */
  async #piece(before: number | undefined): Promise<number> {
    const { database, clock } = this.#options;
    const { query } = database;
    await sleep(clock, pauseMs, this.#stop.signal);
    const began = clock.monotonic();
    let oldest = query.selectFrom('calls').select('id').orderBy('id');
    if (before !== undefined) oldest = oldest.where('id', '<', before);
    const ids = await oldest.limit(this.#calls).execute();
    const last = ids.at(-1)?.id;
    if (last === undefined) return 0;
    await database.batch([
      query.deleteFrom('calls').where('id', '<=', last),
      query.deleteFrom('attempts').where('call_id', '<=', last),
      query.deleteFrom('moves').where('call_id', '<=', last),
    ]);
    const took = clock.monotonic() - began;
    if (took > longestPieceMs) this.#calls = Math.max(callsOfAPiece.least, Math.floor(this.#calls / 2));
    else if (took < longestPieceMs / 3) this.#calls = Math.min(callsOfAPiece.most, this.#calls * 2);
    return ids.length;
  }

  /** Hours of sessions that no call is left of. */
  async #forgetSessions(): Promise<void> {
    const { query } = this.#options.database;
    const oldest = await query.selectFrom('calls').select('id').orderBy('id').limit(1).executeTakeFirst();
    if (oldest === undefined) return;
    await query.deleteFrom('session_hours').where('below_id', '<=', oldest.id).execute();
  }

  async #used(): Promise<number> {
    return (await spaceOf(this.#options.database.query))?.usedBytes ?? 0;
  }

  async #shrink(maxBytes: number): Promise<void> {
    const { database, clock } = this.#options;
    const space = await spaceOf(database.query);
    if (space?.canShrink === false && space.usedBytes < smallFile) await makeShrinkable(database.query);
    for (let now = space; now?.canShrink === true; now = await spaceOf(database.query)) {
      const { usedBytes, freeBytes } = now;
      const tooMuch = Math.max(
        freeBytes - Math.max(muchFree, usedBytes / 3),
        usedBytes + freeBytes - maxBytes,
      );
      const bytes = Math.min(tooMuch, freeBytes, shrunkAtOnce);
      if (bytes <= 0) return;
      await sleep(clock, pauseMs, this.#stop.signal);
      await shrink(database.query, bytes);
    }
  }
}
