import type { Aliases } from './aliases.ts';
import type { Speech } from './answers.ts';
import { chatCompletion } from './chat-answer.ts';
import { chatRequest, type Translated } from './chat-request.ts';
import { ChatStream } from './chat-stream.ts';
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
      whole: (message) => chatCompletion(message, asked, created),
      stream: () => new ChatStream(asked, created),
    });
  }
  const translated = responsesRequest(bytes, around);
  const { asked } = translated;
  return said(translated, {
    whole: (message) => responseOf(message, asked, created),
    stream: () => new ResponsesStream(asked, created),
  });
}

function said({ body, warnings }: Translated<unknown>, speech: Speech): Spoken {
  return { body, speech, warning: warnings.line };
}

/** How the model list is said, with the aliases of the settings in it. */
export function listSpeech(aliases: Aliases): Speech {
  return { whole: (list) => modelList(list, aliases), stream: noStream };
}

/** How one model is said, under the name it was asked for by. */
export function modelSpeech(asked: string): Speech {
  return { whole: (model) => modelObject(model, asked), stream: noStream };
}

function noStream(): never {
  throw new Error('a list of models is no stream');
}
