import { decoded } from '../http/coding.ts';
import { header, type HeaderList } from '../http/headers.ts';

/** What an error body says, as far as it says it (`error.type`, `error.message`, `error.details.error_code`). */
export interface UpstreamError {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  /** The message repeats a piece of the credential it is about: nobody must see it but the client, who gets all of it. */
  readonly isTelling?: true;
}

/** More of an error body than any API writes; the rest is not read (bytes). */
export const largestErrorBody = 1024 * 1024;

/** What an error body says; a foreign one says nothing. */
export function readError(body: Uint8Array, headers: HeaderList): UpstreamError {
  const bytes = decoded(body, header(headers, 'content-encoding'), largestErrorBody);
  if (bytes === undefined) return {};
  try {
    return errorIn(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return {};
  }
}

/** What the API's envelope of an error says, as a body or in an `error` event. */
export function errorIn(envelope: unknown): UpstreamError {
  const error = member(envelope, 'error');
  return {
    type: text(member(error, 'type')),
    message: text(member(error, 'message')),
    code: text(member(member(error, 'details'), 'error_code')),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** So much of a credential in a message is no chance (characters). */
const shortestPiece = 8;

/** Whether a piece of `secret` stands in `message`, which may go on at any length. */
export function repeats(message: string, secret: string): boolean {
  if (secret === '') return false;
  const size = Math.min(shortestPiece, secret.length);
  const shown = message.slice(0, 4_096);
  for (let at = 0; at + size <= shown.length; at += 1)
    if (secret.includes(shown.slice(at, at + size))) return true;
  return false;
}
