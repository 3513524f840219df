import type { AccountView, WindowView } from '../admin/contract-accounts.ts';
import { plain, type Cell } from './terminal.ts';
import { agoWords, clockTime, dayTime } from './words.ts';

/** The window that matters most: of a plan before buckets, which fill by themselves; then the fullest. */
export function tightest(windows: readonly WindowView[]): WindowView | undefined {
  const known = windows.filter(({ used, forecast }) => used !== null && forecast !== 'renewed');
  return known.find(({ kind }) => kind === 'plan') ?? known[0];
}

/** `5h 62 % used, runs out at 15:40, renewed at 17:00 (read 2 min ago)`. */
export function windowWords(window: WindowView, now: number): string {
  const { name, used, remaining, limit, resetsAt, forecast, runsOutAt, readAt } = window;
  const parts = [used === null ? name : `${name} ${percentOf(used)} used`];
  if (limit !== null && remaining !== null) parts.push(`${remaining} of ${limit} left`);
  if (forecast === 'used-up') parts.push('used up');
  if (runsOutAt !== null) parts.push(`runs out at ${dayTime(Date.parse(runsOutAt), now)} at this pace`);
  if (forecast === 'lasts') parts.push('lasts at this pace');
  if (resetsAt !== null) {
    const verb = verbOf(window);
    parts.push(`${verb} ${dayTime(Date.parse(resetsAt), now)}`);
  }
  return plain(`${parts.join(', ')} (read ${agoWords(readAt, now)})`);
}

function verbOf({ kind, forecast }: WindowView): string {
  if (kind === 'bucket') return forecast === 'renewed' ? 'full again since' : 'full at';
  return forecast === 'renewed' ? 'began anew at' : 'renewed at';
}

/** The tightest window as a cell of a table: `5h 62 %, out 15:40`. */
export function headroomCell({ windows }: AccountView, now: number): Cell {
  const window = tightest(windows);
  if (window === undefined) return '';
  const { name, used, forecast, runsOutAt, resetsAt } = window;
  const share = plain(`${name} ${percentOf(used ?? 0)}`);
  if (forecast === 'used-up') {
    const until = resetsAt === null ? '' : ` until ${dayTime(Date.parse(resetsAt), now)}`;
    return { text: `${share}, used up${until}`, style: 'red' };
  }
  if (runsOutAt === null) return share;
  return { text: `${share}, out ${clockTime(Date.parse(runsOutAt))}`, style: 'yellow' };
}

/** Whole percents; full only when it is. */
export function percentOf(share: number): string {
  const percent = Math.round(share * 100);
  return `${percent === 100 && share < 1 ? 99 : percent} %`;
}
