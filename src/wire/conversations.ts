import { Conversation, type ConversationOptions } from './conversation.ts';
import type { Line, LineUser } from './line.ts';

/** How often the deadlines of connections are looked at: one timer for all of them (ms). */
const lookMs = 1_000;

/** The open connections of a listener. */
export class Conversations {
  readonly #options: ConversationOptions;
  readonly #open = new Set<Conversation>();
  #isLooking = false;
  #isLeaving = false;
  #isDraining = false;
  readonly #empty = Promise.withResolvers<void>();

  constructor(options: Omit<ConversationOptions, 'onClosed'>) {
    this.#options = {
      ...options,
      onClosed: (conversation) => {
        this.#open.delete(conversation);
        if (this.#isDraining && this.#open.size === 0) this.#empty.resolve();
      },
    };
  }

  /** A client has connected. */
  begin(line: Line): LineUser {
    const conversation = new Conversation(line, this.#options);
    this.#open.add(conversation);
    if (this.#isLeaving) conversation.leave();
    if (this.#isDraining) conversation.drain();
    if (!this.#isLooking) this.#lookLater();
    return conversation;
  }

  /** Every connection, also one to come, ends with its next answer. */
  leave(): void {
    this.#isLeaving = true;
    for (const conversation of this.#open) conversation.leave();
  }

  /** Ends what is idle now, the rest with its answers, and after `graceMs` cuts whatever is left. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    for (const conversation of this.#open) {
      if (graceMs <= 0) conversation.cut();
      else conversation.drain();
    }
    if (this.#open.size === 0) return;
    const cancel = this.#options.clock.after(graceMs, () => {
      for (const conversation of this.#open) conversation.cut();
    });
    await this.#empty.promise;
    cancel();
  }

  #lookLater(): void {
    this.#isLooking = true;
    this.#options.clock.after(lookMs, () => {
      const now = this.#options.clock.monotonic();
      for (const conversation of this.#open) conversation.check(now);
      this.#isLooking = false;
      if (this.#open.size > 0) this.#lookLater();
    });
  }
}
