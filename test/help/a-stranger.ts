import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The user of a service, who is not root: `nobody` on most systems. */
export const stranger = { uid: 65_534, gid: 65_534 };

/** Why there can be no home of somebody else here; undefined where there can. */
export const noStranger =
  process.getuid?.() === 0 ? undefined : 'only root may make files that belong to somebody else';

/** A home directory of theirs in `folder`, which is root's and open for them to pass. */
export function strangersHome(folder: string): string {
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  chownSync(home, stranger.uid, stranger.gid);
  return home;
}
