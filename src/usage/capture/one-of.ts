import { nameKey } from '../../base/name-key.ts';

/** Whether somebody is among those that are named, by id or name. Nobody named means everybody. */
export function isOneOf(wanted: readonly string[], id: string, name: string): boolean {
  return wanted.length === 0 || wanted.some((one) => one === id || nameKey(one) === nameKey(name));
}
