import { join } from 'node:path';
import { isRootsAlone } from '../base/path-owners.ts';
import type { Machine } from './service.ts';
import { foreign } from './system-home.ts';
import { ask, order } from './troubles.ts';

/**
 * Sees to it that a daemon of macOS has its files, and the folder of its logs, where somebody said, as `user`. root
 * does nothing in a folder that is theirs: what they put there, a link in the place of the logs or a second name of a file
 * that is not theirs, would have it close and give away what is elsewhere. They make what is missing themselves.
 *
 * @throws Problem service-home-foreign, service-failed
 */
export async function makeDaemonHome(machine: Machine, home: string, user: string): Promise<void> {
  const making = ['-d', '-m', '0700'];
  const asThem = (folder: string) =>
    order(machine, 'sudo', ['-n', '-u', user, '--', 'install', ...making, '--', folder]);
  // Of a link that is there it says whose the link is.
  const { code, out } = await ask(machine, 'stat', ['-f', '%Su', '--', home]);
  const owner = out.trim();
  if (code === 0 && owner !== user) throw foreign(home, owner, user);
  if (code !== 0) {
    // Where it goes may be theirs as well, such as their own home directory.
    if (await isRootsAlone(home)) await order(machine, 'install', [...making, '-o', user, '--', home]);
    else await asThem(home);
  }
  await asThem(join(home, 'logs'));
}
