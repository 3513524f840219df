import type { AttemptRow, MoveRow, RollupRow, SessionHourRow } from '../../database/tables.ts';
import type { CallRecord } from '../call-record.ts';
import { lineOf, ownOfLine, type Common, type Line } from './line.ts';
import { Rollups } from './rollups.ts';
import { areWorthRows, attemptRow, moveRow, ownOfCall } from './rows.ts';
import { SessionHours } from './session-hours.ts';

/** Calls that are stored together, with all that is stored with them; the order of lines is that of the ids. */
export interface Bundle {
  readonly lines: readonly Line[];
  /** Of calls whose attempts say more than the call. */
  attempts: readonly AttemptRow[];
  readonly moves: readonly MoveRow[];
  readonly hours: readonly SessionHourRow[];
  readonly sums: readonly RollupRow[];
  /** What it takes in memory, roughly. */
  bytes: number;
}

/** What a line takes in memory besides its texts, roughly (bytes). */
const bytesOfALine = 120;
export const bytesOfAnAttempt = 300;
const bytesOfAMove = 200;
/** While nothing can be written, sessions come and go. */
const mostRetold = 5_000;

/** Puts bundles together, a call at a time. */
export class Gathering {
  readonly #rollups = new Rollups();
  readonly #hours = new SessionHours();
  #common: Common | undefined;
  #lines: Line[] = [];
  #attempts: AttemptRow[] = [];
  #moves: MoveRow[] = [];
  #sessionHours: SessionHourRow[] = [];
  #bytes = 0;

  get length(): number {
    return this.#lines.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Line | undefined {
    return this.#lines[0];
  }

  add(id: number, call: CallRecord): void {
    const own = ownOfCall(call);
    const line = lineOf(id, call, own, this.#common);
    if (line.common !== this.#common) this.#bytes += line.common.text.length * 2;
    this.#common = line.common;
    this.#bytes += bytesOfALine + line.own.length;
    this.#lines.push(line);
    this.#rollups.addRow(own, line.common.row, call.move);
    if (areWorthRows(call.attempts)) this.#addAttempts(id, call);
    if (call.move !== undefined) {
      this.#moves.push(moveRow(id, call, call.move));
      this.#bytes += bytesOfAMove;
    }
    const hour = call.session === undefined ? undefined : this.#hours.rowFor(call.session, id);
    if (hour !== undefined) this.#sessionHours.push(hour);
  }

  /** Takes what a bundle would have told the table of sessions that is not stored: later calls count on it. */
  retell(hours: readonly SessionHourRow[]): void {
    this.#sessionHours = [...hours, ...this.#sessionHours].slice(-mostRetold);
  }

  /** All calls since the last time. */
  take(): Bundle {
    const bundle = {
      lines: this.#lines,
      attempts: this.#attempts,
      moves: this.#moves,
      hours: this.#sessionHours,
      sums: this.#rollups.take(),
      bytes: this.#bytes,
    };
    this.#lines = [];
    this.#attempts = [];
    this.#moves = [];
    this.#sessionHours = [];
    this.#bytes = 0;
    return bundle;
  }

  #addAttempts(id: number, { attempts }: CallRecord): void {
    attempts.forEach((attempt, index) => this.#attempts.push(attemptRow(id, index + 1, attempt)));
    this.#bytes += attempts.length * bytesOfAnAttempt;
  }
}

/** Some lines of a bundle as one of its own; `renumber` gives each another id. */
export function partOf(bundle: Bundle, lines: readonly Line[], renumber?: () => number): Bundle {
  const ids = new Map(lines.map(({ id }) => [id, renumber?.() ?? id]));
  const renumbered = <R extends { call_id: number }>(rows: readonly R[]): R[] =>
    rows.flatMap((row) => {
      const id = ids.get(row.call_id);
      return id === undefined ? [] : [{ ...row, call_id: id }];
    });
  const part = lines.map((line) => ({ ...line, id: ids.get(line.id) ?? line.id }));
  const moves = renumbered(bundle.moves);
  return {
    lines: part,
    attempts: renumbered(bundle.attempts),
    moves,
    ...countedAgain(part, moves),
    bytes: Math.ceil((bundle.bytes * part.length) / Math.max(1, bundle.lines.length)),
  };
}

function countedAgain(lines: readonly Line[], moves: readonly MoveRow[]): Pick<Bundle, 'hours' | 'sums'> {
  const moved = new Map(moves.map(({ call_id, micro_usd }) => [call_id, { microUsd: micro_usd ?? 0 }]));
  const rollups = new Rollups();
  const hours = new SessionHours();
  const sessionHours = lines.flatMap((line) => {
    const own = ownOfLine(line);
    rollups.addRow(own, line.common.row, moved.get(line.id));
    const hour = own.session === null ? undefined : hours.rowFor(own.session, line.id);
    return hour === undefined ? [] : [hour];
  });
  return { hours: sessionHours, sums: rollups.take() };
}
