import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeWindowsHome } from '../../src/service/windows-home.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine } from '../help/a-machine.ts';

/*
 * The attack, on Windows: what lies in %ProgramData% is open to every user by what it has from there. A user who watches
 * for the folder of the service puts settings into it in the moment before it is closed, and stays their owner; or reads
 * the key of the vault when the service is installed once more, which gave the folder back what it has from above first.
 */

const folder = temporaryFolders();
const name = 'claude-code-proxy';

/** A Windows that knows who gets into `home`, and does `meanwhile` as soon as that is closed. */
function aWindows(home: string, { meanwhile = () => {}, named = '' } = {}) {
  const openAt: string[] = [];
  let isOpen = true;
  const machine = aMachine(
    (command) => {
      if (command.startsWith('powershell')) return { out: `S-1-5-32-544\r\n${named}` };
      if (command.startsWith(`icacls.exe ${home} /inheritance:r`)) {
        isOpen = false;
        meanwhile();
      } else if (command.startsWith(`icacls.exe ${home} /reset`)) isOpen = true;
      if (isOpen) openAt.push(command);
      return undefined;
    },
    { platform: 'win32', uid: undefined },
  );
  return { machine, openAt };
}

function aHomeWithKeys(): string {
  const home = join(folder(), 'ours');
  mkdirSync(join(home, 'logs'), { recursive: true });
  writeFileSync(join(home, 'vault.key'), 'a key');
  return home;
}

test('one that is there is closed before anything in it is touched, and stays so', async () => {
  const home = aHomeWithKeys();
  const { machine, openAt } = aWindows(home);
  await closeWindowsHome(machine, home, name, true);
  expect(openAt).toEqual([`icacls.exe ${home} /setowner *S-1-5-32-544 /L /Q`]);
  const after = machine.asked.slice(3).toSorted();
  expect(after).toEqual(
    ['logs', 'vault.key'].flatMap((one) => [
      `icacls.exe ${join(home, one)} /reset /T /L /Q`,
      `icacls.exe ${join(home, one)} /setowner *S-1-5-32-544 /T /L /Q`,
    ]),
  );
});

test('whom somebody let in by name is out', async () => {
  const home = aHomeWithKeys();
  const { machine } = aWindows(home, { named: 'S-1-5-18\r\nS-1-1-0\r\nS-1-1-0\r\n' });
  await closeWindowsHome(machine, home, name, false);
  expect(machine.asked[3]).toBe(`icacls.exe ${home} /remove *S-1-1-0`);
});

test('what lies in one that was made a moment ago is nobody’s who may put anything there', async () => {
  const home = join(folder(), 'ours');
  const meanwhile = () => {
    writeFileSync(join(home, 'config.toml'), 'of somebody else');
  };
  const { machine } = aWindows(home, { meanwhile });
  await expect(closeWindowsHome(machine, home, name, false)).rejects.toMatchObject({
    code: 'service-home-foreign',
    message: `Somebody put ${join(home, 'config.toml')} there while it was made.`,
  });
});

test('no link in it has the rights of something else changed', async () => {
  const home = aHomeWithKeys();
  symlinkSync(folder(), join(home, 'logs', 'old'));
  const { machine } = aWindows(home);
  await expect(closeWindowsHome(machine, home, name, true)).rejects.toMatchObject({
    code: 'service-home-foreign',
    message: `${join(home, 'logs', 'old')} leads elsewhere.`,
  });
  expect(machine.asked.filter((command) => command.includes('/T'))).toEqual([]);
});
