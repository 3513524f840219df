import type { Account } from '../accounts/account.ts';
import { GatewayError } from '../base/errors.ts';
import { collect } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { decoded } from '../http/coding.ts';
import { header, without } from '../http/headers.ts';
import type { Delivery } from '../wire/send.ts';
import { attemptHeaders, upstreamOf, type Credential } from './forward.ts';
import type { Gateway } from './gateway.ts';
import type { Ending, UpstreamError } from './outcome.ts';
import { watched } from './watchdog.ts';
import type { Work } from './work.ts';

/** One attempt, as far as the head of its answer; an error answer is held whole, so that it can be judged. */
export interface Tried {
  readonly ending: Ending;
  readonly answer: Answer | undefined;
}

/** More of an error body than any API writes; the rest is not read (bytes). */
const largestErrorBody = 1024 * 1024;

/** @throws GatewayError client_left */
export async function tryOnce(work: Work, account: Account, gateway: Gateway): Promise<Tried> {
  const credential = await credentialOf(account, gateway);
  if (credential === undefined) {
    // Nothing went out and nothing came back: the vault has lost the secret, or its key.
    return { ending: { is: 'unreachable' }, answer: undefined };
  }
  const { upstream } = gateway.settings();
  const { body, call } = work;
  const { origin, prefix } = upstreamOf(account);
  const headers =
    work.wantsPlainAnswer === true
      ? without(call.headers, (name) => name === 'accept-encoding')
      : call.headers;
  const delivery = await gateway.sender.send({
    origin,
    method: call.method,
    target: `${prefix}${work.target}`,
    headers: attemptHeaders(
      headers,
      account,
      credential,
      body instanceof Uint8Array ? body.length : undefined,
    ),
    body,
    signal: call.signal,
    connectMs: upstream.connectTimeoutSeconds * 1000,
    headMs: (work.stream ? upstream.firstByteTimeoutSeconds : upstream.answerTimeoutSeconds) * 1000,
  });
  return settle(delivery, gateway);
}

async function credentialOf(account: Account, gateway: Gateway): Promise<Credential | undefined> {
  if (account.kind === 'passthrough') return { is: 'clients' };
  const secret = await gateway.secretOf(account);
  return secret === undefined ? undefined : { is: 'ours', secret };
}

async function settle(delivery: Delivery, gateway: Gateway): Promise<Tried> {
  switch (delivery.is) {
    case 'answered':
      return settleAnswer(delivery.answer, gateway);
    case 'cancelled':
      throw new GatewayError('client_left', 'The client left.');
    case 'unreachable':
      gateway.log.warn('upstream unreachable', { reason: delivery.cause.message });
      return { ending: { is: 'unreachable' }, answer: undefined };
    case 'lost':
      gateway.log.warn('upstream closed without an answer', { reason: delivery.cause.message });
      return { ending: { is: 'lost', reused: delivery.reused }, answer: undefined };
    case 'late':
      return { ending: { is: 'late' }, answer: undefined };
  }
}

async function settleAnswer(answer: Answer, gateway: Gateway): Promise<Tried> {
  const { status, headers, body } = answer;
  if (body === undefined || body instanceof Uint8Array)
    return { ending: { is: 'answered', status, headers }, answer };
  const idleMs = gateway.settings().upstream.idleTimeoutSeconds * 1000;
  const source = watched(body, idleMs, gateway.clock);
  if (status < 400) {
    return { ending: { is: 'answered', status, headers }, answer: { status, headers, body: source } };
  }
  try {
    const bytes = await collect(source, largestErrorBody);
    const error = readError(decoded(bytes, header(headers, 'content-encoding'), largestErrorBody));
    return { ending: { is: 'answered', status, headers, error }, answer: { status, headers, body: bytes } };
  } catch (cause) {
    gateway.log.warn('upstream error answer broke off', { status, reason: String(cause) });
    return { ending: { is: 'lost', reused: false }, answer: undefined };
  }
}

/** What an error body says; a foreign one says nothing. */
function readError(bytes: Uint8Array | undefined): UpstreamError {
  if (bytes === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
    const error = member(parsed, 'error');
    return {
      type: text(member(error, 'type')),
      message: text(member(error, 'message')),
      code: text(member(member(error, 'details'), 'error_code')),
    };
  } catch {
    return {};
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
