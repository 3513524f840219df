import type { JsonObject } from './json.ts';

/** Turns the events of one Messages stream into what a client of OpenAI's reads. Knows nothing of bytes. */
export interface StreamTranslator {
  /** What goes out for one event, as text of server-sent events; '' for nothing. */
  event(event: JsonObject): string;
  /** What goes out where the upstream has ended cleanly. */
  end(): string;
}

/** A sign of life, which no client takes for an event (WHATWG HTML §9.2.6). */
export const ping = ': ping\n\n';

/** Said where a stream ends before its answer does. */
export const cutShort = 'The upstream ended its answer before it was complete.';
