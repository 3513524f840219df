import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isTrialFolder } from './trial-words.ts';

/** What an update that was killed can still go on with (ms). */
const downloadsKeptMs = 7 * 86_400_000;
/** Longer than any update takes (ms). */
const othersKeptMs = 3_600_000;

/**
 * Removes what updates and installations that were killed left beside `binary` and in the home directory, and on Windows
 * the programs that ran then and run no more. Touches nothing that an update may be working on. Never throws.
 */
export async function removeLeftovers(binary: string, home: string, now: number): Promise<void> {
  const name = basename(binary).replace(/\.exe$/i, '');
  const ours = (kind: string): boolean => kind.startsWith(`.${name}.`);
  const pattern =
    /\.(?:(?<download>load-[0-9a-f]{16})|(?<other>new|keeping|old-\d+|install-\w{6}))(?:\.exe)?$/i;
  await removeOld(dirname(binary), now, (file) => {
    const kind = ours(file) ? pattern.exec(file)?.groups : undefined;
    if (kind === undefined) return undefined;
    return kind['download'] === undefined ? othersKeptMs : downloadsKeptMs;
  });
  await removeOld(home, now, (file) => (isTrialFolder(file) ? othersKeptMs : undefined));
}

/** Removes what is in `folder` and older than `keptFor` says of its name (ms); undefined keeps it. */
async function removeOld(
  folder: string,
  now: number,
  keptFor: (name: string) => number | undefined,
): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const keptMs = keptFor(name);
    if (keptMs === undefined) continue;
    const path = join(folder, name);
    const since = await stat(path).then(
      ({ ctimeMs }) => ctimeMs,
      () => now,
    );
    // What still runs from it stays on Windows until the next time.
    if (now - since > keptMs) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
