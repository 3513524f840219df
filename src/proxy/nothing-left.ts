import type { Account } from '../accounts/account.ts';
import type { Choice } from '../accounts/pool.ts';
import type { Trouble } from '../accounts/refresh-state.ts';
import type { Lesson } from '../accounts/standing.ts';
import { GatewayError } from '../base/errors.ts';
import { product } from '../base/product.ts';
import type { Answer } from '../http/call.ts';
import { wholeSecondsUntil } from '../http/retry-time.ts';
import { accountsUsedUp, type AroundAccounts } from './budget.ts';
import type { Ending } from './outcome.ts';
import type { Tried } from './try-once.ts';
import { planLimitHeaders, type AroundPlans } from './plan-limit.ts';
import type { Work } from './work.ts';

/** An attempt that did not become the answer. */
export interface Failure {
  readonly account: Account;
  readonly tried: Tried;
  readonly lesson: Lesson;
}

/** Claude Code waits for a `retry-after` up to this long and gives up at once beyond it (s). */
const longestUsefulWait = 60;

/** What the client gets when the pool has nobody (more) to offer: an upstream's own answer, or an error. */
export function noChoice(
  choice: Exclude<Choice, { is: 'account' }>,
  failures: readonly Failure[],
  work: Work,
  gateway: AroundAccounts & AroundPlans,
): Answer | GatewayError {
  if (failures.length > 0) return afterFailures(choice, failures, work, gateway);
  if (canReplay(work, gateway)) return threadGone();
  switch (choice.is) {
    case 'unknown':
      return unknownAccount(work);
    case 'limited':
      return accountsUsedUp(work.ask, gateway) ?? limited(choice.readyAt, choice.name, work, gateway);
    case 'unavailable':
      return unavailable(choice.name, choice.reason);
    case 'none':
      if (choice.because === 'empty' && !work.ask.own && gateway.pool.passesThrough) return noLogin();
      return nobody(choice.because, work);
  }
}

function afterFailures(
  choice: Exclude<Choice, { is: 'account' }>,
  failures: readonly Failure[],
  work: Work,
  gateway: AroundAccounts & AroundPlans,
): Answer | GatewayError {
  // Accounts whose credential was refused could not have served anyway: the others decide.
  const others = failures.filter(({ lesson }) => lesson.is !== 'refused');
  const deciding = others.length > 0 ? others : failures;
  // Several accounts, and all that could serve are at their limits: no single upstream answer tells the soonest moment.
  const allLimited = others.every(({ lesson }) => lesson.is === 'limited');
  const isResting = choice.is === 'limited' && (others.length > 0 || choice.readyAt !== undefined);
  if (allLimited && isResting && gateway.pool.shared > 1)
    return (
      accountsUsedUp(work.ask, gateway) ?? limited(soonest(choice.readyAt, others), undefined, work, gateway)
    );
  // Among failures of different kinds an answer beats silence, and the last answer is the freshest.
  const answered =
    deciding.findLast(({ tried }) => tried.ending.is === 'answered') ??
    deciding.findLast(({ tried }) => tried.answer !== undefined);
  return answered?.tried.answer ?? noAnswer(deciding.at(-1)?.tried.ending, gateway.clock.now());
}

