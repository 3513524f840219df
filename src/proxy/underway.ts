import type { Call } from '../http/call.ts';
import type { Trace } from './trace.ts';

/** A call that is inside, with what is known of it so far. */
export interface CallUnderway {
  readonly call: Pick<Call, 'method' | 'target'>;
  readonly trace: Pick<Trace, 'requestId' | 'startedAt' | 'facts'>;
}

/** The calls that are inside now, for whoever wants to look at them. */
export class Underway {
  readonly #calls = new Set<CallUnderway>();

  /** Notes one; call what is returned when it is over. */
  enter(call: Call, trace: Trace): () => void {
    const entry = { call, trace };
    this.#calls.add(entry);
    return () => {
      this.#calls.delete(entry);
    };
  }

  /** In the order in which they came. */
  look(): readonly CallUnderway[] {
    return [...this.#calls];
  }
}
