import { isNoAnswer } from '../accounts/early.ts';
import { evidenceOf, type Evidence } from '../accounts/evidence.ts';
import type { Trouble } from '../accounts/refresh-state.ts';
import type { Family } from '../accounts/family.ts';
import type { Lesson } from '../accounts/standing.ts';
import { header, type HeaderList } from '../http/headers.ts';
import type { Scope } from '../usage/call-record.ts';
import { resetTime } from '../http/retry-time.ts';
import type { UpstreamError } from './upstream-error.ts';
import { limitIn, type Limit, waitIn } from './limit.ts';
import { familyIn, isOnlyFastLimit } from './windows.ts';

/** How one attempt ended, as far as it is known before a byte goes to the client. */
export type Ending =
  | {
      readonly is: 'answered';
      readonly status: number;
      readonly headers: HeaderList;
      readonly error?: UpstreamError;
      /** The error came as the first event of a stream, behind a status that promised better. */
      readonly isEvent?: boolean;
    }
  /** It sends the caller to another address. */
  | { readonly is: 'redirected' }
  /** `isOurs`: nothing was sent, since what is needed for it could not be read here. */
  | { readonly is: 'unreachable'; readonly isOurs?: boolean }
  /** Nothing was sent, or what was sent was refused: the account of that name has no good token. */
  | { readonly is: 'without-token'; readonly account: string; readonly trouble: Trouble }
  /** `reused`: on a connection that had idled. `hadBegun`: the head was there, but no event behind it. */
  | { readonly is: 'lost'; readonly reused: boolean; readonly hadBegun?: boolean }
  | { readonly is: 'late' };

/** What follows from an ending. */
export interface Verdict {
  readonly lesson: Lesson;
  /** Whom a failure is about; undefined where it is none. */
  readonly scope?: Scope;
  /**
   * `no`: this is the answer. `next`: another account may try. `in-place`: the same account again after a
   * pause, then others. `same-once`: the same account once more at once (a connection that had idled out).
   * `next-once`: one further attempt in all.
   */
  readonly again: 'no' | 'next' | 'in-place' | 'same-once' | 'next-once';
}

const fine: Lesson = { is: 'fine' };
const served: Lesson = { is: 'fine', isServed: true };

/** Sorts an ending. Pure; the table is in docs/routing.md and test/proxy/outcome.test.ts. */
export function judge(ending: Ending, now: number): Verdict {
  switch (ending.is) {
    case 'answered':
      return judgeAnswer(ending, now);
    case 'redirected':
      // Nothing was done there. Which paths redirect is the caller's choice, so it is no lesson.
      return { lesson: fine, scope: 'upstream', again: 'next' };
    case 'unreachable': {
      const isOurs = ending.isOurs === true;
      const reason = isOurs ? 'its secret could not be read' : 'could not be reached';
      return { lesson: { is: 'struggling', reason }, scope: isOurs ? 'us' : 'network', again: 'next' };
    }
    case 'without-token': {
      const { reason, isFinal } = ending.trouble;
      return { lesson: { is: isFinal ? 'refused' : 'struggling', reason }, scope: 'account', again: 'next' };
    }
    case 'lost':
      if (ending.reused) return { lesson: fine, scope: 'network', again: 'same-once' };
      return {
        lesson: {
          is: 'struggling',
          reason:
            ending.hadBegun === true ? 'broke its answer off' : 'closed the connection without an answer',
        },
        scope: 'network',
        again: 'next-once',
      };
    case 'late':
      return { lesson: fine, scope: 'upstream', again: 'no' };
  }
}

/**
 * Whether a call that asked early about a limit learned nothing of it: the upstream is in trouble or out of reach,
 * whatever it says of trying again. That its call is no good is an answer.
 */
export function hasFoundNothing(ending: Ending, { lesson, again }: Verdict): boolean {
  if (!isNoAnswer(lesson)) return false;
  return ending.is !== 'answered' || again !== 'no' || statusOf(ending) >= 500;
}

