import type { Call } from '../http/call.ts';
import type { HeldBody } from './body.ts';
import type { KeyState } from './keys.ts';
import type { CallNotes } from './record.ts';
import type { Reply } from './reply.ts';

/** One call on its way through the simulated API. */
export interface Visit {
  readonly call: Call;
  /** What the record says of it; handlers add what they learn. */
  readonly notes: CallNotes;
  /** Path as the API sees it. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly requestId: string;
  /** Known and let in. */
  readonly key: KeyState;
  /** The body of a call that is held; empty for uploads, which are read by their handler. */
  readonly body: HeldBody;
  /** Length that a scenario gives to the answer (characters). */
  readonly replyLength: number | undefined;
  /** Reason that a scenario gives for its end. */
  readonly stopReason: () => string | undefined;
  /** What a scenario says behind the name of one of its faults; undefined where it has no such fault. */
  readonly fault: (name: string) => string | undefined;
  /** An option of that fault. */
  readonly option: (fault: string, name: string) => string | undefined;
  /** Of all `anthropic-beta` headers. */
  readonly betas: readonly string[];
  /** A source that the handler made itself has ended. */
  readonly endStream: (isComplete: boolean) => void;
  /** Runs when the answer has ended, and how. */
  readonly atEnd: (run: (isComplete: boolean) => void) => void;
  /**
   * Plays a scenario that the text of the user asks for, on top of the others. Rejects with {@link Instead}
   * where it answers by itself.
   */
  readonly play: (scenario: string) => Promise<void>;
  /** Milliseconds between events that the text of the user asks for. */
  readonly setPace: (ms: number) => void;
}

/** Thrown through a handler: this is the answer, whatever the handler was about to do. */
export class Instead extends Error {
  override readonly name = 'Instead';
  readonly reply: Reply;

  constructor(reply: Reply) {
    super('a scenario answers');
    this.reply = reply;
  }
}
