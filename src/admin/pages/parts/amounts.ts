/** Words with a large number in them, in groups that can be read: `$26,249.52`. */
export function grouped(words: string): string {
  return words.replace(/\d{5,}/, (digits) => Number(digits).toLocaleString('en'));
}

/** A length of time as a number to compare: `840 ms`, `1.23 s`, `12.3 s`, `2 min 5 s`. */
export function shortTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
