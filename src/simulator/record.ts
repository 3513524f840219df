import type { HeaderList } from '../http/headers.ts';
import type { Usage } from './totals.ts';

/**
 * How a call ended: `open` while it runs; `complete`; `client-left`; `cut`: broken off in the middle on
 * purpose; `reset`: before the head on purpose; `short`: ended cleanly but without its end, or with
 * an error event, on purpose.
 */
export type CallEnding = 'open' | 'complete' | 'client-left' | 'cut' | 'reset' | 'short';

/** What the simulator has seen of one call. */
export interface SeenCall {
  /** 1 for the first call since the start. */
  readonly number: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly method: string;
  /** The target byte for byte, with `/s/<scenario>` and query. */
  readonly target: string;
  /** Path as the API sees it, without scenario and query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** As they came: order, case, duplicates. */
  readonly headers: HeaderList;
  readonly requestId: string;
  /** Name of the key; undefined where the credential is unknown. */
  readonly key: string | undefined;
  /** Of the bytes that came, in hex; undefined where no body was read. */
  readonly sha256: string | undefined;
  readonly size: number;
  /** The bytes themselves, where the simulator keeps them (`keepBodies`). */
  readonly body: Uint8Array | undefined;
  readonly stream: boolean;
  readonly model: string | undefined;
  /** `x-claude-code-session-id`, else `session_id` in `metadata.user_id`. */
  readonly session: string | undefined;
  /** The scenario that was played, as text; empty where none was. */
  readonly scenario: string;
  readonly status: number | undefined;
  /** Tokens that were billed; undefined where no message was made. */
  readonly usage: Usage | undefined;
  /** Thinking blocks of other organizations that were dropped without a word. */
  readonly thinkingDropped: number;
  readonly ended: CallEnding;
  readonly endedAt: number | undefined;
}

/** The same, while it is being written. */
export type CallNotes = { -readonly [Name in keyof SeenCall]: SeenCall[Name] };

interface Waiting {
  readonly check: () => boolean;
  readonly resolve: () => void;
}

/** Everything the simulator has seen, the newest `limit` calls of it. */
export class CallRecord {
  readonly #limit: number;
  readonly #calls: CallNotes[] = [];
  readonly #waiting = new Set<Waiting>();
  #number = 0;
  #open = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get calls(): readonly SeenCall[] {
    return this.#calls;
  }

  /** Calls since the start, those forgotten included. */
  get count(): number {
    return this.#number;
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.#open;
  }

  begin(
    notes: Pick<CallNotes, 'at' | 'method' | 'target' | 'path' | 'query' | 'headers' | 'requestId'>,
  ): CallNotes {
    this.#number += 1;
    const call: CallNotes = {
      ...notes,
      number: this.#number,
      key: undefined,
      sha256: undefined,
      size: 0,
      body: undefined,
      stream: false,
      model: undefined,
      session: undefined,
      scenario: '',
      status: undefined,
      usage: undefined,
      thinkingDropped: 0,
      ended: 'open',
      endedAt: undefined,
    };
    this.#calls.push(call);
    this.#open += 1;
    // Forgetting in lots keeps the cost of a call independent of the limit.
    if (this.#calls.length >= this.#limit * 2) this.#calls.splice(0, this.#calls.length - this.#limit);
    this.#changed();
    return call;
  }

  end(call: CallNotes, ended: CallEnding, now: number): void {
    if (call.ended !== 'open') return;
    this.#open -= 1;
    call.ended = ended;
    call.endedAt = now;
    this.#changed();
  }

  clear(): void {
    this.#calls.length = 0;
  }

  /** Resolves as soon as `check` says yes; it is asked now and after every beginning and end of a call. */
  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add({ check, resolve });
    });
  }

  #changed(): void {
    for (const waiting of this.#waiting) {
      if (!waiting.check()) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
