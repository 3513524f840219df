import { decidedByName, type HeaderList } from '../../http/headers.ts';
import { resetTime } from '../../http/retry-time.ts';

/** What an answer says of one window of its account. Undefined where it says nothing of that. */
export interface Reading {
  /** As the headers name it: `5h`, `7d_opus`, `overage`, `input-tokens`, `priority-output-tokens`, … */
  readonly window: string;
  /** `plan`: used up by and by, and whole again at its reset. `bucket`: fills all the time. */
  readonly kind: 'plan' | 'bucket';
  /** The used share: 0 … 1, and above where the upstream lets more through. */
  readonly used: number | undefined;
  /** Requests or tokens. */
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** `allowed`, `allowed_warning`, `rejected`, or whatever comes; plans only. */
  readonly status: string | undefined;
  /** When the window is whole again (ms since the epoch). */
  readonly resetAt: number | undefined;
}

type Field = 'status' | 'utilization' | 'limit' | 'remaining' | 'reset';

interface Place {
  readonly kind: Reading['kind'];
  readonly window: string;
  readonly field: Field;
}

/** More windows than any upstream has; what comes beyond them is not read. */
const mostWindows = 40;
/** A reset beyond this is no reset (ms). */
const farthestMs = 400 * 24 * 3_600_000;

/** Where the value of a header belongs; unified windows without a name stand for the others and are left out. */
const placeOf = decidedByName((name): Place | undefined => {
  if (!name.startsWith('anthropic-')) return undefined;
  const plan = /^anthropic-ratelimit-unified-([a-z0-9_-]{1,40})-(status|utilization|reset)$/.exec(name);
  if (plan !== null) return { kind: 'plan', window: plan[1] ?? '', field: fieldOf(plan[2]) };
  if (name.startsWith('anthropic-ratelimit-unified-')) return undefined;
  const bucket = /^anthropic-(ratelimit|priority|fast)-([a-z0-9_-]{1,40})-(limit|remaining|reset)$/.exec(
    name,
  );
  if (bucket === null) return undefined;
  const [, family = '', rest = '', field] = bucket;
  return {
    kind: 'bucket',
    window: family === 'ratelimit' ? rest : `${family}-${rest}`,
    field: fieldOf(field),
  };
});

function fieldOf(word: string | undefined): Field {
  switch (word) {
    case 'status':
    case 'utilization':
    case 'limit':
    case 'remaining':
      return word;
    case 'reset':
    case undefined:
    default:
      return 'reset';
  }
}

/** Whether two answers tell of the same windows, as far as their headers' names say: the same ones in the same order. */
export function haveTheSameNames(one: HeaderList, other: HeaderList): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 2) if (one[at] !== other[at]) return false;
  return true;
}

/** Every window that the headers of an answer tell of, whatever its name (`reference`: docs/routing.md). */
export function readingsIn(headers: HeaderList, now: number): Reading[] {
  let found: Map<string, { place: Place; values: Partial<Record<Field, string>> }> | undefined;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const place = placeOf(headers[at] ?? '');
    if (place === undefined) continue;
    found ??= new Map();
    const key = `${place.kind} ${place.window}`;
    let entry = found.get(key);
    if (entry === undefined) {
      if (found.size >= mostWindows) continue;
      entry = { place, values: {} };
      found.set(key, entry);
    }
    entry.values[place.field] ??= headers[at + 1] ?? '';
  }
  if (found === undefined) return [];
  const readings: Reading[] = [];
  for (const { place, values } of found.values()) {
    const reading = readingOf(place, values, now);
    if (reading !== undefined) readings.push(reading);
  }
  return readings;
}

function readingOf(
  { kind, window }: Place,
  values: Partial<Record<Field, string>>,
  now: number,
): Reading | undefined {
  const limit = amount(values.limit);
  const remaining = amount(values.remaining);
  const used = kind === 'plan' ? amount(values.utilization) : usedOf(limit, remaining);
  const status = word(values.status);
  if (used === undefined && remaining === undefined && status === undefined) return undefined;
  return { window, kind, used, limit, remaining, status, resetAt: believable(values.reset, now) };
}

function usedOf(limit: number | undefined, remaining: number | undefined): number | undefined {
  if (limit === undefined || remaining === undefined || limit === 0) return undefined;
  return Math.max(0, 1 - remaining / limit);
}

function amount(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}(?:\.\d{1,9})?\s*$/.test(text) ? Number(text) : undefined;
}

/** Shown to people: nothing that is no plain word gets there. */
function word(text: string | undefined): string | undefined {
  const trimmed = text?.trim().toLowerCase();
  return trimmed !== undefined && /^[a-z_]{1,40}$/.test(trimmed) ? trimmed : undefined;
}

function believable(text: string | undefined, now: number): number | undefined {
  const moment = resetTime(text);
  return moment !== undefined && moment <= now + farthestMs ? moment : undefined;
}
