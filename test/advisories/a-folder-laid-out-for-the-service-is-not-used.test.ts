import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WindowsService } from '../../src/service/windows.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine } from '../help/a-machine.ts';

/*
 * Every user of a Windows may make folders in %ProgramData%. One that was there before the service was installed stayed
 * its owner's, who could open it again, and put settings and accounts into it.
 */

const folder = temporaryFolders();

const plan = {
  program: ['C:\\p.exe'],
  home: undefined,
  config: undefined,
  user: undefined,
  drainSeconds: 25,
};

/** A Windows whose service is to be installed for the first time, and whose folder has `owner`. */
function aWindows(owner: string) {
  const env = { ProgramData: folder() };
  const replies = (command: string) => {
    if (command.includes('queryex')) return { code: 1060 };
    return command.startsWith('powershell') ? { out: `${owner}\r\n` } : undefined;
  };
  const machine = aMachine(replies, { platform: 'win32', uid: undefined, env });
  const changed = () => machine.asked.filter((command) => /^sc.exe (?!queryex)|^icacls/.test(command));
  return { machine, changed, home: join(env.ProgramData, 'claude-code-proxy') };
}

test.each(['S-1-5-21-1-2-3-1001', ''])(
  'a folder of “%s” is refused before anything is installed',
  async (owner) => {
    const { machine, changed, home } = aWindows(owner);
    mkdirSync(home);
    await expect(new WindowsService(machine).install(plan)).rejects.toMatchObject({
      code: 'service-home-foreign',
    });
    expect(changed()).toEqual([]);
  },
);

test('one that leads to a folder of the administrators is refused, too', async () => {
  const { machine, changed, home } = aWindows('S-1-5-32-544');
  symlinkSync(folder(), home);
  await expect(new WindowsService(machine).install(plan)).rejects.toMatchObject({
    code: 'service-home-foreign',
  });
  expect(changed()).toEqual([]);
});
