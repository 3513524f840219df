import type { HeaderList } from '../../http/headers.ts';
import { isOfWindow } from './readings.ts';

/**
 * Whether `after` says of windows just what `before` says: the same headers in the same order, with the same values
 * where they tell of windows. Costs a comparison for each header, and makes nothing.
 */
export function saysTheSame(before: HeaderList, after: HeaderList): boolean {
  if (before.length !== after.length) return false;
  for (let at = 0; at < after.length; at += 2) {
    const name = after[at] ?? '';
    if (before[at] !== name) return false;
    // What differs with every answer (`date`, `request-id`) is looked at more closely.
    if (before[at + 1] !== after[at + 1] && isOfWindow(name)) return false;
  }
  return true;
}
