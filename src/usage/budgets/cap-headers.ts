import { type Cap, percentOf, thresholdOf } from './cap.ts';
import type { Pot } from './pots.ts';

const unified = 'anthropic-ratelimit-unified-';

/** Names and values in turn. */
type Headers = string[];

/**
 * What an answer tells of the caller's fullest budget, so that Claude Code shows how much of it is used. The
 * claim is `overage`: any other makes it work out rolling windows. While calls are served less than all is used.
 */
export function capHeaders(cap: Cap): Headers {
  const passed = thresholdOf(cap);
  const status = passed === undefined ? 'allowed' : 'allowed_warning';
  const used = Math.min(percentOf(cap), 99) / 100;
  const reset = secondsOf(cap.resetAt);
  const headers = named({
    status,
    'representative-claim': 'overage',
    'overage-status': status,
    'overage-utilization': used.toFixed(2),
    reset,
    'overage-reset': reset,
  });
  // Its presence begins the notice; 1 is said by the refusal alone.
  if (passed !== undefined)
    headers.push(...named({ 'overage-surpassed-threshold': String(Math.min(passed, 0.95)) }));
  return headers;
}

/**
 * What a refusal tells beside `retry-after` and `x-should-retry`. Claim and overage status stay away: with
 * either of them Claude Code shows a sentence of its own in place of ours.
 */
export function usedUpHeaders({ pot, resetAt }: Cap): Headers {
  const reset = secondsOf(resetAt);
  const headers = named({
    status: 'rejected',
    reset,
    'overage-reset': reset,
    'overage-utilization': '1',
    'overage-surpassed-threshold': '1',
    'overage-period': pot.period,
    'overage-disabled-reason': 'org_spend_cap_reached',
  });
  // The protocol knows the budget of a group by the month only.
  if (pot.isShared && pot.period === 'monthly') headers.push(...named({ 'overage-scope': 'group_pool' }));
  return headers;
}

/** What a refusal tells where nobody knows what was spent. */
export function unreadableHeaders(): Headers {
  return named({ 'overage-disabled-reason': 'fetch_error' });
}

/** One sentence: what is used up, until when, and what can be done. */
export function usedUpSentence({ pot, resetAt }: Cap): string {
  return `${whose(pot)} of ${limitText(pot)} is used up until ${momentText(resetAt)}; go on then, or ask whoever runs this proxy to raise it.`;
}

/** The same where it is the budgets of the accounts; whose they are is not the caller's business. */
export function accountsUsedUpSentence({ resetAt }: Cap): string {
  return `The budgets of all accounts that could serve this call are used up until ${momentText(resetAt)}; go on then, or ask whoever runs this proxy to raise them.`;
}

/** The same where what is left is promised to calls that are running. */
export function spokenForSentence({ pot }: Cap, seconds: number): string {
  return `What is left of ${lowerFirst(whose(pot))} of ${limitText(pot)} may be needed by calls that are running; try again in ${seconds} s.`;
}

/** `$20.00`, `2,000,000 tokens`. */
export function limitText({ unit, limit }: Pick<Pot, 'unit' | 'limit'>): string {
  return amountText(unit, limit);
}

/** An amount in the unit of a budget, for people. */
export function amountText(unit: Pot['unit'], amount: number): string {
  if (unit === 'tokens') return `${Math.round(amount).toLocaleString('en-US')} tokens`;
  return `$${(amount / 1e6).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function whose({ scope, name, isShared, period, of }: Pot): string {
  if (scope === 'total') return `The ${period} budget of this proxy`;
  if (scope === 'account') return `The ${period} budget of the account ${of.join(', ')}`;
  return isShared ? `The ${period} budget "${name}"` : `The ${period} budget of this client key`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `2026-12-01 00:00 UTC` */
function momentText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function secondsOf(ms: number): string {
  return String(Math.ceil(ms / 1000));
}

function named(values: Readonly<Record<string, string>>): Headers {
  return Object.entries(values).flatMap(([name, value]) => [unified + name, value]);
}
