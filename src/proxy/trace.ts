import type { Ending } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import type { Held } from '../usage/budgets/hold.ts';
import type { BodyDigests } from '../usage/body-digests.ts';
import type { AttemptRecord, CallRecord, MoveRecord } from '../usage/call-record.ts';
import type { Keeping } from '../usage/keep.ts';
import type { AnswerTap } from '../usage/tap.ts';

/** What is learned of a call on its way; the record and the access line are made of it. */
export interface Facts {
  purpose: CallRecord['purpose'];
  /** Undefined where nobody got as far as to know the caller. */
  client?: Named;
  session?: string | undefined;
  agent?: string | undefined;
  parentAgent?: string | undefined;
  model?: string;
  isStream: boolean;
  /** Who served; before that, who was tried last. */
  account?: Named;
  why?: string;
  move?: MoveRecord;
  /** For an account, all waits together (ms). */
  waitedMs?: number;
  readonly attempts: AttemptRecord[];
  /** Bytes of the request's body so far. */
  bytesIn: number;
}

/** An account or a client key, as a record names it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A call on its way through. */
export interface Trace {
  readonly requestId: string;
  /** On the clock that never jumps (ms). */
  readonly startedAt: number;
  /** The caller is a program on this machine, straight. */
  readonly isLocal: boolean;
  readonly facts: Facts;
  isThreaded: boolean;
  /** Says the answer in the words of the caller, where those are not the API's. Never rejects. */
  speak?: (answer: Answer) => Promise<Answer>;
  /** Keeps what is said, where somebody wants that. */
  keeping?: Keeping | undefined;
  /** Compares its body as it comes with what goes on, where somebody watches. */
  digests?: BodyDigests | undefined;
  /** What is held against budgets until the call is over. */
  hold?: Held;
  /** Called once when the answer is over, however it ended. */
  readonly onOver: ((tap: AnswerTap | undefined, ending: Ending) => void)[];
}

/** The facts of a call of which nothing is known yet. */
export function noFacts(): Facts {
  return { purpose: 'other', isStream: false, attempts: [], bytesIn: 0 };
}
