import type { Aliases } from './aliases.ts';
import type { Speech } from './answers.ts';
import { chatCompletion } from './chat-answer.ts';
import { chatRequest, type Translated } from './chat-request.ts';
import { ChatStream } from './chat-stream.ts';
import { textAt, type JsonObject } from './json.ts';
import { modelList, modelObject } from './models.ts';
import type { Around } from './request.ts';
import { responseOf } from './responses-answer.ts';
import { responsesRequest } from './responses-request.ts';
import { ResponsesStream } from './responses-stream.ts';

/** A request of OpenAI's as one of the Messages API, and how its answers are said. */
export interface Spoken {
  readonly body: Buffer;
  readonly speech: Speech;
  /** What became of it that was not asked for, on one line. */
  readonly warning: string | undefined;
}

/**
 * Translates the body of `POST /v1/chat/completions` or `POST /v1/responses`.
 *
 * @param now milliseconds since the epoch
 * @throws GatewayError bad_request
 */
export function translate(
  endpoint: 'chat' | 'responses',
  bytes: Buffer,
  around: Around,
  now: number,
): Spoken {
  const created = Math.floor(now / 1000);
  if (endpoint === 'chat') {
    const translated = chatRequest(bytes, around);
    const { asked } = translated;
    return said(translated, {
      whole: (message) => (isMessage(message) ? chatCompletion(message, asked, created) : undefined),
      stream: () => new ChatStream(asked, created),
      isStreamed: asked.stream,
    });
  }
  const translated = responsesRequest(bytes, around);
  const { asked } = translated;
  return said(translated, {
    whole: (message) => (isMessage(message) ? responseOf(message, asked, created) : undefined),
    stream: () => new ResponsesStream(asked, created),
    isStreamed: asked.stream,
  });
}

function said({ body, warnings }: Translated<unknown>, speech: Speech): Spoken {
  return { body, speech, warning: warnings.line };
}

/** How the model list is said, with the aliases of the settings in it. */
export function listSpeech(aliases: Aliases): Speech {
  const whole = (list: JsonObject): JsonObject | undefined =>
    Array.isArray(list['data']) ? modelList(list, aliases) : undefined;
  return { whole, stream: noStream, isStreamed: false };
}

/** How one model is said, under the name it was asked for by. */
export function modelSpeech(asked: string): Speech {
  const whole = (model: JsonObject): JsonObject | undefined =>
    textAt(model, 'id') === undefined ? undefined : modelObject(model, asked);
  return { whole, stream: noStream, isStreamed: false };
}

/** What anything else of the upstream's became would be an answer of nothing, and look like a good one. */
function isMessage(value: JsonObject): boolean {
  return Array.isArray(value['content']);
}

function noStream(): never {
  throw new Error('a list of models is no stream');
}
