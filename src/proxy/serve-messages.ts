import { homeName } from '../accounts/sessions.ts';
import { fitsAny } from '../base/pattern.ts';
import type { Call } from '../http/call.ts';
import { agentIn, readAsk } from './ask.ts';
import { attempt } from './attempt.ts';
import { requireModel, type Identity } from './authenticate.ts';
import { holdBudget } from './budget.ts';
import type { Gateway } from './gateway.ts';
import { threadGone } from './nothing-left.ts';
import { telling, whoMay } from './parts-of-work.ts';
import { holdBody, type Held } from './receive.ts';
import type { Route } from './route.ts';
import { accountBehind } from './sticky.ts';
import type { Trace } from './trace.ts';
import type { Served, Work } from './work.ts';

/** Serves a call to messages, or to their counting. @throws GatewayError */
export async function serveMessages(
  call: Call,
  { target, counting }: Route & { is: 'messages' },
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  const { bytes: body, release } = await heldBody(call, trace, gateway);
  try {
    return await serveBody({ call, target, counting, body }, identity, trace, gateway);
  } finally {
    // There is an answer, or none to come: the body is not sent again. What of it is still on its way out is the wire's.
    release();
  }
}

/** The whole body of a call. @throws GatewayError */
export async function heldBody(call: Call, { facts, digests }: Trace, gateway: Gateway): Promise<Held> {
  const found = holdBody(call, gateway.settings().server, gateway.held, gateway.clock, digests?.came);
  const held = found instanceof Promise ? await found : found;
  facts.bytesIn = held.bytes.length;
  digests?.cameWhole();
  return held;
}

/** A body of messages as it goes upstream, and the call it came with. */
export interface MessagesCall {
  readonly call: Call;
  readonly target: string;
  readonly counting: boolean;
  readonly body: Buffer;
  /** Its answer is read here, so it has to come uncompressed. */
  readonly wantsPlainAnswer?: boolean;
}

/** Serves messages whose body is at hand. @throws GatewayError */
export async function serveBody(
  { call, target, counting, body, wantsPlainAnswer = false }: MessagesCall,
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  trace.keeping?.request(body);
  const ask = readAsk(call.headers, body);
  const { facts } = trace;
  facts.model = ask.model;
  facts.isStream = ask.stream;
  facts.session = ask.session;
  facts.agent = agentIn(call.headers, 'x-claude-code-agent-id');
  facts.parentAgent = agentIn(call.headers, 'x-claude-code-parent-agent-id');
  trace.isThreaded = ask.isThreaded;
  requireModel(identity.client, ask.model, fitsAny);
  // Counting tokens is free, and never stopped by a budget.
  if (!counting) {
    const hold = holdBudget(identity, ask, body.length, gateway);
    trace.hold = hold instanceof Promise ? await hold : hold;
  }
  const bound = ask.objects.length === 0 ? undefined : await accountBehind(ask.objects, gateway.bindings);
  if (ask.continuesThread && isGone(bound, gateway)) throw threadGone();
  const { own, pinned, allowed } = whoMay(call, identity, gateway);
  const { lane, onWait, onAttempt, digests } = telling(identity, trace);
  const work: Work = {
    call,
    target,
    ask: {
      purpose: counting ? 'counting' : 'messages',
      model: ask.model,
      session: homeName(facts, gateway.settings().routing.subagents),
      bound,
      own,
      pinned,
      allowed,
    },
    body,
    stream: ask.stream,
    wantsPlainAnswer,
    isLocal: identity.client.is === 'local',
    isRepeatable: bound === undefined,
    continuesThread: ask.continuesThread,
    hold: trace.hold,
    onTry: ({ id }) => trace.hold?.on(id),
    lane,
    onWait,
    onAttempt,
    digests,
  };
  return attempt(work, gateway);
}

/** Nobody here has the thread: of one account the upstream knows better. */
function isGone(bound: string | undefined, { pool }: Gateway): boolean {
  return bound === undefined ? pool.shared > 1 : pool.kindOf(bound) === undefined;
}
