import type { Lesson } from '../accounts/standing.ts';
import { header, pairs, type HeaderList } from '../http/headers.ts';
import { resetTime, retryAfterTime } from '../http/retry-time.ts';

/** How one attempt ended, as far as it is known before a byte goes to the client. */
export type Ending =
  | {
      readonly is: 'answered';
      readonly status: number;
      readonly headers: HeaderList;
      readonly error?: UpstreamError;
    }
  | { readonly is: 'unreachable' }
  | { readonly is: 'lost'; readonly reused: boolean }
  | { readonly is: 'late' };

/** What an error body says, as far as it says it (`error.type`, `error.message`, `error.details.error_code`). */
export interface UpstreamError {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly code?: string | undefined;
}

/** What follows from an ending. */
export interface Verdict {
  readonly lesson: Lesson;
  /**
   * `no`: this is the answer. `next`: another account may try. `in-place`: the same account again after a
   * pause, then others. `same-once`: the same account once more at once (a connection that had idled out).
   * `next-once`: one further attempt in all.
   */
  readonly again: 'no' | 'next' | 'in-place' | 'same-once' | 'next-once';
}

const fine: Lesson = { is: 'fine' };

/** Sorts an ending. Pure; the table is in docs/routing.md and test/proxy/outcome.test.ts. */
export function judge(ending: Ending, now: number): Verdict {
  switch (ending.is) {
    case 'answered':
      return judgeAnswer(ending, now);
    case 'unreachable':
      return { lesson: { is: 'struggling', reason: 'could not be reached' }, again: 'next' };
    case 'lost':
      if (ending.reused) return { lesson: fine, again: 'same-once' };
      return {
        lesson: { is: 'struggling', reason: 'closed the connection without an answer' },
        again: 'next-once',
      };
    case 'late':
      return { lesson: fine, again: 'no' };
  }
}

function judgeAnswer(ending: Ending & { is: 'answered' }, now: number): Verdict {
  const { status, headers, error = {} } = ending;
  if (status < 400) return { lesson: fine, again: 'no' };
  const ours = aboutTheAccount(status, headers, error, now);
  // A sibling may well serve what this account cannot, whatever the upstream says of trying again here.
  if (ours !== undefined) return { lesson: ours, again: 'next' };
  const mayRetry = header(headers, 'x-should-retry') !== 'false';
  if (status === 429) return { lesson: fine, again: mayRetry ? 'next' : 'no' };
  if (status < 500) return { lesson: fine, again: 'no' };
  const lesson: Lesson =
    status === 500 || status === 501 ? fine : { is: 'struggling', reason: `answered ${status}` };
  if (!mayRetry || status === 501) return { lesson: fine, again: 'no' };
  return { lesson, again: status === 529 ? 'in-place' : 'next' };
}

/** The account is held, out of money or not what this call needs: `error_code`s of a 400, 402 or 403. */
const heldCodes: ReadonlySet<string> = new Set([
  'organization_on_hold',
  'claude_code_key_creator_not_member',
  'organization_type_not_supported',
  'parent_organization_required',
  'cmek_key_disabled',
  'cmek_key_network_blocked',
  'oauth_not_allowed_for_organization',
]);

/** How long an account rests whose limit comes without a moment (ms): then one call asks again. */
const unknownRestMs = 3_600_000;

function aboutTheAccount(
  status: number,
  headers: HeaderList,
  error: UpstreamError,
  now: number,
): Lesson | undefined {
  const reason = `${status} ${error.code ?? error.type ?? ''}`.trim();
  if (status === 401) return { is: 'refused', reason };
  if (error.code !== undefined && heldCodes.has(error.code)) return { is: 'refused', reason };
  if (status === 403) return isAboutCredential(error) ? { is: 'refused', reason } : undefined;
  if (status === 400 && isSpendLimit(error)) {
    return {
      is: 'limited',
      until: momentIn(error.message) ?? now + unknownRestMs,
      reason: `${reason} (spend limit)`,
    };
  }
  if (status === 402)
    return { is: 'limited', until: retryAfterTime(headers, now) ?? now + unknownRestMs, reason };
  if (status !== 429) return undefined;
  const until = limitEnd(headers, now);
  if (until !== undefined) return { is: 'limited', until, reason };
  // Monthly tiers and contracts run out without saying when they come back.
  const isSpent =
    error.code === 'enforced_spend_limit_reached' || error.code === 'contract_spend_limit_reached';
  return isSpent ? { is: 'limited', until: now + unknownRestMs, reason } : undefined;
}

function isAboutCredential({ code, message = '' }: UpstreamError): boolean {
  if (code !== undefined) return heldCodes.has(code);
  return /\b(api key|oauth|credential|organization has been disabled|this organization)\b/i.test(message);
}

function isSpendLimit({ message = '' }: UpstreamError): boolean {
  return message.startsWith('You have reached your specified API usage limits');
}

/** The date in "You will regain access on 2026-12-01 at 00:00 UTC." */
function momentIn(message = ''): number | undefined {
  const found = /(\d{4}-\d{2}-\d{2})(?: at (\d{2}:\d{2}))?/.exec(message);
  if (found === null) return undefined;
  const moment = Date.parse(`${found[1]}T${found[2] ?? '00:00'}:00Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

/**
 * When a limit of the account ends: `retry-after`, else the latest reset of the windows that are used up.
 * Undefined where the answer names no window: then it is no limit of the account.
 */
function limitEnd(headers: HeaderList, now: number): number | undefined {
  return retryAfterTime(headers, now) ?? latest([...rejectedResets(headers), ...emptyResets(headers)], now);
}

function latest(moments: readonly number[], now: number): number | undefined {
  const ahead = moments.filter((moment) => moment > now);
  return ahead.length === 0 ? undefined : Math.max(...ahead);
}

const unified = 'anthropic-ratelimit-unified-';

/** Resets of the unified windows that say `rejected`; any window name is accepted. */
function rejectedResets(headers: HeaderList): number[] {
  const resets: number[] = [];
  for (const [name, value] of pairs(headers)) {
    const lower = name.toLowerCase();
    if (!lower.startsWith(unified) || !lower.endsWith('status') || value !== 'rejected') continue;
    const reset = resetTime(header(headers, `${lower.slice(0, -'status'.length)}reset`));
    if (reset !== undefined) resets.push(reset);
  }
  return resets;
}

/** Resets of the token buckets with nothing remaining. */
function emptyResets(headers: HeaderList): number[] {
  const resets: number[] = [];
  for (const [name, value] of pairs(headers)) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('anthropic-ratelimit-') || !lower.endsWith('-remaining') || value !== '0') continue;
    const reset = resetTime(header(headers, `${lower.slice(0, -'remaining'.length)}reset`));
    if (reset !== undefined) resets.push(reset);
  }
  return resets;
}
