import { GatewayError, messageOf } from '../base/errors.ts';
import { product } from '../base/product.ts';
import { errorAnswer } from '../http/envelope.ts';
import type { Answer, Call } from '../http/call.ts';
import { header } from '../http/headers.ts';
import type { Admission } from '../access/limits.ts';
import { BodyDigests } from '../usage/body-digests.ts';
import { authenticate, type Identity } from './authenticate.ts';
import { dialectOfError } from './dialect.ts';
import { isLocal } from './doors.ts';
import { dressed, withRequestId } from './dress.ts';
import type { Gateway, Now } from './gateway.ts';
import { observe } from './observe.ts';
import { routeOf, type Route } from './route.ts';
import { serve } from './serve.ts';
import { noFacts, type Named, type Trace } from './trace.ts';

/**
 * One call under the API's paths, from the door to the door. Never rejects but for a client that is gone.
 *
 * @returns undefined where the path is not the API's
 */
export async function handle(call: Call, gateway: Gateway): Promise<Answer | undefined> {
  const trace: Trace = {
    requestId: requestIdOf(call),
    startedAt: gateway.clock.monotonic(),
    isLocal: isLocal(call, gateway.settings().server),
    isThreaded: false,
    facts: noFacts(),
    onOver: [],
  };
  try {
    const settings = gateway.settings();
    const route = routeOf(call.method, call.target, settings.upstream.allowAdminPaths);
    if (route === undefined) return undefined;
    // Asked before every session by Claude Code, without a credential; says nothing about the proxy.
    if (route.is === 'hello')
      return { status: 200, headers: ['x-request-id', trace.requestId], body: undefined };
    if (route.is === 'messages') trace.facts.purpose = route.counting ? 'counting' : 'messages';
    const identity = authenticate(call.headers, gateway.keys, needsKey(trace.isLocal, gateway));
    trace.facts.client = clientIn(identity);
    trace.keeping = gateway.keep(trace.facts.client);
    if (trace.keeping !== undefined || gateway.onlookers.any) trace.digests = new BodyDigests();
    trace.onOver.push(gateway.underway.enter(call, trace));
    if (route.is !== 'usage' && !isCounting(route)) {
      const leave = gateway.crowd.enter(settings.clients.maxConcurrentCalls);
      trace.onOver.push(leave instanceof Promise ? await leave : leave);
      const release = enter(identity, gateway);
      trace.onOver.push(release instanceof Promise ? await release : release);
    }
    const served = await serve(call, route, identity, trace, gateway);
    if (isStreamed(served.answer)) trace.onOver.push(gateway.crowd.stream());
    const answer = observe(dressed(served, identity, trace, gateway), call, trace, gateway);
    // What is watched and written down is the upstream's own words.
    return trace.speak === undefined ? answer : await trace.speak(answer);
  } catch (error) {
    const known = asGatewayError(error, trace, gateway);
    const refusal = withRequestId(errorAnswer(known, trace.requestId), trace.requestId);
    const answer = observe(refusal, call, trace, gateway);
    const dialect = dialectOfError(call.target, call.headers, gateway.settings().openai);
    return trace.speak !== undefined || dialect === 'openai' ? inOpenaiWords(answer) : answer;
  }
}

/** An error of ours in OpenAI's envelope. */
async function inOpenaiWords(answer: Answer): Promise<Answer> {
  const { spokenError } = await import('../openai/answers.ts');
  return spokenError(answer);
}

/** Whether this call has to show a key: always from elsewhere, here as soon as there are keys. */
function needsKey(isLocalCall: boolean, gateway: Gateway): boolean {
  if (!isLocalCall) return true;
  const { clients } = gateway.settings();
  return clients.keys === 'required' || (clients.keys === 'auto' && gateway.keys.hasAny);
}

function clientIn({ client }: Identity): Named {
  return client.is === 'keyed'
    ? { id: client.key.id, name: client.key.name }
    : { id: 'local', name: 'local' };
}

/** Counting tokens stands outside limits: Claude Code asks for 25 counts at once beside its conversation. */
function isCounting(route: Route): boolean {
  return route.is === 'messages' && route.counting;
}

function isStreamed({ headers, body }: Answer): boolean {
  const isWhole = body === undefined || body instanceof Uint8Array;
  return !isWhole && /^text\/event-stream\b/i.test(header(headers, 'content-type') ?? '');
}

/** Counts the call against the limits of its key. @throws GatewayError key_limited */
function enter({ client }: Identity, gateway: Gateway): Now<() => void> {
  if (client.is === 'local') return nothing;
  const admission = gateway.limits.admit(client.key);
  return admission instanceof Promise ? admission.then(admitted) : admitted(admission);
}

function admitted(admission: Admission): () => void {
  if (admission.is === 'admitted') return () => admission.release();
  const { by, limit, retryAfterSeconds } = admission;
  const what = by === 'calls-at-once' ? `${limit} calls at once` : `${limit} calls a minute`;
  throw new GatewayError(
    'key_limited',
    `This client key may make ${what}; try again in ${retryAfterSeconds} s.`,
    {
      retryAfterSeconds,
    },
  );
}

function nothing(): void {}

/** The caller's own id where it is harmless to repeat, else a new one. */
function requestIdOf(call: Call): string {
  const given = header(call.headers, 'x-request-id');
  return given !== undefined && /^[\w.:-]{1,100}$/.test(given)
    ? given
    : `req_${crypto.randomUUID().replaceAll('-', '')}`;
}

function asGatewayError(error: unknown, trace: Trace, { log }: Gateway): GatewayError {
  if (error instanceof GatewayError) return error;
  log.error('call failed here', { request: trace.requestId, reason: messageOf(error) });
  return new GatewayError(
    'internal',
    `${product.name} failed on this call; its log tells more (request ${trace.requestId}).`,
    {
      cause: error,
    },
  );
}
