import { beginOf, dayOfFile, fileIdOfEntry } from './file-name.ts';
import type { FileThere } from './folder.ts';

export interface KeepingLimits {
  readonly keepDays: number;
  readonly maxBytes: number;
}

const dayMs = 86_400_000;
/** A key without a file for so long was left by a crash between the two (days). */
const strayDays = 2;

/** Which of `files` (oldest first) have to go: those that are too old, then the oldest of what is too much. */
export function filesToDestroy(
  files: readonly FileThere[],
  { keepDays, maxBytes }: KeepingLimits,
  now: number,
  /** The one that is being written; it goes with its day alone. */
  current: string | undefined,
): string[] {
  const old = files.filter(({ id }) => isOver(id, keepDays, now));
  const young = files.filter((file) => !old.includes(file));
  let bytes = young.reduce((sum, file) => sum + file.bytes, 0);
  const tooMuch = young.filter((file) => {
    if (bytes <= maxBytes || file.id === current) return false;
    bytes -= file.bytes;
    return true;
  });
  return [...old, ...tooMuch].map(({ id }) => id);
}

/** Keys in the vault, of the ids of `entries`, whose file never came to be or is gone. */
export function strayKeys(entries: readonly string[], files: readonly FileThere[], now: number): string[] {
  const there = new Set(files.map(({ id }) => id));
  return entries
    .map(fileIdOfEntry)
    .filter((id): id is string => id !== undefined && !there.has(id) && isOver(id, strayDays, now));
}

/** Whether so many days have passed since the day of the file. */
function isOver(id: string, days: number, now: number): boolean {
  return now >= (beginOf(dayOfFile(id)) ?? 0) + (days + 1) * dayMs;
}
