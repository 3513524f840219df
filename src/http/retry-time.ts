import { header, type HeaderList } from './headers.ts';

/** Digits, with a fraction at most: what `Number` takes besides (hexadecimal, exponents, nothing) is no time. */
const decimal = /^\d{1,15}(?:\.\d{1,9})?$/;

/**
 * The moment (ms since the epoch) a `retry-after` names: whole or broken seconds, or an HTTP date
 * (RFC 9110 §10.2.3); `retry-after-ms` where only that is given. Undefined where there is none or it is
 * nonsense.
 */
export function retryAfterTime(headers: HeaderList, now: number): number | undefined {
  const text = header(headers, 'retry-after')?.trim() ?? '';
  if (text !== '') return decimal.test(text) ? now + Number(text) * 1000 : httpDate(text);
  const ms = header(headers, 'retry-after-ms')?.trim() ?? '';
  return decimal.test(ms) ? now + Number(ms) : undefined;
}

/** The three spellings of RFC 9110 §5.6.7, all in UTC; the last one does not say so. */
function httpDate(text: string): number | undefined {
  const isNamed = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? .*\d{2}:\d{2}:\d{2}/i;
  if (!isNamed.test(text)) return undefined;
  return moment(/GMT$/i.test(text) ? text : `${text} GMT`);
}

/** RFC 3339 §5.6. */
const timestamp = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** A reset as the API writes them: RFC 3339 text, or Unix seconds in the unified family. */
export function resetTime(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (decimal.test(trimmed)) return Number(trimmed) > 0 ? Number(trimmed) * 1000 : undefined;
  return timestamp.test(trimmed) ? moment(trimmed) : undefined;
}

function moment(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whole seconds from `now` to `moment` for a `retry-after`: rounded up, at least 1, so that it is never early. */
export function wholeSecondsUntil(moment: number, now: number): number {
  return Math.max(1, Math.ceil((moment - now) / 1000));
}
