import { errorOf, unsaid } from './errors.ts';
import { objectAt, type JsonObject } from './json.ts';

/** Turns the events of one Messages stream into what a client of OpenAI's reads. Knows nothing of bytes. */
export interface StreamTranslator {
  /** What goes out for one event, as text of server-sent events; '' for nothing. */
  event(event: JsonObject): string;
  /** What goes out where the upstream has ended cleanly. */
  end(): string;
}

/** A sign of life, which no client takes for an event (WHATWG HTML §9.2.6). */
const ping = ': ping\n\n';

/** Said where a stream ends before its answer does. */
const cutShort = 'The upstream ended its answer before it was complete.';

/** What both formats have in common: one beginning, one end, and nothing before or behind them. */
export abstract class MessageStream implements StreamTranslator {
  #hasBegun = false;
  #isOver = false;

  event(event: JsonObject): string {
    if (this.#isOver) return '';
    switch (event['type']) {
      case 'message_start':
        if (this.#hasBegun) return '';
        this.#hasBegun = true;
        return this.start(objectAt(event, 'message'));
      case 'message_stop':
        if (!this.#hasBegun) return '';
        this.#isOver = true;
        return this.stop();
      case 'ping':
        return ping;
      case 'error':
        return this.#fail(errorOf(objectAt(event, 'error')));
      default:
        return this.#hasBegun ? this.#part(event) : '';
    }
  }

  /** An event between the beginning and the end; those that are not known say nothing. */
  #part(event: JsonObject): string {
    switch (event['type']) {
      case 'content_block_delta':
        return this.blockDelta(event);
      case 'content_block_start':
        return this.blockStart(event);
      case 'content_block_stop':
        return this.blockStop(event);
      case 'message_delta':
        return this.messageDelta(event);
      default:
        return '';
    }
  }

  end(): string {
    return this.#isOver ? '' : this.#fail(unsaid(cutShort));
  }

  /** An error is the end, whatever comes behind it. */
  #fail(error: JsonObject): string {
    this.#isOver = true;
    return this.fail(error);
  }

  protected abstract start(message: JsonObject | undefined): string;
  protected abstract blockStart(event: JsonObject): string;
  protected abstract blockDelta(event: JsonObject): string;
  protected abstract blockStop(event: JsonObject): string;
  protected abstract messageDelta(event: JsonObject): string;
  protected abstract stop(): string;
  protected abstract fail(error: JsonObject): string;
}
