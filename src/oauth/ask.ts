import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { userAgent } from '../base/product.ts';
import { collect, TooManyBytes } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { pairs, type HeaderList } from '../http/headers.ts';

/**
 * What carries a request to a provider and follows no redirect. The wire's sender is one; the rooms stand on
 * one floor, so this one says for itself what it needs.
 */
export interface Carrier {
  send(sending: {
    readonly origin: URL;
    readonly method: string;
    readonly target: string;
    readonly headers: HeaderList;
    readonly body: Uint8Array | undefined;
    readonly signal: AbortSignal;
    readonly connectMs: number;
    readonly headMs: number;
  }): Promise<Carried>;
}

type Carried =
  | { readonly is: 'answered'; readonly answer: Answer }
  | { readonly is: 'unreachable' | 'lost'; readonly cause: Error }
  | { readonly is: 'late' | 'cancelled' };

/** Longest wait for a whole answer, connecting included (ms). */
const patienceMs = 30_000;
/** Shorter, so that a network that swallows everything is known from a provider that does not answer (ms). */
const connectMs = 15_000;

/** Longer than any answer of a sound provider (bytes). */
const largestAnswer = 1024 * 1024;

/** There is no answer that could be read. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  /** Whether the request may have arrived. */
  readonly wasSent: boolean;

  constructor(reason: string, wasSent: boolean) {
    super(reason);
    this.wasSent = wasSent;
  }
}

/** The part of `fetch` that oauth4webapi uses. */
export type Ask = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: URLSearchParams | null | undefined;
  },
) => Promise<Response>;

/**
 * Asks over `sender`, as ourselves and within bounds of time and size. Resolves with the whole answer;
 * rejects with {@link Unanswered}, and with nothing else.
 */
export function askOver(sender: Carrier, clock: Clock, signal?: AbortSignal): Ask {
  return async (url, request) => {
    const patience = new AbortController();
    const cancelTimer = clock.after(patienceMs, () => {
      patience.abort(new Unanswered(`gave no answer within ${patienceMs / 1000} seconds`, true));
    });
    const leave = (): void => {
      patience.abort(new Unanswered('was not waited for', true));
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      if (signal?.aborted === true) throw new Unanswered('was not asked', false);
      return await exchange(sender, new URL(url), request, patience.signal);
    } finally {
      cancelTimer();
      signal?.removeEventListener('abort', leave);
    }
  };
}

async function exchange(
  sender: Carrier,
  url: URL,
  { method, headers, body }: Parameters<Ask>[1],
  signal: AbortSignal,
): Promise<Response> {
  const given = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'user-agent');
  const carried = await sender.send({
    origin: url,
    method,
    target: `${url.pathname}${url.search}`,
    // One request a connection: on one that idled out, nobody could tell whether a token has been spent.
    headers: ['host', url.host, 'user-agent', userAgent, 'connection', 'close', ...given.flat()],
    body: body === undefined || body === null ? undefined : Buffer.from(body.toString()),
    signal,
    connectMs,
    headMs: patienceMs,
  });
  switch (carried.is) {
    case 'answered':
      return responseOf(carried.answer, await wholeBody(carried.answer, signal));
    case 'unreachable':
      throw new Unanswered(`cannot be reached: ${messageOf(carried.cause)}`, false);
    case 'lost':
      throw new Unanswered(`broke off: ${messageOf(carried.cause)}`, true);
    case 'late':
    case 'cancelled':
      throw givenUp(signal);
  }
}

function givenUp({ reason }: AbortSignal): Unanswered {
  return reason instanceof Unanswered ? reason : new Unanswered('gave no answer in time', true);
}

/** The body within the bounds; a source that goes on trickling is let go. */
async function wholeBody({ body }: Answer, signal: AbortSignal): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) return body ?? new Uint8Array();
  const late = Promise.withResolvers<never>();
  const leave = (): void => {
    body.cancel();
    late.reject(givenUp(signal));
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([collect(body, largestAnswer), late.promise]);
  } catch (error) {
    if (error instanceof Unanswered) throw error;
    if (error instanceof TooManyBytes) throw new Unanswered('answered with far more than an answer', true);
    if (signal.aborted) throw givenUp(signal);
    throw new Unanswered(`broke off: ${messageOf(error)}`, true);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function responseOf({ status, headers: list }: Answer, bytes: Uint8Array): Response {
  // What a web response cannot be (RFC 9110 §15: three digits), and what may carry no body there.
  if (status < 200 || status > 599) throw new Unanswered(`answered with status ${status}`, true);
  const headers = new Headers();
  for (const [name, value] of pairs(list)) {
    try {
      headers.append(name, value);
    } catch {
      // A header that cannot be written here is none that matters.
    }
  }
  const body = [204, 205, 304].includes(status) ? null : Buffer.from(bytes);
  return new Response(body, { status, headers });
}
