import type { SessionHourRow } from '../../database/tables.ts';
import { firstIdAt, momentOfId } from './ids.ts';

const hourMs = 3_600_000;
/** Beyond it the table is told again of sessions it knows, which changes nothing there. */
const mostRemembered = 20_000;

/** Knows which sessions the table has been told of in this hour. */
export class SessionHours {
  readonly #told = new Set<string>();
  #from = -1;

  /** The row for a call of `session`; undefined where the table has it already. */
  rowFor(session: string, id: number): SessionHourRow | undefined {
    const begin = Math.floor(momentOfId(id) / hourMs) * hourMs;
    const from = firstIdAt(begin);
    if (from !== this.#from || this.#told.size >= mostRemembered) this.#told.clear();
    this.#from = from;
    if (this.#told.has(session)) return undefined;
    this.#told.add(session);
    return { session, from_id: from, below_id: firstIdAt(begin + hourMs) };
  }
}
