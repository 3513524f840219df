import type { Usage } from '../../prices/usage.ts';
import { word } from '../word.ts';
import { Estimate } from './estimate.ts';
import { member } from './json.ts';
import { UsageSaid } from './usage-said.ts';

/** Longer than any id and name of the upstream (characters). */
const longestId = 200;

/** What an answer says of itself, gathered while it passes. Undefined where it has not said so (yet). */
export class Said {
  messageId: string | undefined;
  containerId: string | undefined;
  /** As the answer names it. */
  model: string | undefined;
  stopReason: string | undefined;
  /** Of an `error` event. */
  errorType: string | undefined;
  /** `message_stop` went by, or the body of a whole message. */
  isWhole = false;
  readonly estimate = new Estimate();
  readonly #usage = new UsageSaid();

  /** Takes the data of an event. Types that are not known say nothing. */
  event(event: unknown): void {
    switch (member(event, 'type')) {
      case 'message_start':
        this.message(member(event, 'message'));
        return;
      case 'message_delta':
        this.#take(member(event, 'delta'));
        this.#usage.take(member(event, 'usage'));
        return;
      case 'message_stop':
        this.isWhole = true;
        return;
      case 'content_block_start':
        this.estimate.begin(lengthOf(member(event, 'content_block')));
        return;
      case 'content_block_delta':
        this.estimate.characters += lengthOf(member(event, 'delta'));
        return;
      case 'error':
        this.errorType = word(member(member(event, 'error'), 'type')) ?? 'unknown';
    }
  }

  /** Takes a message, whole or as it stands in `message_start`. */
  message(message: unknown): void {
    this.messageId = text(member(message, 'id')) ?? this.messageId;
    this.model = text(member(message, 'model')) ?? this.model;
    this.#take(message);
    this.#usage.take(member(message, 'usage'));
  }

  /** What was used; worked out of what went by where the last numbers did not. Undefined where nothing was said. */
  usage(): Usage | undefined {
    const isFinal = this.isWhole || this.stopReason !== undefined;
    return this.#usage.told(isFinal ? undefined : this.estimate.tokens);
  }

  #take(part: unknown): void {
    this.stopReason = word(member(part, 'stop_reason')) ?? this.stopReason;
    this.containerId = text(member(member(part, 'container'), 'id')) ?? this.containerId;
  }
}

/** Characters of a block as it begins, or of what a delta adds to it. Signatures and citations do not count. */
function lengthOf(part: unknown): number {
  return ['text', 'thinking', 'partial_json', 'name']
    .map((name) => member(part, name))
    .reduce((all: number, brought) => all + (typeof brought === 'string' ? brought.length : 0), 0);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longestId ? value : undefined;
}
