import type { Compilable, Kysely } from 'kysely';
import type {
  AttemptRow,
  MoveRow,
  RollupRow,
  SessionHourRow,
  StandingRow,
  Tables,
} from '../../database/tables.ts';
import { Inserts } from './inserts.ts';
import { Rollups } from './rollups.ts';
import { attemptRow, commonOfCall, moveRow, ownOfCall, type CommonOfCall, type OwnOfCall } from './rows.ts';
import { SessionHours } from './session-hours.ts';
import { addToRollups } from './sums.ts';
import type { Entry } from './waiting.ts';

/** Makes the statements that store calls: their rows, and what they add to the sums, to be stored together. */
export class Batches {
  readonly #calls: Inserts<OwnOfCall, CommonOfCall>;
  readonly #sessionHours: Inserts<SessionHourRow>;
  readonly #attempts: Inserts<AttemptRow>;
  readonly #moves: Inserts<MoveRow>;
  readonly #standings: Inserts<StandingRow>;
  readonly #rollups: Inserts<RollupRow>;
  readonly #sums = new Rollups();
  readonly #hours = new SessionHours();

  constructor(query: Kysely<Tables>) {
    this.#calls = new Inserts((rows) => query.insertInto('calls').values([...rows]));
    this.#sessionHours = new Inserts((rows) =>
      query
        .insertInto('session_hours')
        .values([...rows])
        .onConflict((conflict) => conflict.doNothing()),
    );
    this.#attempts = new Inserts((rows) => query.insertInto('attempts').values([...rows]));
    this.#moves = new Inserts((rows) => query.insertInto('moves').values([...rows]));
    this.#standings = new Inserts((rows) => query.insertInto('standings').values([...rows]));
    this.#rollups = new Inserts((rows) => addToRollups(query, rows));
  }

  forCalls(entries: readonly Entry[]): Compilable[] {
    for (const { id, call, hasAttempts } of entries) {
      this.#calls.add(ownOfCall(id, call), commonOfCall(call));
      this.#sums.add(call);
      if (hasAttempts)
        call.attempts.forEach((attempt, index) => {
          this.#attempts.add(attemptRow(id, index + 1, attempt));
        });
      if (call.move !== undefined) this.#moves.add(moveRow(id, call, call.move));
      const hour = call.session === undefined ? undefined : this.#hours.rowFor(call.session, id);
      if (hour !== undefined) this.#sessionHours.add(hour);
    }
    return [
      ...this.#calls.take(),
      ...this.#attempts.take(),
      ...this.#moves.take(),
      ...this.#sessionHours.take(),
      ...this.forSums(this.#sums.take()),
    ];
  }

  /** Of `sums` no two may have a key in common. */
  forSums(sums: readonly RollupRow[]): Compilable[] {
    for (const sum of sums) this.#rollups.add(sum);
    return this.#rollups.take();
  }

  forStandings(standings: readonly StandingRow[]): Compilable[] {
    for (const standing of standings) this.#standings.add(standing);
    return this.#standings.take();
  }

  /** What was made last has not been stored. */
  failed(): void {
    this.#hours.forget();
  }
}
