import { type Clock, sleepAwake } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { AccountTokens } from './account-tokens.ts';
import type { Account } from './account.ts';
import type { KeptTokens } from './stored-tokens.ts';
import { pauseAfter } from './token-times.ts';

const pauses = { firstMs: 100, longestMs: 5_000 };
/** How long a program that is about to end goes on trying (ms). */
const lastMs = 20_000;

/**
 * Stores `next` in place of `begun`, and does not give up: a provider that rotates takes the old token no more,
 * so the new one is all there is of the sign-in. Resolves with what the account has afterwards, see
 * {@link AccountTokens.replace}.
 *
 * @throws what the vault throws, once the program has been about to end for a while
 */
export async function keepTokens(
  { id, name }: Account,
  begun: KeptTokens,
  next: TokenSet,
  {
    tokens,
    clock,
    log,
    closing,
  }: {
    readonly tokens: AccountTokens;
    readonly clock: Clock;
    readonly log: Log;
    readonly closing: AbortSignal;
  },
): Promise<KeptTokens | undefined> {
  let givesUpAt = Number.POSITIVE_INFINITY;
  for (let failures = 1; ; failures += 1) {
    try {
      const kept = await tokens.replace(id, begun, next);
      if (failures > 1) log.info('the new tokens are stored now', { account: name });
      return kept;
    } catch (error) {
      const reason = messageOf(error);
      const advice = 'until they are, a crash or a stop loses them; the old ones stay in use';
      log.error('new tokens cannot be stored; tried again and again', { account: name, reason, advice });
      const now = clock.monotonic();
      if (closing.aborted && givesUpAt === Number.POSITIVE_INFINITY) givesUpAt = now + lastMs;
      if (now >= givesUpAt) {
        log.error('new tokens are lost: they could not be stored before the end', { account: name });
        throw error;
      }
      await sleepAwake(clock, pauseAfter(failures, pauses, 0.5));
    }
  }
}
