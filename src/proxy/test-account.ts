import type { Account } from '../accounts/account.ts';
import type { WayOutOf } from '../accounts/way-out.ts';
import type { Way } from '../wire/sender.ts';
import type { Clock } from '../base/clock.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { userAgent } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { collect } from '../http/bytes.ts';
import { header } from '../http/headers.ts';
import type { Delivery, Sender } from '../wire/sender.ts';
import { explainFailure } from './explain-failure.ts';
import { attemptHeaders, upstreamOf, type Credential } from './forward.ts';

/** How a test of an account came out. */
export interface AccountTest {
  readonly works: boolean;
  /** Stable, for scripts: `works`, `refused`, `dns`, `tls-untrusted`, … */
  readonly code: string;
  /** What was found, as the end of a sentence that begins with the account. */
  readonly says: string;
  /** What to do; null where nothing is to be done. */
  readonly fix: string | null;
  /** The status the upstream answered with; null where it did not. */
  readonly status: number | null;
  readonly ms: number;
}

export interface TestMeans {
  readonly sender: Sender;
  readonly secretOf: (account: Account) => Secret | Promise<Secret | undefined>;
  readonly wayOutOf: WayOutOf;
  readonly clock: Clock;
}

/** Long enough for a slow network, short enough for a person who waits (ms). */
const deadlineMs = 10_000;
const largestAnswer = 1024 * 1024;

type Found = Omit<AccountTest, 'ms'>;
type Answered = { readonly status: number; readonly text: string; readonly location: string | undefined };

/**
 * Asks the upstream of an account something that costs nothing: for its models, and where it has no such
 * list, how many tokens a word has.
 */
export async function testAccount(account: Account, means: TestMeans): Promise<AccountTest> {
  const began = means.clock.monotonic();
  const found = await find(account, means).catch((error: unknown): Found => {
    if (!(error instanceof Problem)) throw error;
    return { works: false, code: error.code, says: error.message, fix: error.fix, status: null };
  });
  return { ...found, ms: Math.round(means.clock.monotonic() - began) };
}

async function find(account: Account, { sender, secretOf, wayOutOf }: TestMeans): Promise<Found> {
  const via = await wayOutOf(account);
  const secret = account.kind === 'passthrough' ? undefined : await secretOf(account);
  if (account.kind !== 'passthrough' && secret === undefined) return noSecret(account);
  const credential: Credential = secret === undefined ? { is: 'clients' } : { is: 'ours', secret };
  const ask = (method: string, path: string, body?: string): Promise<Answered | Found> =>
    asked(account, credential, via, sender, method, path, body);
  let answer = await ask('GET', '/v1/models?limit=1');
  if ('text' in answer && [404, 405].includes(answer.status)) {
    answer = await ask('POST', '/v1/messages/count_tokens', countBody(account));
  }
  return 'text' in answer ? judged(account, answer, secret) : answer;
}

async function asked(
  account: Account,
  credential: Credential,
  via: Way | undefined,
  sender: Sender,
  method: string,
  path: string,
  body: string | undefined,
): Promise<Answered | Found> {
  const { origin, prefix } = upstreamOf(account);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const own = ['accept', 'application/json', 'accept-encoding', 'identity', 'user-agent', userAgent];
  const typed = bytes === undefined ? own : [...own, 'content-type', 'application/json'];
  const delivery = await sender.send({
    origin,
    method,
    target: `${prefix}${path}`,
    headers: attemptHeaders(typed, account, credential, bytes?.length),
    body: bytes,
    signal: AbortSignal.timeout(deadlineMs),
    ...(via !== undefined && { via }),
    connectMs: deadlineMs,
    headMs: deadlineMs,
  });
  if (delivery.is === 'answered') return read(delivery);
  return { works: false, status: null, ...explainFailure(delivery, via) };
}

async function read({ answer }: Delivery & { is: 'answered' }): Promise<Answered> {
  const { status, headers, body } = answer;
  const bytes =
    body === undefined || body instanceof Uint8Array
      ? (body ?? new Uint8Array())
      : await collect(body, largestAnswer).catch(() => new Uint8Array());
  return { status, text: Buffer.from(bytes).toString(), location: header(headers, 'location') };
}

function judged(account: Account, answer: Answered, secret: Secret | undefined): Found {
  const { status, location } = answer;
  const reason = reasonIn(answer.text, secret);
  const found = (code: string, says: string, fix: string | null): Found => ({
    works: fix === null,
    code,
    says: reason === '' || fix === null ? says : `${says}: ${reason}`,
    fix,
    status,
  });
  if (status < 300) return found('works', 'works', null);
  if (account.kind === 'passthrough' && (status === 401 || status === 403))
    return found('reachable', 'can be reached; the credential is each client’s own', null);
  if (status === 401) return found('refused', 'is refused its credential (401)', renewal(account));
  if (status === 429) return found('limited', 'works, and is at a limit right now', null);
  if (status === 407) return found('proxy-login-refused', 'is refused by a proxy (407)', proxyFix());
  if (status === 403) return found('forbidden', 'is not allowed to (403)', forbiddenFix);
  if (status < 400) return found('redirected', `is sent elsewhere (${location ?? status})`, baseUrlFix);
  if (status >= 500)
    return found('struggling', `cannot be judged: its upstream fails (${status})`, 'Try again later.');
  return found('unfit', `does not find the API there (${status})`, baseUrlFix);
}

/** The command that changes an account. */
const set = (): string => ownCommand('auth set NAME');

const proxyFix = (): string => `Give user name and password again: ${set()} --proxy-login-stdin.`;
const forbiddenFix = 'Look at what the key and its organization or workspace may do.';
const baseUrlFix = 'Check its base URL: the path of each call (/v1/…) is put behind it.';

function noSecret(account: Account): Found {
  return { works: false, code: 'no-secret', says: 'has no secret', fix: renewal(account), status: null };
}

function renewal({ kind, from }: Account): string {
  if (from !== undefined) return `Put the right one where ${from} says.`;
  return kind === 'oauth'
    ? 'Sign in again: auth login NAME.'
    : 'Give it a new one: auth set NAME --new-secret.';
}

function countBody({ models }: Account): string {
  const model = models.find((pattern) => !pattern.includes('*')) ?? 'claude-haiku-4-5';
  return JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] });
}

/** What an error body says, on one line, without our credential: nobody knows what others repeat. */
function reasonIn(body: string, secret: Secret | undefined): string {
  const said = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
  const text = said === undefined ? '' : textOf(said);
  const hidden = secret === undefined ? text : text.replaceAll(secret.reveal(), '…');
  return hidden.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').slice(0, 200);
}

function textOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return '';
  }
}
