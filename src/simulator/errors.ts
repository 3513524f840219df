import type { JsonObject } from './json.ts';
import { jsonReply, type Reply } from './reply.ts';

/** The type an error of each status wears (the API's error page; `529` and `413` come from its edge). */
const typeByStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'timeout_error',
  409: 'conflict_error',
  411: 'invalid_request_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  501: 'not_supported',
  502: 'api_error',
  503: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The sentence an error of each status says when there is nothing more special to say. */
const messageByStatus: Readonly<Record<number, string>> = {
  400: 'The request was refused by the simulator.',
  401: 'Invalid authentication credentials',
  402: 'There is an issue with your billing or payment information.',
  403: 'Your API key does not have permission to use the specified resource.',
  404: 'Not found',
  405: 'Method Not Allowed',
  408: 'Request timed out',
  409: 'The request conflicts with another one.',
  411: 'A content length is required.',
  413: 'Request exceeds the maximum size',
  429: 'This request would exceed the rate limit of your organization. Please try again later.',
  500: 'Internal server error',
  501: 'Not supported',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Request timed out',
  529: 'Overloaded',
};

/** Statuses the simulator can answer on demand. */
export const errorStatuses: readonly number[] = Object.keys(typeByStatus).map(Number);

export interface ApiErrorOptions {
  /** `error.type`; left out, the one that belongs to the status. */
  readonly type?: string | undefined;
  /** `error.details`, `error_code` first. */
  readonly details?: JsonObject | undefined;
  /** Further headers of the answer, flat. */
  readonly headers?: readonly string[] | undefined;
}

/** A refusal of the simulated API, in the envelope of the real one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly details: JsonObject | undefined;
  readonly headers: readonly string[];

  constructor(status: number, message?: string, options: ApiErrorOptions = {}) {
    super(message ?? messageByStatus[status] ?? 'The simulator was told to fail.');
    this.status = status;
    this.type = options.type ?? typeByStatus[status] ?? 'api_error';
    this.details = options.details;
    this.headers = options.headers ?? [];
  }

  /** `{type, error: {type, message, details?}, request_id}`. */
  envelope(requestId: string): JsonObject {
    const details = this.details === undefined ? {} : { details: this.details };
    return {
      type: 'error',
      error: { type: this.type, message: this.message, ...details },
      request_id: requestId,
    };
  }

  reply(requestId: string): Reply {
    return jsonReply(this.envelope(requestId), this.status, this.headers);
  }
}

/** A 400 whose message begins with the place in the body it is about. */
export function invalid(message: string, details?: JsonObject): ApiError {
  return new ApiError(400, message, { details });
}
