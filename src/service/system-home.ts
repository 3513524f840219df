import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Machine } from './service.ts';
import { ask, order } from './troubles.ts';

/**
 * Sees to it that the service of the machine has its files where somebody said: systemd makes its own folder alone
 * (`StateDirectory=`), and does not start a unit that may write where nothing is (`ReadWritePaths=`, 226/NAMESPACE).
 * A folder that is there and somebody else's stays theirs.
 *
 * @throws Problem service-home-foreign, service-failed
 */
export async function makeSystemHome(machine: Machine, home: string, user: string): Promise<void> {
  const { code, out } = await ask(machine, 'stat', ['--format=%U', '--', home]);
  const owner = out.trim();
  if (code === 0 && owner === user) return;
  if (code === 0) throw foreign(home, owner, user);
  await order(machine, 'install', ['-d', '-m', '0700', '-o', user, '--', home]);
}

/** A home directory is there, and somebody else's. */
export function foreign(home: string, owner: string, user: string): Problem {
  const again = ownCommand(`service install --system --home ${home}`);
  return new Problem(
    'service-home-foreign',
    `${home} belongs to ${owner}, and the service runs as ${user}.`,
    `Give it away if it is for the service alone (\`sudo chown -R ${user}: ${home}\`, then \`${again}\`), or name another folder.`,
  );
}
