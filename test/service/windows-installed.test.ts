import { expect, test } from 'bun:test';
import { isElevated, isOfWindowsService, windowsInstalled } from '../../src/service/windows-installed.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine, type Replies } from '../help/a-machine.ts';
import { aService } from '../help/a-windows-service.ts';

const folder = temporaryFolders();
const windows = (replies: Replies) => aMachine(replies, { platform: 'win32', uid: undefined });

test('what the service runs is read from its command line, in whatever language', async () => {
  const program = String.raw`C:\Program Files\ccp\claude-code-proxy.exe`;
  const home = 'D:\\our files\\';
  const machine = windows(() => ({ out: aService(program, `${home}\\`) }));
  expect(await windowsInstalled(machine)).toEqual({ program, home });
});

test('words without blanks have no quotes', async () => {
  const out = 'BINARY_PATH_NAME : C:\\p.exe service run --home C:\\h --config C:\\c.toml\r\n';
  expect(await windowsInstalled(windows(() => ({ out })))).toEqual({ program: 'C:\\p.exe', home: 'C:\\h' });
});

test('there is none where sc.exe knows none, runs something else, or is missing, and elsewhere', async () => {
  const home = folder();
  expect(await windowsInstalled(windows(() => ({ code: 1060 })))).toBeUndefined();
  expect(await windowsInstalled(windows(() => ({ out: 'X : C:\\other.exe\r\n' })))).toBeUndefined();
  const bare = { ...windows(() => undefined), run: () => Promise.reject(new Error('ENOENT')) };
  expect(await windowsInstalled(bare)).toBeUndefined();
  expect(
    await isOfWindowsService(
      home,
      aMachine(() => ({ out: aService('p', home) })),
    ),
  ).toBe(false);
  expect(
    await isOfWindowsService(
      home,
      windows(() => ({ out: aService('p', home) })),
    ),
  ).toBe(true);
});

test('an administrator is one whose rights are in force', async () => {
  const group = (id: string) => windows(() => ({ out: `"Mandatory Label","Label","${id}","",\r\n` }));
  expect(await isElevated(group('S-1-16-12288'))).toBe(true);
  expect(await isElevated(group('S-1-16-16384'))).toBe(true);
  expect(await isElevated(group('S-1-16-8192'))).toBe(false);
});
