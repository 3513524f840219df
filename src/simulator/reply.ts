import type { ByteSource } from '../http/bytes.ts';
import { encodeJson } from './json.ts';
import type { Step } from './steps.ts';

/** What the simulated API wants to answer, before faults have been at it. */
export interface Reply {
  readonly status: number;
  /** Flat: name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: ReplyBody;
}

export type ReplyBody =
  | { readonly is: 'nothing' }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  /** `paced`: chunks are events and come at the pace of the call. */
  | { readonly is: 'steps'; readonly steps: Iterable<Step>; readonly paced: boolean }
  | { readonly is: 'source'; readonly source: ByteSource };

/** `value` as a JSON answer. */
export function jsonReply(value: unknown, status = 200, headers: readonly string[] = []): Reply {
  return bytesReply(encodeJson(value), 'application/json', status, headers);
}

/** `bytes` as a whole answer with its length. */
export function bytesReply(
  bytes: Uint8Array,
  contentType: string,
  status = 200,
  headers: readonly string[] = [],
): Reply {
  return {
    status,
    headers: ['content-type', contentType, 'content-length', String(bytes.length), ...headers],
    body: { is: 'bytes', bytes },
  };
}
