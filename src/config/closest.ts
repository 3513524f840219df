/**
 * The candidate that `word` was probably meant to be, or undefined when none is near: at most a third
 * of its letters may be wrong, or its end be left out. Case, `-`, `_` and `.` make no difference.
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = plain(word);
  let best: string | undefined;
  let fewest = Math.floor(Math.max(meant.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const steps = distance(meant, plain(candidate), fewest);
    if (steps < fewest) {
      best = candidate;
      fewest = steps;
    }
  }
  return best ?? beginningWith(meant, candidates);
}

/** `idle_timeout` for `idle_timeout_seconds`. */
function beginningWith(beginning: string, candidates: Iterable<string>): string | undefined {
  if (beginning.length < 3) return undefined;
  return [...candidates].find((candidate) => plain(candidate).startsWith(beginning));
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_.]/g, '');
}

/**
 * How many letters must be added, removed, changed or swapped with their neighbour to get from one
 * word to the other (optimal string alignment); `limit` where it is that many or more.
 */
function distance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      let steps = Math.min(
        (last[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (last[column - 1] ?? limit) + change,
      );
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwapped) steps = Math.min(steps, (beforeLast[column - 2] ?? limit) + 1);
      current.push(steps);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? limit;
}