/** The first moment at which a call may be served: the pool's, or that of a limit for the call's models alone. */
function soonest(readyAt: number | undefined, failures: readonly Failure[]): number | undefined {
  const moments = failures.flatMap(({ lesson }) =>
    lesson.is === 'limited' && lesson.family !== undefined ? [lesson.until] : [],
  );
  if (readyAt !== undefined) moments.push(readyAt);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Whether the client could go on elsewhere: it continues a thread, there are several accounts, and it named none. */
export function canReplay({ continuesThread, ask }: Work, { pool }: Pick<AroundAccounts, 'pool'>): boolean {
  return continuesThread === true && ask.pinned === undefined && pool.shared > 1;
}

/** SDKs that keep their conversation on the server replay it when they hear this (`thread_not_found`). */
export function threadGone(): GatewayError {
  const message = 'The message thread is not to be had here; send the conversation again.';
  return new GatewayError('thread_not_found', message);
}

/** The error for an attempt that brought no answer at all; `now` in milliseconds since the epoch. */
export function noAnswer(ending: Ending | undefined, now: number): GatewayError {
  switch (ending?.is) {
    case 'late':
      return new GatewayError('upstream_timeout', 'The upstream did not begin its answer in time.');
    case 'lost':
    case 'answered':
    case undefined:
      return new GatewayError('upstream_lost', 'The upstream closed the connection before it answered.');
    case 'redirected':
      return new GatewayError(
        'upstream_redirected',
        'The upstream answered with a redirect, which is not followed; the base URL of the account may be wrong.',
        { shouldRetry: false },
      );
    case 'unreachable':
      return new GatewayError('upstream_unreachable', 'The upstream could not be reached.');
    case 'without-token':
      return noToken(ending.account, ending.trouble, now);
  }
}

function noToken(name: string, { reason, isFinal, retryAt }: Trouble, now: number): GatewayError {
  if (isFinal) return unavailable(name, reason);
  const seconds = wholeSecondsUntil(retryAt ?? now + 5_000, now);
  const message = `The account ${name} has no valid token right now (${reason}); try again in ${inWords(seconds)}.`;
  return new GatewayError('account_unavailable', message, {
    retryAfterSeconds: seconds,
    ...(seconds > longestUsefulWait && { shouldRetry: false }),
  });
}

function unknownAccount({ ask }: Work): GatewayError {
  if (ask.pinned !== undefined) {
    return new GatewayError(
      'account_not_found',
      'X-Account-Name: there is no such account here for this caller.',
    );
  }
  return new GatewayError('account_not_found', 'The account that made this object is no longer set up here.');
}

function limited(
  readyAt: number | undefined,
  name: string | undefined,
  { ask }: Work,
  gateway: AroundAccounts & AroundPlans,
): GatewayError {
  const now = gateway.clock.now();
  const seconds = wholeSecondsUntil(readyAt ?? now + 5_000, now);
  const who = name === undefined ? 'Every account is at its limit' : `The account ${name} is at its limit`;
  const when = new Date(now + seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const message = `${who}; try again in ${inWords(seconds)} (${when} UTC).`;
  return new GatewayError('accounts_limited', message, {
    retryAfterSeconds: seconds,
    headers: readyAt === undefined ? [] : planLimitHeaders(ask, readyAt, gateway),
    ...(seconds > longestUsefulWait && { shouldRetry: false }),
  });
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}

function unavailable(name: string | undefined, reason: string | undefined): GatewayError {
  const why = reason === undefined ? '' : ` (${reason})`;
  const who =
    name === undefined
      ? `No account can serve: all are signed out or switched off${why}`
      : `The account ${name} cannot serve${why}`;
  return new GatewayError('account_unavailable', `${who}. See ${product.binary} status.`, {
    shouldRetry: false,
  });
}

function noLogin(): GatewayError {
  const message =
    "The account here passes the caller's own login through, and this call brings none: sign in to the client, or send a key of the API.";
  return new GatewayError('not_authenticated', message, { shouldRetry: false });
}

function nobody(because: 'empty' | 'model' | 'not-allowed', { ask }: Work): GatewayError {
  const fix =
    because === 'empty' ? `Add one: ${product.binary} auth add NAME` : `See ${product.binary} auth list`;
  const what = {
    empty: ask.own ? 'No pass-through account is set up.' : 'No account is set up.',
    model: `No account allows the model ${ask.model ?? ''}.`,
    'not-allowed': 'This client key may use none of the accounts.',
  }[because];
  return new GatewayError('no_account', `${what} ${fix}.`, { shouldRetry: false });
}
