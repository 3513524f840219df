import { listAt, type JsonObject } from './json.ts';
import type { StreamTranslator } from './stream.ts';

/**
 * A whole message said as a stream: some gateways answer whole what was asked for as a stream, and a client that
 * waits for events would take it for an answer of nothing.
 */
export function wholeAsStream(message: JsonObject, translator: StreamTranslator): string {
  return [...eventsOf(message)].map((event) => translator.event(event)).join('') + translator.end();
}

/** The fewest events that say it: a block may begin with all that it holds. */
function* eventsOf(message: JsonObject): Generator<JsonObject> {
  const { stop_reason, stop_details, usage } = message;
  yield { type: 'message_start', message };
  for (const [index, block] of listAt(message, 'content').entries()) {
    yield { type: 'content_block_start', index, content_block: block };
    yield { type: 'content_block_stop', index };
  }
  yield { type: 'message_delta', delta: { stop_reason, stop_details }, usage };
  yield { type: 'message_stop' };
}
