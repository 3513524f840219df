import { describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeDaemonHome } from '../../src/service/daemon-home.ts';
import { LaunchdService } from '../../src/service/launchd.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine } from '../help/a-machine.ts';
import { noStranger, strangersHome } from '../help/a-stranger.ts';

/*
 * The attack, on macOS: whoever runs the daemon puts a link to `/etc` in the place of its logs, or a second name of a file
 * of root into its home directory. The next `sudo … service install --system` closed what the link leads to, and gave
 * everything below the home directory to them, by all its names.
 */

const folder = temporaryFolders();
const user = 'ann';
const asThem = 'sudo -n -u ann -- install -d -m 0700 --';

/** A mac whose home directory of the daemon belongs to `owner`, or is not there. */
function aMac(owner: string | undefined) {
  const reply = (command: string) => {
    if (command.startsWith('stat ')) return owner === undefined ? { code: 1 } : { out: `${owner}\n` };
    // As them it is not allowed.
    return command.startsWith('sudo ')
      ? { code: 71, err: 'install: chmod 700 …/logs: Operation not permitted' }
      : undefined;
  };
  return aMachine(reply, { platform: 'darwin', uid: 0 });
}

test('a home that is theirs is changed by themselves alone, at a daemon that is installed once more', async () => {
  const home = join(folder(), 'home');
  mkdirSync(home);
  symlinkSync('/etc', join(home, 'logs'));
  const machine = aMac(user);
  const plan = { program: ['/usr/local/bin/claude-code-proxy'], config: undefined, drainSeconds: 25 };
  const installing = new LaunchdService(machine, 'system').install({ ...plan, home, user });
  await expect(installing).rejects.toMatchObject({ code: 'service-rights' });
  expect(machine.asked).toEqual([`stat -f %Su -- ${home}`, `${asThem} ${home}/logs`]);
});

test('one of somebody else is refused', async () => {
  const machine = aMac('root');
  await expect(makeDaemonHome(machine, '/srv/proxy', user)).rejects.toMatchObject({
    code: 'service-home-foreign',
  });
  expect(machine.asked).toEqual(['stat -f %Su -- /srv/proxy']);
});

if (noStranger !== undefined) console.warn(`SKIPPED: a home that is not there yet: ${noStranger}`);
describe.skipIf(noStranger !== undefined)('one that is not there yet', () => {
  const made = async (home: string): Promise<string[]> => {
    const machine = aMachine((command) => (command.startsWith('stat ') ? { code: 1 } : undefined), {
      platform: 'darwin',
      uid: 0,
    });
    await makeDaemonHome(machine, home, user);
    return machine.asked.slice(1);
  };

  test('is made by root where nobody else could put anything in its place', async () => {
    const home = join(folder(), 'proxy');
    expect(await made(home)).toEqual([`install -d -m 0700 -o ann -- ${home}`, `${asThem} ${home}/logs`]);
  });

  test('is made by them where that is in a folder of theirs', async () => {
    const home = join(strangersHome(folder()), 'proxy');
    expect(await made(home)).toEqual([`${asThem} ${home}`, `${asThem} ${home}/logs`]);
  });
});
