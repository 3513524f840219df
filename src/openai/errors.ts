import { textAt, objectAt, parsedText, type JsonObject } from './json.ts';

/** How an error of the Messages API is called by OpenAI: type, and code where there is a usual one. */
const names: ReadonlyMap<string, readonly [type: string, code: string | null]> = new Map([
  ['invalid_request_error', ['invalid_request_error', null]],
  ['authentication_error', ['invalid_request_error', 'invalid_api_key']],
  ['permission_error', ['invalid_request_error', 'insufficient_permissions']],
  ['not_found_error', ['invalid_request_error', 'not_found']],
  ['conflict_error', ['invalid_request_error', 'conflict']],
  ['request_too_large', ['invalid_request_error', 'request_too_large']],
  ['rate_limit_error', ['rate_limit_error', 'rate_limit_exceeded']],
  ['billing_error', ['insufficient_quota', 'insufficient_quota']],
  ['overloaded_error', ['server_error', 'overloaded']],
  ['timeout_error', ['server_error', 'timeout']],
  ['api_error', ['server_error', null]],
]);

/** Statuses that OpenAI does not have, and what its clients know instead. */
const statuses: ReadonlyMap<number, number> = new Map([
  [402, 429],
  [529, 503],
]);

/** The status an error goes out with. */
export function statusFor(status: number): number {
  return statuses.get(status) ?? status;
}

/** An `error` of the Messages API as OpenAI writes it. */
export function errorOf(error: JsonObject | undefined): JsonObject {
  const message = textAt(error, 'message') ?? 'The upstream answered with an error.';
  const [type, code] = names.get(textAt(error, 'type') ?? '') ?? ['server_error', null];
  return { message, type, param: parameterIn(message, type), code: codeFor(message, code) };
}

/** A failure for which there was no error of the upstream. */
export function unsaid(message: string): JsonObject {
  return { message, type: 'server_error', param: null, code: null };
}

/** The body of an error answer in OpenAI's envelope, whoever wrote it. */
export function errorBody(body: Uint8Array | undefined, status: number): Buffer {
  const text = body === undefined ? '' : Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  const value = parsedText(text);
  const error = objectAt(value, 'error');
  const whole = error === undefined ? unsaid(`The upstream answered ${status}.`) : errorOf(error);
  return Buffer.from(JSON.stringify({ error: whole }));
}

/** The API begins its messages with the place that is wrong: `max_tokens: …`, `messages.3.content: …`. */
function parameterIn(message: string, type: string): string | null {
  if (type !== 'invalid_request_error') return null;
  return /^([a-z][a-z0-9_]*(?:(?:\.[A-Za-z0-9_]+|\[\d+\])){0,8}): /.exec(message.slice(0, 200))?.[1] ?? null;
}

function codeFor(message: string, code: string | null): string | null {
  if (code === 'not_found' && message.startsWith('model:')) return 'model_not_found';
  if (code === null && message.startsWith('prompt is too long')) return 'context_length_exceeded';
  return code;
}
