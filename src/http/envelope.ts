import type { GatewayError } from '../base/errors.ts';
import type { Answer } from './call.ts';

/** Codes that clients look for in `error.details.error_code`: an SDK then sends the whole conversation again. */
const toldCodes: ReadonlySet<string> = new Set(['thread_not_found']);

/**
 * A failure of our own in the envelope of the Anthropic API:
 * `{"type":"error","error":{"type","message"},"request_id"}`, with `retry-after` (whole seconds) and
 * `x-should-retry` where they are known.
 */
export function errorAnswer(error: GatewayError, requestId?: string): Answer {
  const body = {
    type: 'error',
    error: {
      type: error.type,
      message: error.message,
      ...(toldCodes.has(error.code) && { details: { error_code: error.code } }),
    },
    ...(requestId !== undefined && { request_id: requestId }),
  };
  const headers = ['content-type', 'application/json'];
  if (error.status === 405) headers.push('allow', error.allow ?? 'POST');
  if (error.retryAfterSeconds !== undefined) headers.push('retry-after', String(error.retryAfterSeconds));
  if (error.shouldRetry !== undefined) headers.push('x-should-retry', String(error.shouldRetry));
  headers.push(...error.headers);
  return { status: error.status, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** Any value as a JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: readonly string[] = []): Answer {
  return {
    status,
    headers: ['content-type', 'application/json', ...headers],
    body: Buffer.from(JSON.stringify(value)),
  };
}
