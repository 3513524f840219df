import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { HeaderList } from '../../http/headers.ts';
import { LateWriter } from '../late-writer.ts';
import { continued, type Course } from './course.ts';
import { forecastOf, type Forecast } from './forecast.ts';
import type { HeadroomTable } from './headroom-table.ts';
import { haveTheSameNames, readingsIn, type Reading } from './readings.ts';
import { windowsIn, type Room, type RoomWindow } from './room.ts';

/** A window of an account as it is shown. */
export interface WindowSeen extends Reading {
  /** When the upstream said so (ms since the epoch). */
  readonly readAt: number;
  readonly forecast: Forecast;
}

export interface HeadroomOptions {
  readonly table: Pick<HeadroomTable, 'read' | 'write'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What an account's answers said last. */
interface Heard {
  /** When an answer was last taken in at once (ms since the epoch). */
  takenAt: number;
  /** Of the last answer that said anything. */
  headers: HeaderList;
  /** When it came, where it has yet to be taken in (ms since the epoch). */
  notedAt: number | undefined;
}

/** Answers that follow each other faster are noted, and only the last of them is taken in: no pace needs more (ms). */
const noteWithinMs = 1_000;
/** Windows of one account; what comes beyond them takes the place of the one heard of longest ago. */
const mostWindows = 60;
/** How long after a reading it is written down at the latest (ms). */
const writeAfterMs = 5_000;
/** A window nobody has told of for that long is forgotten (ms). */
const forgottenAfterMs = 40 * 24 * 3_600_000;

/**
 * How much every account has left, by the last headers of its answers, and how it came there. Kept in the
 * database, so that a restart forgets nothing; what was heard in the last seconds may be lost in a crash.
 */
export class Headroom {
  readonly #options: HeadroomOptions;
  readonly #courses = new Map<string, Map<string, Course>>();
  readonly #rooms = new Map<string, { windows: readonly RoomWindow[] }>();
  readonly #heard = new Map<string, Heard>();
  readonly #changed = new Map<string, Set<string>>();
  readonly #writer: LateWriter;

  private constructor(options: HeadroomOptions) {
    this.#options = options;
    const { clock, log } = options;
    const write = (): Promise<void> => this.#write();
    this.#writer = new LateWriter({ clock, log, what: 'headroom', afterMs: writeAfterMs, write });
  }

  /** @throws DatabaseError */
  static async open(options: HeadroomOptions): Promise<Headroom> {
    const headroom = new Headroom(options);
    const since = options.clock.now() - forgottenAfterMs;
    for (const { accountId, course } of await options.table.read(since))
      headroom.#windowsOf(accountId).set(course.reading.window, course);
    return headroom;
  }

  /** Takes what the headers of an upstream's answer say. Every call pays for this: it is put off where it can be. */
  learn(accountId: string, headers: HeaderList): void {
    const now = this.#options.clock.now();
    const heard = this.#heard.get(accountId);
    if (heard !== undefined && isSoon(now - heard.takenAt) && haveTheSameNames(heard.headers, headers)) {
      heard.headers = headers;
      heard.notedAt = now;
      this.#writer.soon();
      return;
    }
    const readings = readingsIn(headers, now);
    if (readings.length === 0) return;
    this.#takeInNoted(accountId);
    this.#heard.set(accountId, { takenAt: now, headers, notedAt: undefined });
    this.#takeIn(accountId, readings, now);
    this.#writer.soon();
  }

  #takeIn(accountId: string, readings: readonly Reading[], now: number): void {
    const windows = this.#windowsOf(accountId);
    const changed = this.#changed.get(accountId) ?? new Set();
    this.#changed.set(accountId, changed);
    for (const reading of readings) {
      const { window } = reading;
      const course = continued(windows.get(window), reading, now);
      // Deleting first moves the window to the end: a Map keeps the order of insertion.
      windows.delete(window);
      windows.set(window, course);
      changed.add(window);
    }
    for (const window of windows.keys()) {
      if (windows.size <= mostWindows) break;
      windows.delete(window);
      changed.add(window);
    }
    this.#seeRoom(accountId);
  }

  #takeInNoted(accountId: string): void {
    const heard = this.#heard.get(accountId);
    if (heard?.notedAt === undefined) return;
    this.#takeIn(accountId, readingsIn(heard.headers, heard.notedAt), heard.notedAt);
    heard.notedAt = undefined;
  }

  /** What an account has left, for those who choose; what comes later shows in the same object. */
  readonly roomOf = (accountId: string): Room => {
    let room = this.#rooms.get(accountId);
    if (room === undefined) {
      room = { windows: [] };
      this.#rooms.set(accountId, room);
      this.#seeRoom(accountId);
    }
    return room;
  };

  /** The windows of an account, the fullest first. */
  of(accountId: string): WindowSeen[] {
    this.#takeInNoted(accountId);
    const now = this.#options.clock.now();
    const seen: WindowSeen[] = [];
    for (const { reading, readAt, samples } of this.#courses.get(accountId)?.values() ?? [])
      seen.push({ ...reading, readAt, forecast: forecastOf(reading, samples, now) });
    return seen.toSorted((a, b) => (b.used ?? 0) - (a.used ?? 0));
  }

  /** Forgets the accounts that are none of `ids`, and what belonged to a credential that is no longer theirs. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#courses.keys()) if (!ids.has(id)) this.forget(id);
    for (const id of this.#rooms.keys()) if (!ids.has(id)) this.#rooms.delete(id);
  }

  forget(accountId: string): void {
    this.#heard.delete(accountId);
    const windows = this.#courses.get(accountId);
    if (windows === undefined) return;
    this.#courses.delete(accountId);
    this.#seeRoom(accountId);
    this.#changed.set(accountId, new Set(windows.keys()));
    this.#writer.soon();
  }

  /** Resolves when what was heard so far is written, or could not be. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  #seeRoom(accountId: string): void {
    const room = this.#rooms.get(accountId);
    if (room === undefined) return;
    room.windows = windowsIn(this.#courses.get(accountId)?.values() ?? []);
  }

  #windowsOf(accountId: string): Map<string, Course> {
    let windows = this.#courses.get(accountId);
    if (windows === undefined) {
      windows = new Map();
      this.#courses.set(accountId, windows);
    }
    return windows;
  }

  async #write(): Promise<void> {
    for (const accountId of this.#heard.keys()) this.#takeInNoted(accountId);
    if (this.#changed.size === 0) return;
    const changes = [...this.#changed].flatMap(([accountId, windows]) =>
      [...windows].map((window) => ({
        accountId,
        window,
        course: this.#courses.get(accountId)?.get(window),
      })),
    );
    this.#changed.clear();
    // What cannot be written now: the next reading of a window is written anyway, and memory is what matters.
    await this.#options.table.write(changes);
  }
}

/** A clock that was set back says nothing of what is soon. */
function isSoon(ms: number): boolean {
  return ms >= 0 && ms < noteWithinMs;
}
