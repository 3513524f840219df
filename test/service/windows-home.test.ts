import { describe, expect, it } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closeWindowsHome, openToService, serviceId } from '../../src/service/windows-home.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine, type Replies } from '../help/a-machine.ts';

const aFolder = temporaryFolders();
const name = 'claude-code-proxy';

function aWindows(replies: Replies = () => undefined) {
  return aMachine(replies, { platform: 'win32', uid: undefined });
}

/** A folder that somebody made before. */
function aMadeHome(): string {
  const home = join(aFolder(), 'ours');
  mkdirSync(home);
  return home;
}

describe('the folder of the service of Windows', () => {
  it('has the id of its account from the name, as Windows makes it', () => {
    // That of the service which every Windows has.
    expect(serviceId('TrustedInstaller')).toBe(
      'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
    );
  });

  it('is made, and nobody is asked whose it is', async () => {
    const machine = aWindows();
    const home = join(aFolder(), 'ours');
    await closeWindowsHome(machine, home, name, false);
    expect(machine.asked).toEqual([
      `icacls.exe ${home} /setowner *S-1-5-32-544 /L /Q`,
      `icacls.exe ${home} /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F`,
    ]);
    await openToService(machine, home, name);
    expect(machine.asked.at(-1)).toBe(`icacls.exe ${home} /grant:r *${serviceId(name)}:(OI)(CI)F`);
  });

  it('stays open to a service that is there', async () => {
    const machine = aWindows();
    await closeWindowsHome(machine, join(aFolder(), 'ours'), name, true);
    expect(machine.asked.at(-1)).toEndWith(` *${serviceId(name)}:(OI)(CI)F`);
  });

  it.each(['S-1-5-18', 'S-1-5-32-544', serviceId(name)])('that is there is taken from %s', async (owner) => {
    const machine = aWindows((command) =>
      command.startsWith('powershell') ? { out: `${owner}\r\n` } : undefined,
    );
    await closeWindowsHome(machine, aMadeHome(), name, false);
    expect(machine.asked).toHaveLength(3);
  });
});
