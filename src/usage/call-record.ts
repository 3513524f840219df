import type { Cost, Usage } from '../prices/usage.ts';
import type { DigestsOfCall } from './body-digests.ts';

/** How an answer ended, seen from here. */
export type Terminal =
  /** To its end: `message_stop`, a whole body, or broken off only after the stop reason had passed. */
  | 'complete'
  /** A status of 400 and above, or an `error` event in the stream. */
  | 'error'
  /** The upstream broke it off. */
  | 'cut'
  /** The client went away first. */
  | 'client-left';

/** Whom an outcome is about. */
export type Scope =
  | 'request'
  | 'model'
  | 'account'
  | 'organization'
  | 'upstream'
  | 'network'
  | 'us'
  | 'client';

/** One try of a call on one account. Never any content. */
export interface AttemptRecord {
  readonly accountId: string;
  readonly accountName: string;
  /** Milliseconds after the call began. */
  readonly atMs: number;
  /** Until its head came, of a stream its first event; or until it failed (ms). */
  readonly ms: number;
  readonly ending:
    | 'answered'
    | 'redirected'
    | 'unreachable'
    | 'without-token'
    | 'lost'
    | 'late'
    | 'cancelled';
  /** Where it answered. */
  readonly status?: number | undefined;
  /** Where the answer was an error that says so: `overloaded_error`, and its `error_code`. */
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly scope?: Scope | undefined;
  /** What the account learned from it: `fine`, `limited`, `refused`, `struggling`. */
  readonly lesson: string;
  /** In words, as `status` shows it. */
  readonly reason?: string | undefined;
  /** The header of the answer that the account learned it from. What stands in a body is not kept. */
  readonly evidence?: { readonly header: string; readonly value: string } | undefined;
  readonly upstreamRequestId?: string | undefined;
}

/** A call that did not stay on the account of its session. */
export interface MoveRecord {
  readonly fromId: string;
  readonly fromName: string;
  readonly toId: string;
  readonly toName: string;
  /** In words: `requests a minute used up`. */
  readonly reason: string;
  /**
   * How long a prompt was written into another cache that the session had in the one it left, as far as its last answer
   * there told it (tokens).
   */
  readonly tokens?: number | undefined;
  /** What the move cost, where the answer's usage tells: cache written again instead of read (millionths of a US dollar). */
  readonly microUsd?: number | undefined;
}

/** Everything that is known of a call once its answer is over. Metadata only: no prompt, no answer, no header values beyond ids. */
export interface CallRecord {
  /** `x-request-id`. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly method: string;
  /** Without the query; at most 200 characters. */
  readonly path: string;
  readonly purpose: 'messages' | 'counting' | 'other';
  /** The id of the client key; `local` for programs on this machine without one; `unknown` where it was refused. */
  readonly clientId: string;
  readonly clientName: string;
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
  readonly parentAgent?: string | undefined;
  /** The client asked for a stream. */
  readonly isStream: boolean;
  /** As the request named it: the price follows it. */
  readonly model?: string | undefined;
  /** As the answer named it, where it is another one. */
  readonly answeredModel?: string | undefined;
  /** Who served; where nobody did, who was tried last. */
  readonly accountId?: string | undefined;
  readonly accountName?: string | undefined;
  /** Why this account: `session`, `object`, `pinned`, `free`, `next`, `early`. */
  readonly why?: string | undefined;
  /** What the client was answered. */
  readonly status: number;
  readonly ended: Terminal;
  /** `error.type` of the answer, or of the `error` event in its stream. */
  readonly errorType?: string | undefined;
  readonly stopReason?: string | undefined;
  readonly messageId?: string | undefined;
  readonly upstreamRequestId?: string | undefined;
  /** Of the bodies; what passed of them. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** From the beginning of the call to the first byte of the body (ms). */
  readonly firstByteMs?: number | undefined;
  /** To the last byte (ms). */
  readonly ms: number;
  /** How long of that it waited for an account (ms); undefined where it did not. */
  readonly waitedMs?: number | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly move?: MoveRecord | undefined;
  readonly usage?: Usage | undefined;
  readonly cost?: Cost | undefined;
  /** Where somebody watches, or the call is kept: what passed of its body. */
  readonly digests?: DigestsOfCall | undefined;
}

/** Hears of every call when it is over. Must not throw, and must not wait: the answer's last bytes are on their way. */
export type Recorder = (record: CallRecord) => void;
