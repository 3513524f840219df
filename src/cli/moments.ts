import { problem } from './problems.ts';
import { lengthWords } from './words.ts';

const unitsMs = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
} as const;

/** Nobody plans further ahead; a typing error does (ms). */
const longestMs = 100 * unitsMs.y;

/**
 * The moment that `text` means, seen from `now` (both milliseconds since the epoch): a length (`12h`,
 * `30d`, `1y`), a day (`2027-01-31`, its end in local time) or a moment (`2027-01-31T12:00Z`).
 *
 * @throws Problem value-invalid
 */
export function momentOf(text: string, now: number): number {
  const [, amount, unit] = /^(\d{1,6}) ?(min|h|d|w|y)$/.exec(text.trim()) ?? [];
  const size = Object.entries(unitsMs).find(([name]) => name === unit)?.[1];
  const moment = size === undefined ? dayOf(text.trim()) : now + Number(amount) * size;
  if (Number.isFinite(moment) && moment > now && moment - now <= longestMs) return moment;
  const expects = 'a length such as 12h, 30d or 1y, or a day to come such as 2027-01-31';
  throw problem('value-invalid', { option: '--expires', value: text.slice(0, 40), expects });
}

/**
 * The length that `text` means: `90s`, `10m`, `2h`, `1d` (ms).
 *
 * @throws Problem value-invalid
 */
export function lengthOf(text: string, option: string, longest: number): number {
  const [, amount, unit] = /^(\d{1,6}) ?(s|m|min|h|d)$/.exec(text.trim()) ?? [];
  const size = Object.entries(unitsMs).find(([name]) => name === unit)?.[1] ?? Number.NaN;
  const length = Number(amount) * size;
  if (length > 0 && length <= longest) return length;
  const expects = `a length such as 90s, 10m or 2h, ${lengthWords(longest)} at most`;
  throw problem('value-invalid', { option, value: text.slice(0, 40), expects });
}

/**
 * The moment in the past that `text` means: a length ago (`12h`, `30d`), `today`, a day (`2026-11-01`, its beginning
 * in local time) or a moment (`2026-11-01T12:00Z`).
 *
 * @throws Problem value-invalid
 */
export function pastMomentOf(text: string, now: number, option: string): number {
  const trimmed = text.trim();
  const [, amount, unit] = /^(\d{1,6}) ?(min|h|d|w|y)$/.exec(trimmed) ?? [];
  const size = Object.entries(unitsMs).find(([name]) => name === unit)?.[1];
  const moment =
    size !== undefined
      ? now - Number(amount) * size
      : trimmed === 'today'
        ? beginOfDay(now, 0)
        : /^\d{4}-\d{2}-\d{2}$/.test(trimmed)
          ? dayAt(trimmed, '00:00:00')
          : dayOf(trimmed);
  if (Number.isFinite(moment) && moment <= now && now - moment <= longestMs) return Math.max(0, moment);
  const expects = 'a length such as 12h or 30d, `today`, or a day that has been, such as 2026-11-01';
  throw problem('value-invalid', { option, value: text.slice(0, 40), expects });
}

/** When the day began, in local time, that was `daysAgo` days before the one of `now`. */
export function beginOfDay(now: number, daysAgo: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysAgo).getTime();
}

function dayOf(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return dayAt(text, '23:59:59.999');
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
}

/** A time of a day in local time; NaN for a day that no month has, which would else be one of the next month. */
function dayAt(day: string, time: string): number {
  const moment = Date.parse(`${day}T${time}`);
  return new Date(moment).getDate() === Number(day.slice(-2)) ? moment : Number.NaN;
}