/** The status that goes with each `error.type` of the API: in a stream the type has to tell alone. */
const statusByType: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['conflict_error', 409],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** The status an error is judged by; a type nobody knows goes for a failure of the API. */
function statusOf({ status, error, isEvent }: Ending & { is: 'answered' }): number {
  return isEvent === true ? (statusByType.get(error?.type ?? '') ?? 500) : status;
}

function judgeAnswer(ending: Ending & { is: 'answered' }, now: number): Verdict {
  const { headers, error = {} } = ending;
  const status = statusOf(ending);
  if (status < 400) return { lesson: status < 300 ? served : fine, again: 'no' };
  const scope = scopeOf(status, headers, error, now);
  const ours = aboutTheAccount(status, headers, error, now);
  // A sibling may well serve what this account cannot, whatever the upstream says of trying again here.
  if (ours !== undefined) return { lesson: ours, scope, again: 'next' };
  if (codesForOthers.has(error.code ?? '')) return { lesson: fine, scope, again: 'next' };
  const mayRetry = header(headers, 'x-should-retry')?.trim().toLowerCase() !== 'false';
  if (status === 429) return { lesson: fine, scope, again: mayRetry ? 'next' : 'no' };
  if (status < 500) return { lesson: fine, scope, again: 'no' };
  if (!mayRetry || status === 501) return { lesson: fine, scope, again: 'no' };
  if (status === 500) return { lesson: fine, scope, again: 'next' };
  return {
    lesson: {
      is: 'struggling',
      reason: ending.isEvent === true ? `began with ${wordOf(error.type)}` : `answered ${status}`,
    },
    scope,
    again: status === 529 ? 'in-place' : 'next',
  };
}

/** Whom an error answer is about. What belongs to an organization goes for all accounts in it. */
function scopeOf(status: number, headers: HeaderList, error: UpstreamError, now: number): Scope {
  const { code = '', message = '' } = error;
  if (ofOrganization.test(code) || (status < 500 && isOutOfMoney(error))) return 'organization';
  if (status === 401) return 'account';
  if (isDead(status, error))
    return error.code === undefined && /^[^.]*\borganization\b/i.test(message) ? 'organization' : 'account';
  if (status === 402 || spentCodes.has(code)) return 'organization';
  if (status === 429) {
    if (isOnlyFastLimit(headers)) return 'request';
    if (familyIn(headers) !== undefined) return 'model';
    // A throttle that names no window is nobody's limit.
    return limitIn(headers, now) === undefined ? 'upstream' : 'account';
  }
  return status < 500 ? 'request' : 'upstream';
}

/** The account is held or its credential is dead, whatever is asked of it: `error_code`s of a 400, 402 or 403. */
const deadCodes: ReadonlySet<string> = new Set([
  'organization_on_hold',
  'claude_code_key_creator_not_member',
  'cmek_key_disabled',
  'cmek_key_network_blocked',
  'oauth_not_allowed_for_organization',
]);

/**
 * The organization is not one that may do what is asked; another may. Which of these a call meets is the
 * client's choice, so they are no lesson about the account.
 */
const codesForOthers: ReadonlySet<string> = new Set([
  'organization_type_not_supported',
  'organization_not_enrolled_in_beta',
  'parent_organization_required',
]);

/** The `error_code`s that speak of an organization, its encryption keys or one it is linked to. */
const ofOrganization = /^(?:(?:linked_|parent_)?organization_|cmek_|oauth_not_allowed_for_organization$)/;

/** Monthly tiers and contracts, which run out without saying when they come back. */
const spentCodes: ReadonlySet<string> = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
]);

/** How long an account rests whose limit comes without a moment (ms): then one call asks again. */
const unknownRestMs = 3_600_000;

