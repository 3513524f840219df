/** How long a budget lasts before it begins anew. */
export const periods = ['daily', 'weekly', 'monthly'] as const;
export type Period = (typeof periods)[number];

/** From `start` on, and before `end` (milliseconds since the epoch). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const dayMs = 86_400_000;

/**
 * The day, the week from Monday or the calendar month that `now` lies in, all in UTC: the gateway protocol
 * counts so, and a day of 23 or 25 hours does not exist there.
 */
export function spanAt(period: Period, now: number): Span {
  const day = Math.floor(now / dayMs);
  switch (period) {
    case 'daily':
      return { start: day * dayMs, end: (day + 1) * dayMs };
    case 'weekly': {
      // The epoch began on a Thursday, three days after a Monday.
      const monday = Math.floor((day + 3) / 7) * 7 - 3;
      return { start: monday * dayMs, end: (monday + 7) * dayMs };
    }
    case 'monthly': {
      const date = new Date(now);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) };
    }
  }
}
