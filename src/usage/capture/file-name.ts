import { join } from 'node:path';

// A file is known by its id: the day (UTC) on which it was begun, a dot and eight digits that no other one of that day
// has. It lies in the folder as `2026-11-25.7f3a9c21.capture`; its key in the vault, as `capture.2026-11-25.7f3a9c21`.

const ending = '.capture';
const entryPrefix = 'capture.';
const idPattern = /^\d{4}-\d\d-\d\d\.[0-9a-f]{8}$/;

/** A day as files and commands name it: `2026-11-25`, in UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** When that day begins (ms since the epoch); undefined where there is no such day. */
export function beginOf(day: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  return Number.isNaN(ms) || dayOf(ms) !== day ? undefined : ms;
}

/** @param random eight hexadecimal digits */
export function newFileId(day: string, random: string): string {
  return `${day}.${random}`;
}

export function isFileId(text: string): boolean {
  return idPattern.test(text);
}

export function dayOfFile(id: string): string {
  return id.slice(0, 10);
}

export function pathOfFile(folder: string, id: string): string {
  return join(folder, `${id}${ending}`);
}

/** Undefined for whatever else lies in the folder. */
export function fileIdIn(fileName: string): string | undefined {
  const id = fileName.endsWith(ending) ? fileName.slice(0, -ending.length) : '';
  return isFileId(id) ? id : undefined;
}

/** Where the vault keeps the key of the file. */
export function entryOfFile(id: string): string {
  return `${entryPrefix}${id}`;
}

/** Undefined for what else the vault keeps. */
export function fileIdOfEntry(entry: string): string | undefined {
  const id = entry.startsWith(entryPrefix) ? entry.slice(entryPrefix.length) : '';
  return isFileId(id) ? id : undefined;
}