function aboutTheAccount(
  status: number,
  headers: HeaderList,
  error: UpstreamError,
  now: number,
): Lesson | undefined {
  const code = [status, wordOf(error.code) ?? wordOf(error.type)].filter(Boolean).join(' ');
  const evidence = evidenceIn(error);
  const told = (words: string): Told => ({ reason: `${words}, ${code}`, ...(evidence && { evidence }) });
  if (isDead(status, error) && isHeld(error))
    return { is: 'refused', ...told('held by its upstream'), isHeld: true };
  if (status === 401 || isDead(status, error)) return { is: 'refused', ...told('credential refused') };
  const broke = told('out of money');
  if (status === 400 && isOutOfMoney(error)) return spent(momentIn(error.message), broke, now);
  if (status === 402) {
    const wait = waitIn(headers, now);
    return wait === undefined ? spent(undefined, broke, now) : { is: 'limited', ...broke, ...wait };
  }
  if (status !== 429) return undefined;
  const limit = isOnlyFastLimit(headers) ? undefined : limitIn(headers, now);
  const family = familyIn(headers);
  if (limit !== undefined) return limited(limit, `asked to wait, ${code}`, family);
  const isSpent = spentCodes.has(error.code ?? '') || error.type === 'billing_error';
  return isSpent ? spent(undefined, broke, now) : undefined;
}

/** What is told of a lesson. */
interface Told {
  readonly reason: string;
  readonly evidence?: Evidence;
}

/** At a limit that the headers tell of. */
function limited(limit: Limit, otherwise: string, family: Family | undefined): Lesson {
  return { is: 'limited', ...limit, reason: limit.reason ?? otherwise, ...(family && { family }) };
}

/** Out of money, until a moment where one to come is named. */
function spent(until: number | undefined, told: Told, now: number): Lesson {
  if (until !== undefined && until > now) return { is: 'limited', until, ...told };
  const isCut = until !== undefined;
  return { is: 'limited', until: now + unknownRestMs, ...told, isGuess: true, ...(isCut && { isCut }) };
}

/** The piece of an error body that says most. */
function evidenceIn({ code, message, type, isTelling }: UpstreamError): Evidence | undefined {
  const [codeWord, typeWord] = [wordOf(code), wordOf(type)];
  if (codeWord !== undefined) return evidenceOf('body', 'error.details.error_code', codeWord);
  if (message !== undefined && isTelling !== true) return evidenceOf('body', 'error.message', message);
  return typeWord === undefined ? undefined : evidenceOf('body', 'error.type', typeWord);
}

/** Codes and types are shown to people and clients: nothing that is no plain word gets there. */
function wordOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z_]{1,80}$/.test(text) ? text : undefined;
}

/**
 * How the API says that a key, token or organization is out of use. Only at the beginning: further on a
 * message may repeat what the client wrote, who must not sign accounts out by naming a model so.
 */
const deadWords =
  /^(?:(?:your|this|the) )?(?:api key|(?:oauth |access )?token|credential|organization|workspace) (?:has been|was|is) (?:currently )?(?:archived|deactivated|deleted|disabled|expired|on hold|revoked|suspended)\b|^oauth authentication is currently not allowed for this organization\b/i;

function isDead(status: number, { code, message = '' }: UpstreamError): boolean {
  if (code !== undefined) return deadCodes.has(code);
  return (status === 400 || status === 403) && deadWords.test(message);
}

/** What is dead is more than a credential: no other one of the same organization helps. */
function isHeld({ code, message = '' }: UpstreamError): boolean {
  return code !== undefined
    ? ofOrganization.test(code)
    : /^[^.]*\b(?:organization|workspace)\b/i.test(message);
}

/** The customer's own spend limit and a prepaid balance that is used up; both come as a 400. */
function isOutOfMoney({ type, message = '' }: UpstreamError): boolean {
  return (
    type === 'billing_error' ||
    /^(?:you have reached your specified api usage limits|your credit balance is too low)\b/i.test(message)
  );
}

/** The date in "You will regain access on 2026-12-01 at 00:00 UTC." */
function momentIn(message: string | undefined): number | undefined {
  const found = /\b(\d{4}-\d{2}-\d{2})(?: at (\d{2}:\d{2}))?/.exec(message ?? '');
  return found === null ? undefined : resetTime(`${found[1]}T${found[2] ?? '00:00'}:00Z`);
}
