import type { Resting } from './standing.ts';

/** A rest as the reason of a move: `resting until 14:05 UTC: output tokens a minute used up`. `now` in milliseconds since the epoch. */
export function restWords(
  { until, reason, isGuess }: Pick<Resting, 'until' | 'reason' | 'isGuess'>,
  now: number,
): string {
  return `resting until ${isGuess === true ? 'about ' : ''}${momentWords(until, now)}: ${reason}`;
}

/** With seconds where they tell something, and with the day where it is another one. */
function momentWords(at: number, now: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const clock = time.slice(0, Math.abs(at - now) < 120_000 ? 8 : 5);
  return new Date(now).toISOString().startsWith(day) ? `${clock} UTC` : `${day} ${clock} UTC`;
}
