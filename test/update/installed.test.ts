import { expect, test } from 'bun:test';
import { marker, markerFile, markerPath } from '../../scripts/release/packages/markers.ts';
import { howInstalled, markerOf, type Surroundings } from '../../src/update/installed.ts';
import { someFacts } from '../help/some-facts.ts';

interface Machine {
  platform?: NodeJS.Platform;
  path: string;
  /** Where links lead. */
  links?: Record<string, string>;
  files?: Record<string, string>;
  isBinary?: boolean;
}

function on({ platform = 'linux', path, links = {}, files = {}, isBinary = true }: Machine) {
  const around: Surroundings = {
    platform,
    execPath: path,
    isBinary,
    env: {},
    exists: (one) => one in files,
    read: (one) => files[one],
    real: (one) => links[one] ?? one,
  };
  return howInstalled(around);
}

const dpkg = { '/var/lib/dpkg/info/claude-code-proxy.list': '' };
const own = '/home/ann/.local/bin/claude-code-proxy';

test.each<[string, Machine]>([
  ['in a folder of the person', { path: own }],
  ['in /usr/local', { path: '/usr/local/bin/claude-code-proxy', files: dpkg }],
  ['in /opt', { path: '/opt/ccp/claude-code-proxy' }],
  ['in a program folder of Windows', { platform: 'win32', path: 'C:\\Tools\\claude-code-proxy.exe' }],
  ['in a container that is there for something else', { path: own, files: { '/.dockerenv': '' } }],
])('a file %s is ours to replace', (_, machine) => {
  expect(on(machine)).toEqual({ is: 'binary', path: machine.path });
});

test.each<[string, Machine, string]>([
  ['deb', { path: '/usr/bin/claude-code-proxy', files: dpkg }, 'apt install'],
  ['rpm', { path: '/usr/bin/claude-code-proxy', files: { '/var/lib/rpm': '' } }, 'dnf upgrade'],
  [
    'pacman',
    { path: '/usr/lib/ccp/claude-code-proxy', files: { '/var/lib/pacman/local': '' } },
    'pacman -Syu',
  ],
  ['other', { path: '/usr/bin/claude-code-proxy' }, 'the way it was installed'],
  [
    'homebrew',
    { platform: 'darwin', path: '/opt/homebrew/Cellar/claude-code-proxy/1.0.0/bin/claude-code-proxy' },
    'brew upgrade',
  ],
  [
    'npm',
    { path: '/usr/local/lib/node_modules/claude-code-proxy-linux-x64/claude-code-proxy' },
    'npm install --global',
  ],
  ['snap', { path: '/snap/claude-code-proxy/12/bin/claude-code-proxy' }, 'snap refresh'],
  ['nix', { path: '/nix/store/abc-claude-code-proxy/bin/claude-code-proxy' }, 'rebuild'],
  [
    'chocolatey',
    { platform: 'win32', path: 'C:\\ProgramData\\chocolatey\\lib\\x\\claude-code-proxy.exe' },
    'choco upgrade',
  ],
  [
    'winget',
    {
      platform: 'win32',
      path: 'C:\\Users\\ann\\AppData\\Local\\Microsoft\\WinGet\\Packages\\x\\claude-code-proxy.exe',
    },
    'winget upgrade',
  ],
  [
    'scoop',
    { platform: 'win32', path: 'C:\\Users\\ann\\scoop\\apps\\x\\claude-code-proxy.exe' },
    'scoop update',
  ],
  [
    'container',
    {
      path: '/claude-code-proxy',
      files: { '/.dockerenv': '' },
      links: { '/proc/1/exe': '/claude-code-proxy' },
    },
    'newer image',
  ],
])('%s keeps track of what lies in its folders, and is what updates it', (by, machine, command) => {
  expect(on(machine)).toMatchObject({ is: 'managed', by, command: expect.stringContaining(command) });
});

test('the file that a package leaves beside the program says who keeps track of it, wherever that is', () => {
  const windows = 'C:\\Program Files\\Proxy\\claude-code-proxy.exe';
  expect(markerOf(windows)).toBe('C:\\Program Files\\Proxy\\claude-code-proxy.install.json');
  const said = JSON.stringify({ by: 'msi', update: 'msiexec /i newer.msi' });
  expect(on({ platform: 'win32', path: windows, files: { [markerOf(windows)]: said } })).toEqual({
    is: 'managed',
    by: 'msi',
    path: windows,
    command: 'msiexec /i newer.msi',
  });
  expect(on({ path: own, files: { [markerOf(own)]: 'nonsense' } })).toMatchObject({
    is: 'managed',
    by: 'other',
  });
});

test('a package whose program lies in a shared folder says it in a folder of its own', () => {
  const files = {
    '/usr/lib/claude-code-proxy/install.json': '{"by":"deb","update":"sudo apt install ./newer.deb"}',
  };
  expect(on({ path: '/usr/bin/claude-code-proxy', files })).toMatchObject({
    by: 'deb',
    command: 'sudo apt install ./newer.deb',
  });
  // Another one that somebody put elsewhere is theirs.
  expect(on({ path: own, files })).toEqual({ is: 'binary', path: own });
});

test('links are followed to where the program really is', () => {
  const links = { '/usr/local/bin/claude-code-proxy': '/opt/homebrew/Cellar/x/claude-code-proxy' };
  expect(on({ path: '/usr/local/bin/claude-code-proxy', links })).toMatchObject({ by: 'homebrew' });
});

test('a checkout is neither', () => {
  expect(on({ path: '/usr/bin/bun', isBinary: false })).toMatchObject({ is: 'checkout' });
});

test('what our own packages leave is where it is looked for, and says what is understood', () => {
  const facts = { ...someFacts, latest: 'https://releases.example.com', image: 'claude-code-proxy' };
  const path = `/opt/brew/${markerFile.replace('.install.json', '')}`;
  const files = { [`/opt/brew/${markerFile}`]: marker('homebrew', facts) };
  expect(on({ path, files })).toMatchObject({ by: 'homebrew', command: 'brew upgrade claude-code-proxy' });
  const shared = { [markerPath]: marker('deb', facts) };
  expect(on({ path: '/usr/bin/claude-code-proxy', files: shared })).toMatchObject({
    by: 'deb',
    command: expect.stringContaining('sudo apt install'),
  });
});
