import type { AdminApp } from '../admin/app.ts';
import type { Origin } from '../admin/pages/asker.ts';
import { isAdminPath } from '../admin/paths.ts';
import type { Clock } from '../base/clock.ts';
import { GatewayError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Answer, Call, Handler } from '../http/call.ts';
import { errorAnswer } from '../http/envelope.ts';
import { header } from '../http/headers.ts';
import { dialectOf } from '../proxy/dialect.ts';
import { guestPage, preflightAnswer, readableBy } from '../proxy/cors.ts';
import { checkDoors, type DoorSettings } from '../proxy/doors.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { handle } from '../proxy/handle.ts';
import { shownSafely } from '../proxy/shown.ts';
import type { Refusal } from '../wire/listener.ts';
import { originOf } from './origin.ts';
import { toAnswer, toRequest } from './web-bridge.ts';

/** Answers a request for one of our own paths; `origin` is what is known of where it comes from. */
export type OwnHandler = (call: Call, origin: Origin) => Promise<Answer>;

export interface AppOptions {
  readonly gateway: Gateway;
  /** Answers what is not the API's: health, status, metrics, control, the page. */
  readonly own: OwnHandler;
  readonly doors: () => DoorSettings;
  /** @throws GatewayError not_permitted for a connection that may not carry keys */
  readonly checkPeer: (call: Call) => void;
  /** Whether an address is one of `server.trusted_proxies`. */
  readonly isTrusted: (address: string) => boolean;
  readonly log: Log;
}

/** The front door: who may come in at all, then the API's paths, then our own. */
export function application(options: AppOptions): Handler {
  const { gateway, own, doors, checkPeer, isTrusted, log } = options;
  return async (call) => {
    try {
      checkPeer(call);
      const settings = doors();
      checkDoors(call, settings);
      const page = guestPage(call, settings.allowedOrigins);
      if (page !== undefined) return withRequestId(await forGuest(call, page, gateway));
      const answer = await handle(call, gateway);
      if (answer !== undefined) return shownSafely(call, answer);
      if (!isAdminPath(pathOf(call))) throw notHere(call);
      return withRequestId(await own(call, originOf(call, settings, isTrusted)));
    } catch (error) {
      return withRequestId(await inCallersWords(refusalAnswer(error, log), call));
    }
  };
}

/** A page of another site that may call the API from a browser. */
async function forGuest(call: Call, page: string, gateway: Gateway): Promise<Answer> {
  const preflight = preflightAnswer(call, page);
  if (preflight !== undefined) return preflight;
  return readableBy(page, (await handle(call, gateway)) ?? errorAnswer(notHere(call)));
}

/** The page and its API, which speak web standard, as a handler of calls. */
export function ownPaths(admin: AdminApp, clock: Clock): OwnHandler {
  return async (call, origin) => toAnswer(await admin.fetch(await toRequest(call, clock), origin));
}

function notHere(call: Call): GatewayError {
  const message = `There is no ${call.method} ${pathOf(call).slice(0, 200)} here. The API is under /v1/.`;
  return new GatewayError('not_found', message);
}

function pathOf({ target }: Call): string {
  return target.split('?', 1)[0] ?? '';
}

async function inCallersWords(answer: Answer, { target }: Call): Promise<Answer> {
  if (dialectOf(target) === 'anthropic') return answer;
  const { spokenError } = await import('../openai/answers.ts');
  return spokenError(answer);
}

function refusalAnswer(error: unknown, log: Log): Answer {
  if (error instanceof GatewayError) return errorAnswer(error);
  log.error('call failed here', { reason: messageOf(error) });
  return errorAnswer(new GatewayError('internal', 'The proxy failed on this call; its log tells more.'));
}

function withRequestId(answer: Answer): Answer {
  if (header(answer.headers, 'x-request-id') !== undefined) return answer;
  const id = `req_${crypto.randomUUID().replaceAll('-', '')}`;
  return { ...answer, headers: [...answer.headers, 'x-request-id', id] };
}

/** The answer to bytes that never became a call. */
export function answerToRefusal(refusal: Refusal): Answer {
  return withRequestId(errorAnswer(errorFor(refusal)));
}

function errorFor(refusal: Refusal): GatewayError {
  switch (refusal) {
    case 'headers-too-large':
      return new GatewayError(
        'headers_too_large',
        'The request headers are larger than server.max_header_bytes allows.',
      );
    case 'lengths-contradict':
      return new GatewayError(
        'bad_request',
        'The request does not tell its length in one way: send Content-Length once, or Transfer-Encoding: chunked.',
      );
    case 'too-slow':
      return new GatewayError('body_timeout', 'The request head did not arrive in time.');
    case 'not-http':
      return new GatewayError('bad_request', 'This is not a valid HTTP/1.1 request.');
  }
}
