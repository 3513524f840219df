import { familyOf, type Family } from '../family.ts';
import type { Course } from './course.ts';

/** A window of an account as those see it who choose accounts. */
export interface RoomWindow {
  readonly window: string;
  /**
   * `plan`: of a subscription; it holds its account back where it is full, and orders nobody. `bucket`: a limit of the
   * API, which fills all the time. `period`: of a budget; what is left of it at its end is lost.
   */
  readonly kind: 'plan' | 'bucket' | 'period';
  /** The window counts for this family of models only. */
  readonly family: Family | undefined;
  /** The used share: 0 … 1, and above. */
  readonly used: number;
  /** When that was so (ms since the epoch). */
  readonly readAt: number;
  /** Milliseconds since the epoch; a window without a reset says nothing for long, and is not looked at. */
  readonly resetAt: number;
}

/** What the answers of one account said it has left. The list is replaced as they come; the object stays. */
export interface Room {
  readonly windows: readonly RoomWindow[];
}

/** Asks for the room of an account, by its id, once: it follows what comes later. */
export type RoomOf = (accountId: string) => Room;

/** Of an account nobody has told anything of. */
export const unknownRoom: Room = { windows: [] };

/** The windows that `courses` end with. What may be used beyond a plan (`overage`) is no room of the plan. */
export function windowsIn(courses: Iterable<Pick<Course, 'reading' | 'readAt'>>): RoomWindow[] {
  const windows: RoomWindow[] = [];
  for (const { reading, readAt } of courses) {
    const { kind, window, used, status, resetAt } = reading;
    if (resetAt === undefined || (kind === 'plan' && window.startsWith('overage'))) continue;
    const share = status === 'rejected' ? Math.max(1, used ?? 1) : used;
    const family = kind === 'plan' ? familyOf(window) : undefined;
    if (share !== undefined) windows.push({ window, kind, family, used: share, readAt, resetAt });
  }
  return windows;
}

/** Whether a window counts for models of `family`, and has not begun anew by `now`. */
export function counts(window: RoomWindow, family: Family | undefined, now: number): boolean {
  return window.resetAt > now && (window.family === undefined || window.family === family);
}

/** The used share at `now`: a bucket has filled meanwhile, evenly until its reset, at which it is full. */
export function usedAt({ kind, used, readAt, resetAt }: RoomWindow, now: number): number {
  if (kind !== 'bucket' || now <= readAt) return used;
  return (used * (resetAt - now)) / (resetAt - readAt);
}

/** The room with what somebody else says of the account at every look, beside what its answers say. */
export function roomWith(room: Room, others: () => readonly RoomWindow[]): Room {
  return {
    get windows() {
      const more = others();
      return more.length === 0 ? room.windows : [...room.windows, ...more];
    },
  };
}
