import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cli } from './cli.ts';
import type { Found } from './doctor-found.ts';

/** The runtime this version was built for and tested with. */
const runtimeLine = '1.4.';

export function checkRuntime(): Found {
  const says = `Bun ${Bun.version} on ${process.platform} ${process.arch}`;
  if (Bun.version.startsWith(runtimeLine)) return { name: 'runtime', is: 'ok', says };
  const fix = `Use Bun ${runtimeLine}x: from a checkout, bin/claude-code-proxy brings the right one.`;
  return { name: 'runtime', is: 'warn', says, fix };
}

/** The home directory and everything in it must be closed to other users of the machine. */
export async function checkHome({ places }: Cli): Promise<Found> {
  const { home } = places;
  const mode = await modeOf(home);
  if (mode === undefined) return { name: 'home', is: 'ok', says: `${home} will be made at the first start` };
  if (process.platform === 'win32') return { name: 'home', is: 'ok', says: home };
  const names = await readdir(home);
  const open: string[] = [];
  for (const name of ['', ...names]) {
    const path = join(home, name);
    const bits = await modeOf(path);
    if (bits !== undefined && (bits & 0o077) !== 0) open.push(path);
  }
  if (open.length === 0) return { name: 'home', is: 'ok', says: `${home}, closed to other users` };
  const says = `open to other users of this machine:\n${open.join('\n')}`;
  return { name: 'home', is: 'fail', says, fix: `Close it: chmod -R go= ${home}` };
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return undefined;
  }
}
