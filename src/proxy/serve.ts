import type { Account } from '../accounts/account.ts';
import { GatewayError } from '../base/errors.ts';
import { tapped, type ByteSource, type Ending } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { attempt } from './attempt.ts';
import { requireGroup, type Identity } from './authenticate.ts';
import { requireCounted, usageAnswer } from './budget.ts';
import { dialectOf } from './dialect.ts';
import type { Gateway } from './gateway.ts';
import { modelsPage } from './models.ts';
import { nameOf, telling, whoMay } from './parts-of-work.ts';
import { stallMs } from './receive.ts';
import { callersBase, withOwnResultsUrl } from './results-url.ts';
import type { Route } from './route.ts';
import { serveMessages } from './serve-messages.ts';
import { isNative, modelsTarget, serveOpenai } from './serve-openai.ts';
import { objectIdOf, rememberObject } from './sticky.ts';
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
      return usageAnswer(identity, gateway.budgets).then(ownAnswer);
    case 'models':
      return serveModels(asGet(call), route, identity, trace, gateway);
    case 'openai':
      return isNative(call, identity, gateway)
        ? serveObject(call, { ...route, is: 'object' }, identity, trace, gateway)
        : serveOpenai(call, route.group, identity, trace, gateway);
    case 'object':
      return serveObject(
        dialectOf(call.target) === 'openai' ? asGet(call) : call,
        route,
        identity,
        trace,
        gateway,
      );
  }
}

/** A HEAD below OpenAI's paths is answered as a GET, whose body is left out in the end: only with it can it be translated. */
function asGet(call: Call): Call {
  if (call.method !== 'HEAD') return call;
  const { target, headers, body, peer, signal } = call;
  return { method: 'GET', target, headers, body, peer, signal };
}

async function serveModels(
  call: Call,
  route: Route & { is: 'models' },
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  const target = await modelsTarget(call, route.target, identity, trace, gateway);
  const who = whoMay(call, identity, gateway);
  const accounts = gateway.pool.accountsFor({ ...who, purpose: 'other' });
  if (who.own || who.pinned !== undefined || accounts.length < 2) {
    return attempt(
      {
        call,
        target,
        wantsPlainAnswer: trace.speak !== undefined,
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
  return ownAnswer(modelsPage(models, new URLSearchParams(target.split('?')[1] ?? '')));
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
  const isModel = route.group === 'models' && call.method === 'GET';
  const work: Work = {
    call,
    target: isModel ? await modelsTarget(call, route.target, identity, trace, gateway) : route.target,
    wantsPlainAnswer: isSplicing || trace.speak !== undefined,
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
function counted(source: ByteSource, { facts, keeping, digests }: Trace): ByteSource {
  const look = {
    chunk(bytes: Uint8Array) {
      facts.bytesIn += bytes.length;
      keeping?.request(bytes);
      digests?.came(bytes);
    },
    done({ is }: Ending) {
      if (is === 'complete') digests?.cameWhole();
    },
  };
  return tapped(source, look, () => {});
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
