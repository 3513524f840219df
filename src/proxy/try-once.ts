import type { Account } from '../accounts/account.ts';
import type { Trouble } from '../accounts/refresh-state.ts';
import type { Way } from '../wire/sender.ts';
import { GatewayError, messageOf } from '../base/errors.ts';
import type { Secret } from '../base/secret.ts';
import type { Signal } from '../base/signal.ts';
import { collect, type ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { without, type HeaderList } from '../http/headers.ts';
import { redirectOf } from '../http/redirect.ts';
import type { Delivery } from '../wire/sender.ts';
import { attemptHeaders, upstreamOf, type Credential } from './forward.ts';
import type { Gateway } from './gateway.ts';
import type { Ending } from './outcome.ts';
import { peek, type Peeked } from './peek.ts';
import { largestErrorBody, readError, repeats } from './upstream-error.ts';
import { watched } from './watchdog.ts';
import type { Work } from './work.ts';

/**
 * One attempt, as far as the head of its answer, or the first event of a stream; an error answer is held whole, so
 * that it can be judged.
 */
export interface Tried {
  readonly ending: Ending;
  /** What a client can be given of it. Of a stream that broke off before it began, that is how it broke. */
  readonly answer: Answer | undefined;
  /** What it was made with, where that is a token which can be renewed. */
  readonly token?: Secret;
}

/**
 * @param longestMs for a connection, and then for the head of the answer, where the settings allow no less
 * @throws GatewayError client_left
 */
export async function tryOnce(
  work: Work,
  account: Account,
  gateway: Gateway,
  longestMs: number,
): Promise<Tried> {
  const onBody = work.digests?.attempt(account.name);
  const found = meansOf(account, work.call.signal, gateway);
  const means = found instanceof Promise ? await found : found;
  // A token may have been waited for.
  if (work.call.signal.aborted) throw new GatewayError('client_left', 'The client left.');
  if (means === undefined) {
    const trouble = account.kind === 'oauth' ? gateway.tokens.trouble(account) : undefined;
    return trouble === undefined
      ? { ending: { is: 'unreachable', isOurs: true }, answer: undefined }
      : withoutToken(account, trouble);
  }
  const { credential, via } = means;
  const { upstream } = gateway.settings();
  const { body, call } = work;
  const { origin, prefix } = upstreamOf(account);
  const length = body instanceof Uint8Array ? body.length : undefined;
  const headSeconds = work.stream ? upstream.firstByteTimeoutSeconds : upstream.answerTimeoutSeconds;
  const delivery = await gateway.sender.send({
    origin,
    method: call.method,
    target: `${prefix}${work.target}`,
    headers: attemptHeaders(headersOf(work), account, credential, length),
    body,
    signal: call.signal,
    via,
    onBody,
    connectMs: Math.min(longestMs, upstream.connectTimeoutSeconds * 1000),
    headMs: Math.min(longestMs, headSeconds * 1000),
  });
  if (delivery.is !== 'answered') return settleFailure(delivery, account, gateway);
  const settling = settleAnswer(delivery.answer, work, account, gateway);
  const tried = discreet(settling instanceof Promise ? await settling : settling, credential);
  return account.kind === 'oauth' && credential.is === 'ours'
    ? { ...tried, token: credential.secret }
    : tried;
}

/** An attempt that the account has no good token for. */
export function withoutToken({ name }: Account, trouble: Trouble): Tried {
  return { ending: { is: 'without-token', account: name, trouble }, answer: undefined };
}

function headersOf({ call, wantsPlainAnswer }: Work): HeaderList {
  if (wantsPlainAnswer !== true) return call.headers;
  return without(call.headers, (name) => name === 'accept-encoding');
}

/** What a call on an account needs: its credential, and the way out where it has one of its own. */
interface Means {
  readonly credential: Credential;
  readonly via: Way | undefined;
}

/**
 * At once where all of it is in memory, which is nearly always. Undefined where the vault has lost a secret, or its
 * key, or a token has run out: then nothing goes out.
 */
function meansOf(
  account: Account,
  signal: Signal,
  gateway: Gateway,
): Means | undefined | Promise<Means | undefined> {
  try {
    const via = gateway.wayOutOf(account);
    if (via instanceof Promise) return fetchMeans(account, via, signal, gateway);
    if (account.kind === 'passthrough') return { credential: { is: 'clients' }, via };
    const secret = gateway.secretOf(account, signal);
    return secret instanceof Promise
      ? fetchMeans(account, via, signal, gateway, secret)
      : meansWith(secret, via);
  } catch (error) {
    return withoutMeans(error, account, gateway);
  }
}

async function fetchMeans(
  account: Account,
  way: Way | undefined | Promise<Way | undefined>,
  signal: Signal,
  gateway: Gateway,
  asked?: Promise<Secret | undefined>,
): Promise<Means | undefined> {
  try {
    const via = await way;
    if (account.kind === 'passthrough') return { credential: { is: 'clients' }, via };
    return meansWith(await (asked ?? gateway.secretOf(account, signal)), via);
  } catch (error) {
    return withoutMeans(error, account, gateway);
  }
}

function meansWith(secret: Secret | undefined, via: Way | undefined): Means | undefined {
  return secret === undefined ? undefined : { credential: { is: 'ours', secret }, via };
}

function withoutMeans(error: unknown, { name }: Account, { log }: Gateway): undefined {
  log.error('secret not read from the vault', { account: name, reason: messageOf(error) });
}

/** An upstream may say which credential it refuses: that is kept from whatever is made of the attempt. */
function discreet(tried: Tried, credential: Credential): Tried {
  const { ending } = tried;
  if (credential.is !== 'ours' || ending.is !== 'answered' || ending.error?.message === undefined)
    return tried;
  if (!repeats(ending.error.message, credential.secret.reveal())) return tried;
  return { ...tried, ending: { ...ending, error: { ...ending.error, isTelling: true } } };
}

function settleFailure(
  delivery: Exclude<Delivery, { is: 'answered' }>,
  { name }: Account,
  gateway: Gateway,
): Tried {
  switch (delivery.is) {
    case 'cancelled':
      throw new GatewayError('client_left', 'The client left.');
    case 'unreachable':
      gateway.log.warn('upstream unreachable', { account: name, reason: delivery.cause.message });
      return { ending: { is: 'unreachable' }, answer: undefined };
    case 'lost':
      gateway.log.warn('upstream closed without an answer', {
        account: name,
        reason: delivery.cause.message,
      });
      return { ending: { is: 'lost', reused: delivery.reused }, answer: undefined };
    case 'late':
      return { ending: { is: 'late' }, answer: undefined };
  }
}

function settleAnswer(
  answer: Answer,
  work: Work,
  account: Account,
  gateway: Gateway,
): Tried | Promise<Tried> {
  const { status, headers, body } = answer;
  const to = redirectOf(status, headers);
  if (to !== undefined) {
    // A client that followed it would take its key along, to whoever that is; see docs/decisions/0038.
    if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
    gateway.log.warn('upstream redirect not followed', { account: account.name, status, to });
    return { ending: { is: 'redirected' }, answer: undefined };
  }
  if (body === undefined || body instanceof Uint8Array)
    return { ending: { is: 'answered', status, headers }, answer };
  const idleMs = gateway.settings().upstream.idleTimeoutSeconds * 1000;
  const source = watched(body, idleMs, gateway.clock);
  const whole = { status, headers, body: source };
  if (status >= 400) return settleError(whole, account, gateway);
  // Where nothing can be tried again there is nothing to wait for.
  const mayRepeat = work.isRepeatable && work.ask.purpose === 'messages';
  const peeking = mayRepeat ? peek(whole, work.call.signal, gateway.clock) : undefined;
  return peeking === undefined
    ? { ending: { is: 'answered', status, headers }, answer: whole }
    : settleStream(peeking, account, gateway);
}

/** @throws GatewayError client_left */
async function settleStream(peeking: Promise<Peeked>, { name }: Account, { log }: Gateway): Promise<Tried> {
  const { glimpse, answer } = await peeking;
  const { status, headers } = answer;
  switch (glimpse.is) {
    case 'event':
      return { ending: { is: 'answered', status, headers }, answer };
    case 'error':
      return { ending: { is: 'answered', status, headers, error: glimpse.error, isEvent: true }, answer };
    case 'nothing':
      log.warn('upstream broke its answer off before it began', { account: name, reason: glimpse.reason });
      return { ending: { is: 'lost', reused: false, hadBegun: true }, answer };
  }
}

async function settleError(
  { status, headers, body }: Omit<Answer, 'body'> & { readonly body: ByteSource },
  { name }: Account,
  gateway: Gateway,
): Promise<Tried> {
  try {
    const bytes = await collect(body, largestErrorBody);
    const error = readError(bytes, headers);
    return { ending: { is: 'answered', status, headers, error }, answer: { status, headers, body: bytes } };
  } catch (cause) {
    gateway.log.warn('upstream error answer broke off', { account: name, status, reason: messageOf(cause) });
    return { ending: { is: 'lost', reused: false }, answer: undefined };
  }
}
