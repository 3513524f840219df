import { codedError, errorCodes } from './error-codes.ts';
import { ApiError } from './errors.ts';
import type { Fault } from './faults.ts';
import { encodeText } from './json.ts';
import { bytesReply, type Reply } from './reply.ts';

/** What an answer that is given instead of work needs to know. */
export interface Circumstances {
  readonly requestId: string;
  readonly now: number;
  /** Path and query as the API sees them, without `/s/<scenario>`. */
  readonly target: string;
  /** Milliseconds until the rule that asked for the fault runs out; undefined where it does not. */
  readonly endsInMs: number | undefined;
}

/** The connection is to be destroyed before any answer. */
export class ResetNow extends Error {
  override readonly name = 'ResetNow';
}

/**
 * The answer that stands in the place of work.
 *
 * @throws ResetNow for `reset`
 */
export function answerInstead(fault: Fault, about: Circumstances): Reply {
  switch (fault.name) {
    case 'reset':
      throw new ResetNow('reset before the head');
    case 'html':
      return bytesReply(
        encodeText('<!doctype html><html><body><h1>Please sign in to the network</h1></body></html>'),
        'text/html; charset=utf-8',
      );
    case 'empty':
      return {
        status: 200,
        headers: ['content-type', 'text/event-stream; charset=utf-8'],
        body: { is: 'steps', steps: [], paced: false },
      };
    case 'redirect':
      return { status: 307, headers: ['location', `/s/ok${about.target}`], body: { is: 'nothing' } };
    default:
      return errorOf(fault, about).reply(about.requestId);
  }
}

function errorOf(fault: Fault, about: Circumstances): ApiError {
  const base = plainError(fault, about);
  const { message, type } = fault.options;
  return new ApiError(base.status, message ?? base.message, {
    type: type ?? base.type,
    details: base.details,
    headers: [...base.headers, ...retryHeaders(fault, base.status, about)],
  });
}

function plainError(fault: Fault, about: Circumstances): ApiError {
  if (errorCodes.includes(fault.name)) return codedError(fault.name);
  switch (fault.name) {
    case 'spend-limit':
      return new ApiError(
        400,
        'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      );
    case 'billing':
      return new ApiError(400, 'Your credit balance is too low to access the API.', {
        type: 'billing_error',
      });
    case 'prompt-too-long':
      return new ApiError(400, 'prompt is too long: 210000 tokens > 200000 maximum');
    case 'invalid-signature':
      return new ApiError(400, 'messages.1.content.0: Invalid `signature` in `thinking` block');
    case 'limit':
      return windowError(fault, about);
    case 'throttle':
      return new ApiError(429);
    default:
      return new ApiError(Number(fault.arg));
  }
}

/** `retry-after`, `retry-after-ms` and `x-should-retry` as asked for; a rule with an end tells its true rest. */
function retryHeaders({ name, arg, options }: Fault, status: number, about: Circumstances): string[] {
  const headers: string[] = [];
  const rest = name === 'error' && arg === '429' ? about.endsInMs : undefined;
  const seconds = options['retry-after'] ?? (rest === undefined ? undefined : String(Math.ceil(rest / 1000)));
  if (seconds !== undefined && seconds !== 'none' && status >= 400) headers.push('retry-after', seconds);
  if (options['retry-after-ms'] !== undefined) headers.push('retry-after-ms', options['retry-after-ms']);
  if (options['should-retry'] !== undefined) headers.push('x-should-retry', options['should-retry']);
  return headers;
}

/** How the windows call themselves in `representative-claim` (seen from the API; types of the Agent SDK). */
const claimNames: Readonly<Record<string, string>> = {
  '5h': 'five_hour',
  '7d': 'seven_day',
  '7d_opus': 'seven_day_opus',
  '7d_sonnet': 'seven_day_sonnet',
  overage: 'overage',
};

/** A 429 of a plan whose window is used up. `reset` is in seconds from now, an hour if nothing says else. */
function windowError({ arg, options }: Fault, about: Circumstances): ApiError {
  const given = options['reset'] ?? (about.endsInMs === undefined ? undefined : about.endsInMs / 1000);
  const seconds = Math.ceil(Number(given ?? 3600));
  const reset = String(Math.floor(about.now / 1000) + seconds);
  const unified = (name: string, value: string): string[] => [`anthropic-ratelimit-unified-${name}`, value];
  const headers = [
    ...unified('status', 'rejected'),
    ...unified('representative-claim', claimNames[arg] ?? arg),
    ...unified('reset', reset),
  ];
  if (arg === 'overage') {
    headers.push(
      ...unified('overage-status', 'rejected'),
      ...unified('overage-disabled-reason', 'out_of_credits'),
      ...unified('overage-reset', reset),
    );
  } else {
    headers.push(
      ...unified(`${arg}-status`, 'rejected'),
      ...unified(`${arg}-utilization`, '1.00'),
      ...unified(`${arg}-reset`, reset),
    );
  }
  if (options['retry-after'] === undefined) headers.push('retry-after', String(seconds));
  return new ApiError(429, 'You have reached the usage limit of your plan. Please try again later.', {
    headers,
  });
}
