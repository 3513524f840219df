import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { removeUnfinished } from './files.ts';

/** How much of the past is kept. */
export interface LogKeeping {
  readonly keepFiles: number;
  readonly keepDays: number;
}

/** A file that is written no more. */
export interface OldLog {
  readonly path: string;
  /** The moment of its last line (ms since 1970). */
  readonly until: number;
  readonly isCompressed: boolean;
}

/** Another process may be about to end its last write to a file that was renamed under it (ms). */
const settledMs = 10_000;

/** Nobody works this long at one file (ms). */
const abandonedMs = 3_600_000;

const dayMs = 86_400_000;

/** Where the file at `path` goes when a new one begins: `proxy-2026-11-22T23-59-58.123Z.log`, so that names sort. */
export function oldLogPath(path: string, until: number): string {
  const moment = new Date(until).toISOString().replaceAll(':', '-');
  const ending = extname(path);
  return join(dirname(path), `${basename(path, ending)}-${moment}${ending}`);
}

/** The old files of the log at `path`, oldest first. None where the folder cannot be read. */
export async function oldLogs(path: string): Promise<OldLog[]> {
  // They stand beside the file itself, where the path is a link.
  const real = await realpath(path).catch(() => path);
  const folder = dirname(real);
  const ending = extname(real);
  const start = `${basename(real, ending)}-`;
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => name.startsWith(start))
    .flatMap((name): OldLog[] => {
      const isCompressed = name.endsWith('.gz');
      const plain = isCompressed ? name.slice(0, -'.gz'.length) : name;
      const until = plain.endsWith(ending)
        ? momentIn(plain.slice(start.length, -ending.length || undefined))
        : 0;
      return until === 0 ? [] : [{ path: join(folder, name), until, isCompressed }];
    })
    .toSorted((a, b) => a.until - b.until || a.path.localeCompare(b.path));
}

/** 0 for what is none: another file that happens to begin alike. */
function momentIn(text: string): number {
  const [, day, hour, minute, rest] = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)$/.exec(text) ?? [];
  return day === undefined ? 0 : Date.parse(`${day}${hour}:${minute}:${rest}`) || 0;
}

/**
 * Removes what is too old or too much, then compresses the rest, one file after the other. Several processes
 * may do it at once. What cannot be done now is done the next time.
 */
export async function tidyOldLogs(
  path: string,
  { keepFiles, keepDays }: LogKeeping,
  now: number,
): Promise<void> {
  const all = await oldLogs(path);
  const kept = all
    .slice(Math.max(0, all.length - keepFiles))
    .filter(({ until }) => until >= now - keepDays * dayMs);
  for (const { path: old } of all.filter((one) => !kept.includes(one))) {
    await rm(old, { force: true }).catch(() => undefined);
  }
  for (const { path: old, isCompressed } of kept) {
    if (!isCompressed) await compress(old, now).catch(() => undefined);
  }
  await removeUnfinished(dirname(path), now - abandonedMs);
}

/** @throws the system error */
async function compress(path: string, now: number): Promise<void> {
  if ((await stat(path)).ctimeMs > now - settledMs) return;
  // Loaded where there is something to compress, which is seldom.
  const { gzipFile } = await import('./gzip-file.ts');
  await gzipFile(path);
}
