/** `14:05`, or `14:05:09`, in local time. */
export function clockTime(ms: number, withSeconds = false): string {
  const date = new Date(ms);
  const parts = [date.getHours(), date.getMinutes(), ...(withSeconds ? [date.getSeconds()] : [])];
  return parts.map((value) => String(value).padStart(2, '0')).join(':');
}

/** `14:05` today, `27 Nov 14:05` on other days, in local time; with seconds where somebody wants them. */
export function dayTime(ms: number, now: number, withSeconds = false): string {
  const date = new Date(ms);
  const time = clockTime(ms, withSeconds);
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getDate()} ${date.toLocaleString('en-GB', { month: 'short' })} ${time}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its two largest units: `3 d 4 h`, `45 s`. */
export function lengthWords(ms: number): string {
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`);
    rest -= count * size;
    if (parts.length > 0 && count === 0) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** `in 12 min`. Rounded up: what has just been given thirty days is not seen as twenty-nine and some hours. */
export function inTime(ms: number): string {
  const unit = ms > 3_600_000 ? 60_000 : 1_000;
  return ms <= 0 ? 'now' : `in ${lengthWords(Math.ceil(ms / unit) * unit)}`;
}

/** `5 min ago`, `never`. */
export function agoWords(moment: string | null, now: number): string {
  if (moment === null) return 'never';
  const ms = now - Date.parse(moment);
  return ms < 1_000 ? 'just now' : `${lengthWords(ms).split(' ').slice(0, 2).join(' ')} ago`;
}
