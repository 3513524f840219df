import type { Answer } from '../http/call.ts';
import { header } from '../http/headers.ts';
import type { Identity } from './authenticate.ts';
import { answerHeaders } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { lifetimeOf } from './sticky.ts';
import type { Trace } from './trace.ts';
import type { Served } from './work.ts';

/** The answer as it goes down: the upstream's own headers, and who served it. */
export function dressed(served: Served, identity: Identity, trace: Trace, gateway: Gateway): Answer {
  const { answer, account, attempts, lease } = served;
  if (lease !== undefined) trace.onOver.push(() => lease.release());
  if (served.why !== undefined) trace.facts.why = served.why;
  if (served.move !== undefined) trace.facts.move = served.move;
  if (account !== undefined) {
    trace.facts.account = { id: account.id, name: account.name };
    rememberIds(account.id, trace, gateway);
  }
  const caps = answer.status < 300 ? (trace.hold?.headers() ?? []) : [];
  // Limits of the upstream beside those of the caller's own budget would contradict them.
  const headers = answerHeaders(answer.headers, served.hidesLimits || caps.length > 0);
  headers.push(...caps);
  // Names are for those who could see them anyway: programs on this machine and holders of a key.
  const maySee = identity.client.is === 'keyed' || trace.isLocal;
  if (maySee && account !== undefined) {
    headers.push('x-ccproxy-account', asHeader(account.name), 'x-ccproxy-attempts', String(attempts));
  }
  if (header(headers, 'x-request-id') === undefined) headers.push('x-request-id', trace.requestId);
  return { status: answer.status, headers, body: answer.body };
}

/** Threads continue and containers are used again where they were made. */
function rememberIds(accountId: string, trace: Trace, { bindings, pool }: Gateway): void {
  if (pool.shared < 2) return;
  trace.onOver.push((tap) => {
    const { messageId, containerId } = tap?.seen ?? {};
    if (messageId !== undefined && trace.isThreaded)
      bindings.remember('thread', messageId, accountId, lifetimeOf('thread'));
    if (containerId !== undefined)
      bindings.remember('container', containerId, accountId, lifetimeOf('container'));
  });
}

/** Header values are ASCII; names are free text. */
function asHeader(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}

export function withRequestId(answer: Answer, requestId: string): Answer {
  if (header(answer.headers, 'x-request-id') !== undefined) return answer;
  return { ...answer, headers: [...answer.headers, 'x-request-id', requestId] };
}
