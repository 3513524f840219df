import { expect, it } from 'bun:test';
import { whileNobodyIsReady } from '../../src/accounts/nobody-ready.ts';
import { policies } from '../../src/accounts/policies/all.ts';
import { seatFor, type Seat } from '../../src/accounts/seat.ts';
import { staleAfterMs, type Resting } from '../../src/accounts/standing.ts';
import { standingsUnder, type View } from '../../src/accounts/survey.ts';
import { earlyAfterMs } from '../../src/accounts/early.ts';
import { anAccount } from '../help/an-account.ts';

const now = 10_000_000;
const resting = (ageMs: number, more: Partial<Resting> = {}): Resting => ({
  is: 'resting',
  since: now - ageMs,
  until: now + 3_600_000,
  reason: '429',
  ...more,
});
const seat = (name: string, standing: Resting): Seat => seatFor(anAccount(name), standing);

function who(seats: Seat[], more: Partial<View['ask']> = {}, bars: string[] = []): string | undefined {
  const bar = { until: now + 1, reason: 'budget used up' };
  const view: View = {
    ask: { purpose: 'messages', own: false, ...more },
    tried: new Set(),
    family: undefined,
    policy: policies.balanced,
    softLimit: 0.98,
    now,
    monotonic: now,
    ...standingsUnder((id) => (bars.includes(id) ? bar : undefined)),
  };
  return whileNobodyIsReady(seats, view)?.account.name;
}

it('a guess that is a minute old takes one call, the oldest first', () => {
  const guess = { isGuess: true } as const;
  const fresh = seat('fresh', resting(staleAfterMs - 1, guess));
  const stale = seat('stale', resting(staleAfterMs, guess));
  const older = seat('older', resting(staleAfterMs + 1, guess));
  expect(who([fresh])).toBeUndefined();
  expect(who([fresh, stale, older])).toBe('older');
  expect(who([{ ...older, isProbed: true }, stale])).toBe('stale');
});

it('a guess about an account whose budget is used up takes none', () => {
  expect(who([seat('a', resting(staleAfterMs, { isGuess: true }))], {}, ['acc_a'])).toBeUndefined();
});

it('a named end takes a call only where that would be refused otherwise', () => {
  const named = [seat('a', resting(earlyAfterMs))];
  expect(who(named)).toBeUndefined();
  expect(who(named, { mayAskEarly: true })).toBe('a');
});

it('whoever rests can count tokens', () => {
  expect(who([seat('a', resting(0))], { purpose: 'counting' })).toBe('a');
});
