import type { Account } from '../accounts/account.ts';
import type { Ask, Lease, Why } from '../accounts/pool.ts';
import type { Lane } from '../accounts/turns.ts';
import type { ByteSource } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import type { Held } from '../usage/budgets/hold.ts';
import type { MoveRecord } from '../usage/call-record.ts';
import type { BodyDigests } from '../usage/body-digests.ts';
import type { Attempted } from './attempt-record.ts';

/** A call that has passed the door: what is to be sent, and to whom it may go. */
export interface Work {
  readonly call: Call;
  /** As it goes out: without the alias, query kept. */
  readonly target: string;
  readonly ask: Ask;
  /** Held bytes may be sent again; a source goes out once. */
  readonly body: Uint8Array | ByteSource | undefined;
  /** The client asked for a stream: the head is due within the first-byte time. */
  readonly stream: boolean;
  /** The answer has to come uncompressed: `accept-encoding` stays here. */
  readonly wantsPlainAnswer?: boolean;
  /** A program on this machine calls, without a key: its own plan is that of whoever runs the proxy. */
  readonly isLocal?: boolean;
  /** The call may be sent more than once. */
  readonly isRepeatable: boolean;
  /** It goes on with a conversation that one account keeps; its client can send all of it anew, to another. */
  readonly continuesThread?: boolean;
  /** What is held for it against budgets. */
  readonly hold?: Held | undefined;
  /** Shown what each attempt sends of the body, where somebody watches. */
  readonly digests?: BodyDigests | undefined;
  /** In whose turn it waits, where it has to. */
  readonly lane?: Lane;
  /** Told of each time the call has waited for an account (ms). */
  readonly onWait?: (ms: number) => void;
  /** Told of each attempt as it begins. */
  readonly onTry?: (account: Account) => void;
  /** Told of each attempt when it is over: also a call that nobody answers has its attempts. */
  readonly onAttempt?: (attempted: Attempted) => void;
}

/** What the attempts led to. */
export interface Served {
  readonly answer: Answer;
  /** Who answered; undefined where the answer is our own. */
  readonly account: Account | undefined;
  readonly why: Why | undefined;
  readonly attempts: number;
  /** The answer's headers tell of limits that are not the caller's. */
  readonly hidesLimits: boolean;
  /** Given back when the answer is over. */
  readonly lease: Lease | undefined;
  /** Undefined where the call was answered where it belonged. */
  readonly move: MoveRecord | undefined;
}
