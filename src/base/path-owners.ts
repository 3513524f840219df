import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';

/** A user of the system. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Set on folders in which everybody may make files, but nobody remove those of others. */
const sticky = 0o1000;
/** More links than a system follows. */
const mostLinks = 40;

/** What lies on the way to `path`, links followed one by one, each link itself too; ends where nothing is. */
async function partsOf(path: string): Promise<Stats[]> {
  const { root } = parse(resolve(path));
  const parts: Stats[] = [await lstat(root)];
  const rest = namesOf(path);
  let at = root;
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = join(at, name);
    const found = await lstat(next).catch(() => undefined);
    if (found === undefined) return parts;
    parts.push(found);
    if (!found.isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) return parts;
    rest.unshift(...namesOf(resolve(at, await readlink(next))));
    at = root;
  }
  return parts;
}

function namesOf(path: string): string[] {
  const full = resolve(path);
  return full
    .slice(parse(full).root.length)
    .split(sep)
    .filter((name) => name !== '');
}

/** Whether nobody but root could put anything else at `path`: all on the way there is root's, and for root alone to write. */
export async function isRootsAlone(path: string): Promise<boolean> {
  const parts = await partsOf(path);
  return parts.every((part) => {
    if (part.uid !== 0) return false;
    const isKept = part.isSymbolicLink() || (part.isDirectory() && (part.mode & sticky) !== 0);
    return isKept || (part.mode & 0o022) === 0;
  });
}

/**
 * Who decides what lies at `folder`, where that is not root: its owner, or else somebody on the way there who
 * could put another one in its place.
 */
export async function ownerOf(folder: string): Promise<Owner | undefined> {
  const parts = await partsOf(folder);
  const last = parts.at(-1);
  const found = last !== undefined && last.uid !== 0 ? last : parts.find(({ uid }) => uid !== 0);
  return found === undefined ? undefined : { uid: found.uid, gid: found.gid };
}
