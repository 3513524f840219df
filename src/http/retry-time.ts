import { header, type HeaderList } from './headers.ts';

/**
 * The moment (ms since the epoch) a `retry-after` names: whole or broken seconds, or an HTTP date
 * (RFC 9110 §10.2.3); `retry-after-ms` where only that is given. Undefined where there is none or it is
 * nonsense.
 */
export function retryAfterTime(headers: HeaderList, now: number): number | undefined {
  const text = header(headers, 'retry-after')?.trim();
  if (text !== undefined && text !== '') {
    const seconds = Number(text);
    if (Number.isFinite(seconds)) return seconds >= 0 ? now + seconds * 1000 : undefined;
    const date = Date.parse(text);
    return Number.isNaN(date) ? undefined : date;
  }
  const ms = Number(header(headers, 'retry-after-ms') ?? Number.NaN);
  return Number.isFinite(ms) && ms >= 0 ? now + ms : undefined;
}

/** A reset as the API writes them: RFC 3339 text, or Unix seconds in the unified family. */
export function resetTime(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds > 0 ? seconds * 1000 : undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

/** Whole seconds from `now` to `moment` for a `retry-after`: rounded up, at least 1, so that it is never early. */
export function wholeSecondsUntil(moment: number, now: number): number {
  return Math.max(1, Math.ceil((moment - now) / 1000));
}
