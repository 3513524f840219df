import { families, familyOf, type Family } from '../accounts/family.ts';
import { header, pairs, type HeaderList } from '../http/headers.ts';
import { resetTime } from '../http/retry-time.ts';

/** A subscription window, or a bucket, that an answer says is used up. */
export interface UsedUp {
  /** `5h`, `7d`, `7d_opus`, `overage`, `output-tokens`, …; '' for the account as a whole. */
  readonly window: string;
  /** When it begins anew (ms since the epoch), where that is said. */
  readonly reset: number | undefined;
}

const unified = 'anthropic-ratelimit-unified-';

/** Windows of one model family; the week that includes overage (`7d_oi`) is none. */
const familyWindow = new RegExp(`^(?:5h|7d|five_hour|seven_day)_(?:${families.join('|')})$`);

/**
 * The unified windows that hold the account back: those that say `rejected`, whatever their names. Extra
 * usage that is not to be had (`overage`) holds it back only where nothing else does.
 */
export function usedUpWindows(headers: HeaderList): UsedUp[] {
  const all = rejected(headers);
  const others = all.filter(({ window }) => window !== 'overage');
  return others.length > 0 && claimOf(headers) !== 'overage' ? others : all;
}

/**
 * The family of models whose share is all that is used up: the account still serves all others. Undefined where
 * it is the account's own.
 */
export function familyIn(headers: HeaderList): Family | undefined {
  const windows = rejected(headers).filter(({ window }) => window !== '' && window !== 'overage');
  if (windows.some(({ window }) => !familyWindow.test(window))) return undefined;
  const name = claimOf(headers) ?? windows[0]?.window ?? '';
  return familyWindow.test(name) ? familyOf(name) : undefined;
}

/** The window that is said to stand for all, as it is called there: `five_hour`. */
export function claimOf(headers: HeaderList): string | undefined {
  return header(headers, `${unified}representative-claim`)?.trim().toLowerCase();
}

function rejected(headers: HeaderList): UsedUp[] {
  const windows: UsedUp[] = [];
  for (const [name, value] of pairs(headers)) {
    const found = /^anthropic-ratelimit-unified-(?:(.+)-)?status$/i.exec(name);
    if (found === null || value.trim().toLowerCase() !== 'rejected') continue;
    const window = (found[1] ?? '').toLowerCase();
    const reset = header(headers, `${unified}${window === '' ? '' : `${window}-`}reset`);
    windows.push({ window, reset: resetTime(reset) });
  }
  return windows;
}

/** The token buckets with nothing remaining: `output-tokens`, `requests`, … */
export function emptyBuckets(headers: HeaderList): UsedUp[] {
  const buckets: UsedUp[] = [];
  for (const [name, value] of pairs(headers)) {
    const window = /^anthropic-ratelimit-(.+)-remaining$/i.exec(name)?.[1]?.toLowerCase();
    if (window !== undefined && value.trim() === '0')
      buckets.push({ window, reset: resetTime(header(headers, `anthropic-ratelimit-${window}-reset`)) });
  }
  return buckets;
}

/** What a window or bucket is called when it is talked about; nothing that is no plain word gets there. */
export function windowWords(window: string, claim?: string): string {
  const name = window === '' ? (claim ?? '') : window;
  if (name === '') return 'limit of its plan';
  if (name === 'overage') return 'extra usage';
  const [, span = '', family] = /^(5h|7d|five_hour|seven_day)(?:_([a-z]+))?$/.exec(name) ?? [];
  if (span !== '') {
    const hours = span === '5h' || span === 'five_hour' ? '5-hour window' : '7-day window';
    return family === undefined ? hours : `${hours} for ${family}`;
  }
  if (/^(?:requests|(?:input-|output-)?tokens)$/.test(name)) return `${name.replace('-', ' ')} a minute`;
  return /^[a-z0-9_-]{1,40}$/.test(name) ? `limit "${name}"` : 'limit';
}
