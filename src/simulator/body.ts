import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { messageOf } from '../base/errors.ts';
import { collect, TooManyBytes } from '../http/bytes.ts';
import type { Call } from '../http/call.ts';
import { header, type HeaderList } from '../http/headers.ts';
import { codedError } from './error-codes.ts';
import { ApiError, invalid } from './errors.ts';
import { decodeJson, isObject, type JsonObject } from './json.ts';

/** The client went away before its call was complete; nobody waits for an answer. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

/** 32 MB: Messages, count_tokens and managed agents. */
export const messageLimit = 32 * 1024 * 1024;
/** 256 MB: batches. */
export const batchLimit = 256 * 1024 * 1024;

/**
 * The bytes of the body as they came.
 *
 * @throws ApiError 413 beyond `limit`, before reading where the length is told; ClientLeft
 */
export async function readBody(call: Call, limit: number): Promise<Uint8Array> {
  const told = Number(header(call.headers, 'content-length') ?? 0);
  if (told > limit) throw new ApiError(413);
  if (call.body === undefined) return new Uint8Array();
  try {
    return await collect(call.body, limit);
  } catch (error) {
    if (error instanceof TooManyBytes) throw new ApiError(413);
    throw new ClientLeft(messageOf(error), { cause: error });
  }
}

/** A body that is held: its bytes, and the JSON object they are, read once. */
export class HeldBody {
  readonly bytes: Uint8Array;
  readonly #headers: HeaderList;
  readonly #limit: number;
  #object: JsonObject | undefined;

  constructor(bytes: Uint8Array, headers: HeaderList, limit: number) {
    this.bytes = bytes;
    this.#headers = headers;
    this.#limit = limit;
  }

  /** @throws ApiError 400 or 413 where type, coding or contents are not what the API takes */
  object(): JsonObject {
    this.#object ??= readObject(this.bytes, this.#headers, this.#limit);
    return this.#object;
  }

  /** The same for whoever only looks: undefined where it cannot be read. */
  peek(): JsonObject | undefined {
    try {
      return this.object();
    } catch {
      return undefined;
    }
  }
}

function readObject(bytes: Uint8Array, headers: HeaderList, limit: number): JsonObject {
  checkType(header(headers, 'content-type'));
  const plain = decoded(bytes, header(headers, 'content-encoding'), limit);
  let value: unknown;
  try {
    value = decodeJson(plain);
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
  if (!isObject(value)) throw invalid('The request body must be a JSON object.');
  return value;
}

const knownCharsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'iso-8859-1', 'us-ascii']);

function checkType(value: string | undefined): void {
  const [type = '', ...parameters] = (value ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') throw invalid('content-type: application/json is required');
  for (const parameter of parameters) {
    const [, charset] = /^charset="?([^"]*)"?$/.exec(parameter) ?? [];
    if (charset !== undefined && !knownCharsets.has(charset)) throw codedError('unsupported_charset');
  }
}

function decoded(bytes: Uint8Array, coding: string | undefined, limit: number): Uint8Array {
  const name = coding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return bytes;
  const options = { maxOutputLength: limit };
  try {
    switch (name) {
      case 'gzip':
        return gunzipSync(bytes, options);
      case 'deflate':
        return inflateSync(bytes, options);
      case 'br':
        return brotliDecompressSync(bytes, options);
      case 'zstd':
        return zstdDecompressSync(bytes, options);
      default:
        throw codedError('request_body_encoding_unsupported');
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw codedError('request_body_too_large_after_decoding');
    throw codedError('request_body_encoding_invalid');
  }
}
