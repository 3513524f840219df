import { nameKey } from '../base/name-key.ts';
import { product } from '../base/product.ts';
import type { Call } from '../http/call.ts';
import { decidedByName, header, without, type HeaderList } from '../http/headers.ts';
import type { Identity } from './authenticate.ts';
import { couldServe } from './could-serve.ts';
import { dialectAsked } from './dialect.ts';
import type { Gateway } from './gateway.ts';
import { whoMay } from './parts-of-work.ts';
import type { OpenaiGroup } from './route.ts';
import { heldBody, serveBody } from './serve-messages.ts';
import type { Trace } from './trace.ts';
import type { Served } from './work.ts';

/** The version of the API that translated requests are written for, where the client names none. */
const version = '2023-06-01';

/** Tells what of a request was not done as it was asked. */
const warningHeader = `${product.headerPrefix}warning`;

/**
 * Serves a call in OpenAI's format: its body becomes one of messages and takes their way, the answer is said in
 * OpenAI's words once it has been watched. The translation is loaded by the first such call.
 *
 * @throws GatewayError
 */
export async function serveOpenai(
  call: Call,
  group: OpenaiGroup,
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  const { bytes, release } = await heldBody(call, trace, gateway);
  try {
    return await serveTranslated(call, { group, bytes }, identity, trace, gateway);
  } finally {
    release();
  }
}

/** A body in OpenAI's format. */
interface Asked {
  readonly group: OpenaiGroup;
  readonly bytes: Buffer;
}

async function serveTranslated(
  call: Call,
  { group, bytes }: Asked,
  identity: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<Served> {
  const { translate } = await import('../openai/speeches.ts');
  const { spoken } = await import('../openai/answers.ts');
  const { models, promptCache } = gateway.settings().openai;
  const asked = header(call.headers, 'anthropic-version');
  const around = { aliases: models, cache: promptCache, version: asked ?? version };
  const translated = translate(group, bytes, around, gateway.clock.now());
  const { speech, warning, body } = translated;
  trace.speak = (answer) => spoken(answer, speech, warning === undefined ? [] : [warningHeader, warning]);
  trace.facts.purpose = 'messages';
  const { method, body: source, peer, signal } = call;
  const headers = headersOf(call.headers, asked === undefined);
  const messages = {
    call: { method, target: call.target, headers, body: source, peer, signal },
    target: '/v1/messages',
    counting: false,
    body,
    wantsPlainAnswer: true,
  };
  // It is held beside what came, as long.
  gateway.held.take(body.length, gateway.settings().server.maxHeldBytes);
  try {
    return await serveBody(messages, identity, trace, gateway);
  } finally {
    gateway.held.give(body.length);
  }
}

/** What is meant for OpenAI's servers, or describes the body that is no more. */
const staysHere = decidedByName((name) => name.startsWith('openai-') || name.startsWith('content-'));

function headersOf(headers: HeaderList, isWithoutVersion: boolean): string[] {
  const list = without(headers, staysHere);
  list.push('content-type', 'application/json');
  if (isWithoutVersion) list.push('anthropic-version', version);
  return list;
}

/** Whether nobody but accounts that speak OpenAI's formats themselves may serve the call (`openai.native_accounts`). */
export function isNative(call: Call, identity: Identity, gateway: Gateway): boolean {
  const native = new Set(gateway.settings().openai.nativeAccounts.map(nameKey));
  if (native.size === 0) return false;
  const ask = { purpose: 'other', ...whoMay(call, identity, gateway) } as const;
  const accounts = couldServe(ask, gateway.pool);
  return (
    accounts.length > 0 &&
    accounts.every(({ id, name }) => native.has(nameKey(id)) || native.has(nameKey(name)))
  );
}

/**
 * What is to be asked of the upstream for `GET /v1/models` or one of its models. Where the caller speaks OpenAI's format
 * the answer will be said in it, whole, and a model by its alias.
 */
export async function modelsTarget(
  call: Call,
  target: string,
  { client }: Identity,
  trace: Trace,
  gateway: Gateway,
): Promise<string> {
  const { openai } = gateway.settings();
  if (dialectAsked(call.target, call.headers, client, openai) !== 'openai') return target;
  const { listSpeech, modelSpeech } = await import('../openai/speeches.ts');
  const { spoken } = await import('../openai/answers.ts');
  const { modelBehind } = await import('../openai/aliases.ts');
  const path = target.split('?', 1)[0] ?? '';
  const asked = decodeURIComponent(path.slice('/v1/models/'.length));
  const speech = asked === '' ? listSpeech(openai.models) : modelSpeech(asked);
  trace.speak = (answer) => spoken(answer, speech);
  if (asked === '') return '/v1/models?limit=1000';
  return `/v1/models/${encodeURIComponent(modelBehind(asked, openai.models))}`;
}
