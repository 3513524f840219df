import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import { once } from '../base/once.ts';
import { isAfter, isVersion } from './version.ts';

/** What is kept between looks and updates, in `update.json` of the home directory. Moments are ms since 1970. */
export interface Remembered {
  /** The highest version that a trusted key has ever offered. */
  readonly highest?: string | undefined;
  /** The last look, whatever came of it. */
  readonly looked?: {
    readonly at: number;
    /** What the feed offered then; undefined where it could not be believed. */
    readonly offered?: string | undefined;
    /** Why nothing could be learnt. */
    readonly trouble?: { readonly code: string; readonly says: string; readonly fix: string } | undefined;
  };
  /** The last time the program was replaced. */
  readonly last?: Replaced | undefined;
}

/** One replacement of the program, written down before it is done. */
export interface Replaced {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  /** The program, and what it was before. */
  readonly binary: string;
  readonly previous: string;
  /** The database as it was before; null where there was none, or where it is on a server. */
  readonly databaseCopy: string | null;
}

const shape = once(() => {
  const version = z.string().refine(isVersion);
  const looked = z.object({
    at: z.number(),
    offered: version.optional(),
    trouble: z.object({ code: z.string(), says: z.string(), fix: z.string() }).optional(),
  });
  const last = z.object({
    from: version,
    to: version,
    at: z.number(),
    binary: z.string(),
    previous: z.string(),
    databaseCopy: z.string().nullable(),
  });
  return z.object({ highest: version.optional(), looked: looked.exactOptional(), last: last.optional() });
});

/** What is remembered; nothing where the file is missing or of somebody else's making. */
export async function recall(path: string): Promise<Remembered> {
  try {
    return shape().parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

/**
 * Adds to what is remembered. The highest version only rises.
 *
 * @throws the system error
 */
export async function remember(path: string, more: Remembered): Promise<void> {
  const before = await recall(path);
  const highest = higher(before.highest, more.highest);
  const now: Remembered = { ...before, ...more, highest };
  await makePrivateFolder(dirname(path));
  await writePrivateFile(path, `${JSON.stringify(now, undefined, 2)}\n`);
}

/** What was offered last and is newer than `current`; null where nothing is known of any. */
export function newerThan(current: string, { looked }: Remembered): string | null {
  const offered = looked?.offered;
  return offered !== undefined && isAfter(offered, current) ? offered : null;
}

function higher(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return isAfter(one, other) ? one : other;
}
