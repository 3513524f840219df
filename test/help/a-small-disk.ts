/** What a mount begins with: nothing for root, `sudo` where it asks for no password; undefined where nobody may. */
function mounting(): string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = Bun.which('sudo');
  if (sudo !== null && Bun.spawnSync([sudo, '-n', 'true']).exitCode === 0) return [sudo, '-n'];
  const missing = 'a full disk: only root may mount one';
  if (process.env['CI'] !== undefined) throw new Error(missing);
  console.warn(`SKIPPED: ${missing}`);
  return undefined;
}

const before = mounting();

/** Whether tests can have a disk of their own to fill. Where not, that is told, and a failure in CI on Linux. */
export const mayMount = before !== undefined;

/** Puts a disk of `size` (`64k`) at `folder`, in memory; {@link unmount} takes it away. */
export function mountSmallDisk(folder: string, size: string): void {
  const owner = `uid=${process.getuid?.()},mode=700`;
  run('mount', '-t', 'tmpfs', '-o', `size=${size},${owner}`, 'tmpfs', folder);
}

/** The disk at `folder` has `size` from now on. */
export function resizeDisk(folder: string, size: string): void {
  run('mount', '-o', `remount,size=${size}`, folder);
}

export function unmount(folder: string): void {
  run('umount', folder);
}

function run(...words: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...(before ?? []), ...words]);
  if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${stderr.toString()}`);
}
