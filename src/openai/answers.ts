import { collect } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { decoded } from '../http/coding.ts';
import { header, headerValues, without } from '../http/headers.ts';
import { errorBody, statusFor, unsaid } from './errors.ts';
import { isObject, parsedText, type JsonObject } from './json.ts';
import type { StreamTranslator } from './stream.ts';
import { translatedSource } from './translating.ts';

/** How the answers to one call are said in OpenAI's words. */
export interface Speech {
  /** A whole answer. */
  whole(value: JsonObject): JsonObject;
  stream(): StreamTranslator;
}

/** More than any whole answer (bytes), as it comes and decoded. */
const largestAnswer = 64 * 1024 * 1024;

/** What describes the body that is no more. */
const ofBody: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-type',
  'etag',
  'transfer-encoding',
]);

/**
 * An answer of the Messages API, or an error of ours in its envelope, as OpenAI would give it. A stream flows on as it
 * comes; a whole answer is waited for. Never rejects: what cannot be read is an error of the upstream.
 *
 * @param extra headers that go with it, names and values in turn
 */
export async function spoken(answer: Answer, speech: Speech, extra: readonly string[] = []): Promise<Answer> {
  const { status, headers, body } = answer;
  const kept = [...without(headers, (name) => ofBody.has(name)), ...extra];
  if (status >= 400) return spokenError(answer);
  const coding = headerValues(headers, 'content-encoding').join();
  if (body !== undefined && !(body instanceof Uint8Array) && isEventStream(headers)) {
    const source = translatedSource(body, speech.stream(), coding);
    if (source !== undefined)
      return { status, headers: ['content-type', 'text/event-stream; charset=utf-8', ...kept], body: source };
    body.cancel();
    return unreadable(kept);
  }
  const bytes = await wholeOf(body);
  const plain = bytes === undefined ? undefined : decoded(bytes, coding, largestAnswer);
  const value = plain === undefined ? undefined : parsedText(Buffer.from(plain).toString());
  if (!isObject(value)) return unreadable(kept);
  return { status, headers: [...json, ...kept], body: Buffer.from(JSON.stringify(speech.whole(value))) };
}

/** An error answer, the upstream's or ours, in OpenAI's envelope and with a status that its clients know. */
export async function spokenError({ status, headers, body }: Answer): Promise<Answer> {
  const kept = without(headers, (name) => ofBody.has(name));
  const bytes = await wholeOf(body);
  const plain =
    bytes === undefined ? undefined : decoded(bytes, header(headers, 'content-encoding'), largestAnswer);
  const known = statusFor(status);
  // A bill that is not paid stays so: no client should try again, as it does after other answers of this status.
  const noRetry =
    status === 402 && header(headers, 'x-should-retry') === undefined ? ['x-should-retry', 'false'] : [];
  return { status: known, headers: [...json, ...kept, ...noRetry], body: errorBody(plain, status) };
}

const json = ['content-type', 'application/json'];

function isEventStream(headers: readonly string[]): boolean {
  return /^text\/event-stream\b/i.test(header(headers, 'content-type')?.trim() ?? '');
}

async function wholeOf(body: Answer['body']): Promise<Uint8Array | undefined> {
  if (body === undefined || body instanceof Uint8Array) return body;
  try {
    return await collect(body, largestAnswer);
  } catch {
    // Broken off, or far too long: told by whoever watches the bytes.
    return undefined;
  }
}

function unreadable(headers: readonly string[]): Answer {
  const error = unsaid('The upstream broke its answer off, or it is none that can be read.');
  return { status: 502, headers: [...json, ...headers], body: Buffer.from(JSON.stringify({ error })) };
}
