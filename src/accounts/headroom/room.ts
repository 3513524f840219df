import { familyOf, type Family } from '../family.ts';
import type { Reading } from './readings.ts';

/** A window of a plan as those see it who choose accounts. */
export interface PlanWindow {
  readonly window: string;
  /** The window counts for this family of models only. */
  readonly family: Family | undefined;
  /** The used share: 0 … 1, and above. */
  readonly used: number;
  /** Milliseconds since the epoch; a window without a reset says nothing for long, and is not looked at. */
  readonly resetAt: number;
}

/** What the answers of one account said it has left. The list is replaced as they come; the object stays. */
export interface Room {
  readonly windows: readonly PlanWindow[];
}

/** Asks for the room of an account, by its id, once: it follows what comes later. */
export type RoomOf = (accountId: string) => Room;

/** Of an account nobody has told anything of. */
export const unknownRoom: Room = { windows: [] };

/** The plan windows among `readings`. What may be used beyond a plan (`overage`) is no room of the plan. */
export function planWindowsIn(readings: Iterable<Reading>): PlanWindow[] {
  const windows: PlanWindow[] = [];
  for (const { kind, window, used, status, resetAt } of readings) {
    if (kind !== 'plan' || resetAt === undefined || window.startsWith('overage')) continue;
    const share = status === 'rejected' ? Math.max(1, used ?? 1) : used;
    if (share !== undefined) windows.push({ window, family: familyOf(window), used: share, resetAt });
  }
  return windows;
}

/** Whether a window counts for models of `family`, and has not begun anew by `now`. */
export function counts(window: PlanWindow, family: Family | undefined, now: number): boolean {
  return window.resetAt > now && (window.family === undefined || window.family === family);
}
