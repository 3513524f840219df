import { expect, test } from 'bun:test';
import { whereItServes } from '../../src/cli/update-here.ts';
import { aCli } from '../help/a-cli.ts';
import { aMachine, shownUnit, type Replies } from '../help/a-machine.ts';

const cli = (env: Record<string, string> = {}) => aCli({ ProgramData: '/ProgramData', ...env });

/** What sc.exe says of a service in `state`; nothing where it is not installed. */
function windows(state: number | undefined) {
  const replies: Replies = (command) => {
    if (!command.startsWith('sc.exe queryex')) return undefined;
    return state === undefined ? { code: 1060 } : { out: `STATE : ${state}  X\r\nPID : 4711\r\n` };
  };
  return aMachine(replies, { platform: 'win32', uid: undefined });
}

test.each([
  ['runs', 4],
  ['has been stopped', 1],
])('on Windows the service of the machine is updated where it %s', async (_, state) => {
  const { places } = await whereItServes(cli(), windows(state));
  expect(places.home.replaceAll('\\', '/')).toEndWith('/ProgramData/claude-code-proxy');
  expect(places.database).toStartWith(places.home);
});

test('on Windows without a service it is the home of whoever asks', async () => {
  const own = cli();
  expect(await whereItServes(own, windows(undefined))).toBe(own);
});

test('a home that is named is the one that counts', async () => {
  const named = cli({ CCPROXY_HOME: '/mine' });
  expect((await whereItServes(named, windows(4))).places.home).toBe(named.places.home);
});

const systemd: Replies = () => shownUnit({});

test.if(process.platform === 'linux')('elsewhere only root is turned to the service', async () => {
  const own = cli();
  expect(await whereItServes(own, aMachine(systemd, { uid: 1000 }))).toBe(own);
  const { places } = await whereItServes(own, aMachine(systemd, { uid: 0 }));
  expect(places.home).toBe('/var/lib/claude-code-proxy');
});
