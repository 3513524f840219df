import type { Account } from '../accounts/account.ts';
import { homeName } from '../accounts/sessions.ts';
import { GatewayError } from '../base/errors.ts';
import { fitsAny } from '../base/pattern.ts';
import { tapped, type ByteSource } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { agentIn, readAsk } from './ask.ts';
import { attempt } from './attempt.ts';
import { attemptRecord, type Attempted } from './attempt-record.ts';
import { holdBudget, requireCounted, usageAnswer } from './budget.ts';
import { pinnedAccount, requireGroup, requireModel, type Identity } from './authenticate.ts';
import type { Gateway } from './gateway.ts';
import { modelsPage } from './models.ts';
import { holdBody, stallMs } from './receive.ts';
import { callersBase, withOwnResultsUrl } from './results-url.ts';
import type { Route } from './route.ts';
import { accountBehind, objectIdOf, rememberObject } from './sticky.ts';
import type { Trace } from './trace.ts';
import { watched } from './watchdog.ts';
import type { Served, Work } from './work.ts';

/** Serves an authenticated call by its route. @throws GatewayError */
export function serve(
  call: Call,
  route: Route,
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  switch (route.is) {
    case 'hello':
      return Promise.resolve(ownAnswer({ status: 200, headers: [], body: undefined }));
    case 'messages':
      return serveMessages(call, route, identity, trace, gateway);
    case 'usage':
      return Promise.resolve(ownAnswer(usageAnswer(identity, gateway.budgets)));
    case 'models':
      return serveModels(call, route, identity, trace, gateway);
    case 'object':
      return serveObject(call, route, identity, trace, gateway);
  }
}

async function serveMessages(
  call: Call,
  route: Route & { is: 'messages' },
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  const { clock, held } = gateway;
  const body = await holdBody(call, gateway.settings().server, held, clock);
  trace.onOver.push(() => body.release());
  trace.keeping?.request(body.bytes);
  const ask = readAsk(call.headers, body.bytes);
  const { facts } = trace;
  facts.bytesIn = body.bytes.length;
  facts.model = ask.model;
  facts.isStream = ask.stream;
  facts.session = ask.session;
  facts.agent = agentIn(call.headers, 'x-claude-code-agent-id');
  facts.parentAgent = agentIn(call.headers, 'x-claude-code-parent-agent-id');
  trace.isThreaded = ask.isThreaded;
  requireModel(identity.client, ask.model, fitsAny);
  // Counting tokens is free, and never stopped by a budget.
  if (!route.counting) trace.hold = holdBudget(identity, ask, body.bytes.length, gateway);
  const bound = ask.objects.length === 0 ? undefined : await accountBehind(ask.objects, gateway.bindings);
  if (ask.continuesThread && isGone(bound, gateway)) throw threadGone();
  const work: Work = {
    call,
    target: route.target,
    ask: {
      purpose: route.counting ? 'counting' : 'messages',
      model: ask.model,
      session: homeName(facts, gateway.settings().routing.subagents),
      bound,
      ...whoMay(call, identity, gateway),
    },
    body: body.bytes,
    stream: ask.stream,
    isLocal: identity.client.is === 'local',
    isRepeatable: bound === undefined,
    onTry: ({ id }) => trace.hold?.on(id),
    ...telling(identity, trace),
  };
  return attempt(work, gateway);
}

/** Nobody here has the thread: of one account the upstream knows better. */
function isGone(bound: string | undefined, { pool }: Gateway): boolean {
  return bound === undefined ? pool.shared > 1 : pool.kindOf(bound) === undefined;
}

/** SDKs that keep their conversation on the server replay it when they hear this (`thread_not_found`). */
function threadGone(): GatewayError {
  return new GatewayError(
    'thread_not_found',
    'The message thread is not known here; send the conversation again.',
  );
}

async function serveModels(
  call: Call,
  route: Route & { is: 'models' },
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  const who = whoMay(call, identity, gateway);
  const accounts = gateway.pool.accountsFor({ ...who, purpose: 'other' });
  if (who.own || who.pinned !== undefined || accounts.length < 2) {
    return attempt(
      {
        call,
        target: route.target,
        ask: { purpose: 'counting', ...who },
        body: undefined,
        stream: false,
        isRepeatable: true,
        ...telling(identity, trace),
      },
      gateway,
    );
  }
  const models = await gateway.models.union(accounts);
  if (models.length === 0) throw new GatewayError('upstream_unreachable', 'No account told its models.');
  return ownAnswer(modelsPage(models, new URLSearchParams(route.target.split('?')[1] ?? '')));
}

