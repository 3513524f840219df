import type { AccountView, FamilyRestView, SignInView, StandingView } from '../admin/contract-accounts.ts';
import type { KeyView } from '../admin/contract.ts';
import { agoWords, dayTime, inTime } from '../base/time-words.ts';
import { plain, type Cell } from './terminal.ts';

export { agoWords, clockTime, dayTime, inTime, lengthWords } from '../base/time-words.ts';

/** A standing in words: `resting until 14:05 (in 12 min): output tokens a minute used up`. */
export function standingWords(standing: StandingView, now: number): string {
  switch (standing.is) {
    case 'ready':
      return 'ready';
    case 'switched-off':
      return 'switched off';
    case 'resting': {
      const until = Date.parse(standing.until);
      const about = standing.isGuess ? 'about ' : '';
      return `resting until ${about}${dayTime(until, now)} (${inTime(until - now)}): ${plain(standing.reason)}`;
    }
    case 'signed-out':
      return `signed out: ${plain(standing.reason)}`;
  }
}

/** A rest of one family in words: `opus rests until 14:05 (in 12 min): 7-day window for opus used up`. */
export function familyRestWords({ family, until, reason, isGuess }: FamilyRestView, now: number): string {
  const end = Date.parse(until);
  const about = isGuess ? 'about ' : '';
  return plain(`${family} rests until ${about}${dayTime(end, now)} (${inTime(end - now)}): ${reason}`);
}

/** A sign-in in words: `at corp as ann@example.com, token expires in 50 min, with a refresh token`. */
export function signInWords(
  { provider, isSignedIn, expiresAt, canRefresh, label }: SignInView,
  now: number,
): string {
  if (!isSignedIn) return `at ${provider}, not signed in yet`;
  const who = label === null ? '' : ` as ${label}`;
  const left = expiresAt === null ? undefined : Date.parse(expiresAt) - now;
  const expiry =
    left === undefined
      ? 'token of unknown life'
      : left <= 0
        ? 'token expired'
        : `token expires ${inTime(left)}`;
  return plain(
    `at ${provider}${who}, ${expiry}, ${canRefresh ? 'with a refresh token' : 'without a refresh token'}`,
  );
}

/** How a token renews itself: `renewed 5 min ago, again in 46 min`. Undefined where nothing is known of it. */
export function refreshWords(
  { refreshedAt, nextRefreshAt, lastFailure }: SignInView,
  now: number,
): string | undefined {
  const failed = lastFailure && `failed ${agoWords(lastFailure.at, now)} (${lastFailure.reason})`;
  const before = failed ?? (refreshedAt && `renewed ${agoWords(refreshedAt, now)}`);
  const after = nextRefreshAt && `again ${inTime(Date.parse(nextRefreshAt) - now)}`;
  const words = [before, after].filter((part) => part !== null && part !== '');
  return words.length === 0 ? undefined : plain(words.join(', '));
}

/** A standing as a cell of a table. */
export function standingCell(
  { standing, isAvoided, isHalfOpen, familyRests }: AccountView,
  now: number,
): Cell {
  if (standing.is === 'ready' && isAvoided) return { text: 'ready, but struggling', style: 'yellow' };
  if (standing.is === 'ready' && isHalfOpen) return { text: 'ready, one call asks first', style: 'yellow' };
  if (standing.is === 'ready' && familyRests.length > 0) {
    const rests = familyRests.map((one) => familyRestWords(one, now));
    return { text: `ready, but ${rests.join('; ')}`, style: 'yellow' };
  }
  const styles = { ready: 'green', resting: 'yellow', 'signed-out': 'red', 'switched-off': 'dim' } as const;
  return { text: standingWords(standing, now), style: styles[standing.is] };
}

export function keyStateCell({ state, expiresAt }: KeyView, now: number): Cell {
  if (state === 'active' && expiresAt !== null) {
    return { text: `active, expires ${inTime(Date.parse(expiresAt) - now)}`, style: 'green' };
  }
  return { text: state, style: state === 'active' ? 'green' : 'dim' };
}

/** A list, or what an empty one means. */
export function listWords(items: readonly string[], none: string): string {
  return items.length === 0 ? none : plain(items.join(', '));
}
