import { expect, test } from 'bun:test';
import { whereItServes } from '../../src/cli/update-here.ts';
import { aCli } from '../help/a-cli.ts';
import { aMachine, shownUnit, type Replies } from '../help/a-machine.ts';
import { aService } from '../help/a-windows-service.ts';

const cli = (env: Record<string, string> = {}) => aCli({ ProgramData: '/ProgramData', ...env });

const program = String.raw`C:\Program Files\ccp\claude-code-proxy.exe`;

/** A Windows with a service that runs `program` from `home`; nothing of it where it is not installed. */
function windows({ home = '/ProgramData/claude-code-proxy', isThere = true, isElevated = true } = {}) {
  const replies: Replies = (command) => {
    if (command.startsWith('whoami')) return { out: isElevated ? '"S-1-16-12288"' : '"S-1-16-8192"' };
    if (!command.startsWith('sc.exe')) return undefined;
    if (!isThere) return { code: 1060 };
    return { out: aService(program, home) };
  };
  return aMachine(replies, { platform: 'win32', uid: undefined });
}

test('on Windows the service of the machine is updated where it runs the program that is replaced', async () => {
  for (const spelling of [program, program.toUpperCase()]) {
    const { places } = await whereItServes(cli(), windows(), spelling);
    expect(places.home.replaceAll('\\', '/')).toEndWith('/ProgramData/claude-code-proxy');
    expect(places.database).toStartWith(places.home);
  }
});

test('on Windows that is the home which the service was installed with', async () => {
  const { places } = await whereItServes(cli(), windows({ home: '/elsewhere' }), program);
  expect(places.home).toEndWith('elsewhere');
});

test.each([
  ['without a service', windows({ isThere: false }), program],
  ['where the service runs another program', windows(), String.raw`C:\mine\claude-code-proxy.exe`],
  ['without the rights of an administrator', windows({ isElevated: false }), program],
])('on Windows it is the home of whoever asks %s', async (_, machine, binary) => {
  const own = cli();
  expect(await whereItServes(own, machine, binary)).toBe(own);
});

test('a home that is named is the one that counts', async () => {
  const named = cli({ CCPROXY_HOME: '/mine' });
  expect((await whereItServes(named, windows(), program)).places.home).toBe(named.places.home);
});

const systemd: Replies = () => shownUnit({});

test.if(process.platform === 'linux')('elsewhere only root is turned to the service', async () => {
  const own = cli();
  expect(await whereItServes(own, aMachine(systemd, { uid: 1000 }))).toBe(own);
  const { places } = await whereItServes(own, aMachine(systemd, { uid: 0 }));
  expect(places.home).toBe('/var/lib/claude-code-proxy');
});