async function serveObject(
  call: Call,
  route: Route & { is: 'object' },
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  requireGroup(identity.client, route.group);
  requireCounted(identity, call.method, route, gateway.budgets);
  const who = whoMay(call, identity, gateway);
  const id = objectIdOf(route.path, route.group);
  const bound = id === undefined || who.own ? undefined : await gateway.bindings.find(id);
  const isSplicing =
    route.group === 'batches' && !who.own && gateway.settings().routing.batchResultsUrl === 'proxy';
  const work: Work = {
    call,
    target: route.target,
    wantsPlainAnswer: isSplicing,
    // Lists and new objects of one client stay together: merged lists would break their cursors.
    ask: { purpose: 'other', session: `client:${nameOf(identity)}`, bound, ...who },
    body: call.body === undefined ? undefined : counted(watched(call.body, stallMs, gateway.clock), trace),
    stream: false,
    isRepeatable: false,
    ...telling(identity, trace),
  };
  const served = await attempt(work, gateway);
  const { account } = served;
  if (account === undefined || who.own || call.method === 'DELETE') return served;
  const own = isSplicing ? await withOwnResults(served, account, call, gateway) : served.answer;
  const answer = rememberObject(own, route.group, account.id, gateway.bindings, gateway.log);
  return { ...served, answer };
}

/** The answer with the addresses in it pointing here. It has to be whole for that, and may break off. */
async function withOwnResults(
  { answer, lease }: Served,
  account: Account,
  call: Call,
  gateway: Gateway,
): Promise<Answer> {
  try {
    return await withOwnResultsUrl(answer, account, callersBase(call, gateway.settings()));
  } catch (cause) {
    lease?.release();
    if (call.signal.aborted) throw new GatewayError('client_left', 'The client left.', { cause });
    throw new GatewayError('upstream_lost', 'The upstream broke its answer off, or it is too long.', {
      cause,
    });
  }
}

/** The same upload, with its bytes counted as they pass. */
function counted(source: ByteSource, { facts, keeping }: Trace): ByteSource {
  const look = {
    chunk(bytes: Uint8Array) {
      facts.bytesIn += bytes.length;
      keeping?.request(bytes);
    },
    done() {},
  };
  return tapped(source, look, () => {});
}

/** In whose turn a call waits, and where it is told how long it did and what it tried. */
function telling(identity: Identity, trace: Trace): Pick<Work, 'lane' | 'onWait' | 'onAttempt'> {
  const { facts } = trace;
  return {
    lane: { client: nameOf(identity), session: facts.session },
    onWait: (ms) => {
      facts.waitedMs = (facts.waitedMs ?? 0) + ms;
    },
    onAttempt: noteIn(trace),
  };
}

/** Who was tried last is told, and each attempt, also where nobody answered. */
function noteIn({ facts, startedAt }: Trace): (attempted: Attempted) => void {
  return (attempted) => {
    const { id, name } = attempted.account;
    facts.account = { id, name };
    facts.attempts.push(attemptRecord(attempted, startedAt));
  };
}

function nameOf({ client }: Identity): string {
  return client.is === 'keyed' ? client.key.id : 'local';
}

/** The parts of an ask that follow from who calls. */
function whoMay(
  call: Call,
  { client, own }: Identity,
  { pool }: Gateway,
): Pick<Work['ask'], 'own' | 'pinned' | 'allowed'> {
  const pinned = pinnedAccount(call.headers);
  const allowed = client.is === 'keyed' ? client.key.accounts : undefined;
  // Without an account of ours any credential is meant for the upstream; beside one only a real one is.
  const passes = own !== undefined && pool.passesThrough && (own.looksReal || pool.shared === 0);
  const pinsShared = pinned !== undefined && pool.kindOf(pinned) !== 'passthrough';
  return {
    own: passes && !pinsShared,
    pinned,
    allowed: allowed !== undefined && allowed.length > 0 ? allowed : undefined,
  };
}

function ownAnswer(answer: Answer): Served {
  return {
    answer,
    account: undefined,
    why: undefined,
    attempts: 0,
    hidesLimits: false,
    lease: undefined,
    move: undefined,
  };
}
