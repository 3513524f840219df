import type { Ask } from '../accounts/pool.ts';
import { GatewayError } from '../base/errors.ts';
import { jsonAnswer } from '../http/envelope.ts';
import type { Answer } from '../http/call.ts';
import { wholeSecondsUntil } from '../http/retry-time.ts';
import { spokenForMs, type Admission, type Budgets } from '../usage/budgets/budgets.ts';
import type { Cap } from '../usage/budgets/cap.ts';
import {
  accountsUsedUpSentence,
  spokenForSentence,
  unreadableHeaders,
  usedUpHeaders,
  usedUpSentence,
} from '../usage/budgets/cap-headers.ts';
import type { Held } from '../usage/budgets/hold.ts';
import type { MessagesAsk } from './ask.ts';
import type { Identity } from './authenticate.ts';
import { couldServe } from './could-serve.ts';
import type { Gateway, Now, Purse } from './gateway.ts';

/** Groups of paths that run no model. */
const withoutModels: ReadonlySet<string> = new Set(['files', 'models', 'skills']);
/** Methods that only look, or take something away. */
const harmless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);
const cancelsBatch = /^\/v1\/messages\/batches\/[^/]+\/cancel$/;

/**
 * Holds what a messages call may cost against the budgets of its caller, before any account is asked.
 *
 * @throws GatewayError budget_used_up, budget_held, budget_unreadable
 */
export function holdBudget(
  { client }: Identity,
  { model, maxTokens }: MessagesAsk,
  bodyBytes: number,
  { budgets, clock }: Pick<Gateway, 'budgets' | 'clock'>,
): Now<Held> {
  const clientId = client.is === 'keyed' ? client.key.id : undefined;
  const admission = budgets.admit(clientId, { model, maxTokens, bodyBytes });
  const holdIn = (decided: Admission): Held => {
    if (decided.is === 'admitted') return decided.hold;
    throw refusalOf(decided, clock.now());
  };
  return admission instanceof Promise ? admission.then(holdIn) : holdIn(admission);
}

function refusalOf(admission: Exclude<Admission, { is: 'admitted' }>, now: number): GatewayError {
  switch (admission.is) {
    case 'used-up':
      return usedUp(admission.cap, usedUpSentence(admission.cap), now);
    case 'spoken-for': {
      // No limit of the caller's plan, so no unified headers: a throttle that is over when those calls are.
      const retryAfterSeconds = spokenForMs / 1000;
      return new GatewayError('budget_held', spokenForSentence(admission.cap, retryAfterSeconds), {
        retryAfterSeconds,
      });
    }
    case 'unreadable':
      return new GatewayError(
        'budget_unreadable',
        'What this caller has spent cannot be read right now, and the proxy serves nobody without knowing it; tell whoever runs it.',
        { shouldRetry: false, headers: unreadableHeaders() },
      );
  }
}

/** Until its reset nothing changes: a client that tried again would only wait. */
function usedUp(cap: Cap, sentence: string, now: number): GatewayError {
  return new GatewayError('budget_used_up', sentence, {
    retryAfterSeconds: wholeSecondsUntil(cap.resetAt, now),
    shouldRetry: false,
    headers: usedUpHeaders(cap),
  });
}

/** What of the gateway decides whether accounts are used up. */
export type AroundAccounts = Pick<Gateway, 'pool' | 'clock'> & { readonly budgets: Pick<Budgets, 'barred'> };

/** The refusal where budgets are all that keeps every account of a call from serving; undefined elsewhere. */
export function accountsUsedUp(ask: Ask, { pool, budgets, clock }: AroundAccounts): GatewayError | undefined {
  if (ask.purpose !== 'messages') return undefined;
  const caps = couldServe(ask, pool).map(({ id }) => budgets.barred(id)?.cap);
  const known = caps.filter((cap) => cap !== undefined);
  if (known.length === 0 || known.length < caps.length) return undefined;
  // One account that is back is enough.
  const first = known.reduce((a, b) => (b.resetAt < a.resetAt ? b : a));
  return usedUp(first, accountsUsedUpSentence(first), clock.now());
}

/** @throws GatewayError not_permitted where the call may run a model and nobody could count what it uses */
export function requireCounted(
  { client }: Identity,
  method: string,
  { path, group }: { readonly path: string; readonly group: string },
  budgets: Pick<Purse, 'countsEverything'>,
): void {
  if (harmless.has(method) || withoutModels.has(group) || cancelsBatch.test(path)) return;
  const clientId = client.is === 'keyed' ? client.key.id : undefined;
  if (!budgets.countsEverything(clientId)) return;
  const what = group === 'batches' ? 'messages/batches' : group;
  const message = `A budget holds for this caller, and what ${method} /v1/${what} uses cannot be counted; it is not open to it.`;
  throw new GatewayError('not_permitted', message, { shouldRetry: false });
}

/** `GET /api/oauth/usage`: what a client key has used of its budgets, as Claude Code's `/usage` reads it. */
export async function usageAnswer({ client }: Identity, budgets: Pick<Purse, 'usageOf'>): Promise<Answer> {
  if (client.is === 'local')
    throw new GatewayError('not_found', 'Only a client key has a usage of its own here.', {
      shouldRetry: false,
    });
  return jsonAnswer(200, await budgets.usageOf(client.key.id), ['cache-control', 'no-store']);
}
