/**
 * Every way in which the proxy itself says no to a call, with the status it answers and the
 * Anthropic error type it wears (`error.type`, see the API's error page). Errors of the upstream are
 * never rewritten into one of these.
 */
const table = {
  bad_request: [400, 'invalid_request_error'],
  model_not_allowed: [400, 'invalid_request_error'],
  not_authenticated: [401, 'authentication_error'],
  not_permitted: [403, 'permission_error'],
  wrong_host: [403, 'permission_error'],
  wrong_origin: [403, 'permission_error'],
  path_refused: [403, 'permission_error'],
  not_found: [404, 'not_found_error'],
  account_not_found: [404, 'not_found_error'],
  thread_not_found: [404, 'not_found_error'],
  method_not_allowed: [405, 'invalid_request_error'],
  body_timeout: [408, 'timeout_error'],
  conflict: [409, 'conflict_error'],
  body_too_large: [413, 'request_too_large'],
  target_too_long: [414, 'invalid_request_error'],
  key_limited: [429, 'rate_limit_error'],
  accounts_limited: [429, 'rate_limit_error'],
  budget_held: [429, 'rate_limit_error'],
  budget_unreadable: [429, 'billing_error'],
  budget_used_up: [429, 'billing_error'],
  headers_too_large: [431, 'invalid_request_error'],
  client_left: [499, 'api_error'],
  internal: [500, 'api_error'],
  upstream_unreachable: [502, 'api_error'],
  upstream_lost: [502, 'api_error'],
  upstream_redirected: [502, 'api_error'],
  no_account: [503, 'api_error'],
  account_unavailable: [503, 'api_error'],
  overloaded_here: [503, 'api_error'],
  shutting_down: [503, 'api_error'],
  upstream_timeout: [504, 'timeout_error'],
} as const satisfies Record<string, readonly [status: number, type: string]>;

export type ErrorCode = keyof typeof table;

export interface ErrorOptions {
  /** What went wrong underneath: for the log, never for the client. */
  readonly cause?: unknown;
  /** Whole seconds until another try can succeed; goes out as `retry-after`. */
  readonly retryAfterSeconds?: number;
  /**
   * Whether the client should try again (`x-should-retry`). Left out, the client's own rules decide.
   * Without `false` Claude Code repeats a 401 for three minutes.
   */
  readonly shouldRetry?: boolean;
  /** The methods that would have been right, for a 405 (`allow`, RFC 9110 §15.5.6). */
  readonly allow?: string;
  /** Further headers of the answer, names and values in turn. */
  readonly headers?: readonly string[];
}

/** A refusal or failure of our own: `message` is for the client, `cause` for the log. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  readonly retryAfterSeconds: number | undefined;
  readonly shouldRetry: boolean | undefined;
  readonly allow: string | undefined;
  readonly headers: readonly string[];

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    [this.status, this.type] = table[code];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.shouldRetry = options.shouldRetry;
    this.allow = options.allow;
    this.headers = options.headers ?? [];
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return textOf(error)
    .replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ')
    .trim();
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  try {
    return String(error);
  } catch {
    // An object without a prototype has no text of its own.
    return 'something that cannot be shown was thrown';
  }
}
