import type { Kysely } from 'kysely';
import type { BatchStatement } from '../../database/statement.ts';
import type {
  AttemptRow,
  MoveRow,
  RollupRow,
  SessionHourRow,
  StandingRow,
  Tables,
} from '../../database/tables.ts';
import type { Bundle } from './bundle.ts';
import { CallInserts } from './call-inserts.ts';
import { Inserts } from './inserts.ts';
import { addToRollups } from './sums.ts';

/** Makes the statements that store calls: their rows, and what they add to the sums, to be stored together. */
export class Batches {
  readonly #calls: CallInserts;
  readonly #sessionHours: Inserts<SessionHourRow>;
  readonly #attempts: Inserts<AttemptRow>;
  readonly #moves: Inserts<MoveRow>;
  readonly #standings: Inserts<StandingRow>;
  readonly #rollups: Inserts<RollupRow>;

  constructor(query: Kysely<Tables>) {
    this.#calls = new CallInserts((rows) => query.insertInto('calls').values([...rows]));
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

  forCalls({ lines, attempts, moves, hours, sums }: Bundle): BatchStatement[] {
    return [
      ...this.#calls.statements(lines),
      ...this.#attempts.statements(attempts),
      ...this.#moves.statements(moves),
      ...this.#sessionHours.statements(hours),
      ...this.forSums(sums),
    ];
  }

  /** Of `sums` no two may have a key in common. */
  forSums(sums: readonly RollupRow[]): BatchStatement[] {
    return this.#rollups.statements(sums);
  }

  forStandings(standings: readonly StandingRow[]): BatchStatement[] {
    return this.#standings.statements(standings);
  }
}
