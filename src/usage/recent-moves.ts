import type { CallRecord, MoveRecord } from './call-record.ts';

/** A call that another account served than the one of its session, or the one that was tried first. */
export interface SeenMove extends MoveRecord {
  /** When the call began (ms since the epoch). */
  readonly at: number;
  readonly session: string | undefined;
}

/** Enough to see why an account is busy or idle; the ledger knows all of them. */
const mostKept = 5;

/** The last moves since the proxy began, also where nothing is written down. */
export class RecentMoves {
  #moves: readonly SeenMove[] = [];

  /** Hears of a call that is over. */
  hear({ move, startedAt, session }: Pick<CallRecord, 'move' | 'startedAt' | 'session'>): void {
    if (move !== undefined)
      this.#moves = [{ ...move, at: startedAt, session }, ...this.#moves].slice(0, mostKept);
  }

  /** The latest first. */
  look(): readonly SeenMove[] {
    return this.#moves;
  }
}
