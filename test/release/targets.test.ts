import { expect, test } from 'bun:test';
import { lockEntry } from '../../scripts/release/runtimes.ts';
import { hostTarget, targets, targetsNamed } from '../../scripts/release/targets.ts';

test('a release has these nine binaries, and they are called so for ever', () => {
  expect(targets.map(({ file }) => file)).toEqual([
    'claude-code-proxy-darwin-universal2',
    'claude-code-proxy-darwin-arm64',
    'claude-code-proxy-darwin-amd64',
    'claude-code-proxy-linux-amd64',
    'claude-code-proxy-linux-arm64',
    'claude-code-proxy-linux-amd64-musl',
    'claude-code-proxy-linux-arm64-musl',
    'claude-code-proxy-windows-amd64.exe',
    'claude-code-proxy-windows-arm64.exe',
  ]);
});

test('every runtime has a checksum in the lock, of the version that runs here', () => {
  const runtimes = targets.flatMap((target) => target.runtimes);
  for (const runtime of runtimes) expect(lockEntry(runtime.package).version).toBe(Bun.version);
  expect(() => lockEntry('@oven/bun-solaris-x64')).toThrow('no checksum');
});

test('machines know which binary is theirs', () => {
  expect(hostTarget('linux', 'x64', false).name).toBe('linux-amd64');
  expect(hostTarget('linux', 'arm64', true).name).toBe('linux-arm64-musl');
  expect(hostTarget('darwin', 'arm64', false).name).toBe('darwin-arm64');
  expect(hostTarget('win32', 'x64', false).name).toBe('windows-amd64');
});

test('a name that is none is refused with those there are', () => {
  expect(targetsNamed('linux-amd64,windows-arm64').map(({ name }) => name)).toEqual([
    'linux-amd64',
    'windows-arm64',
  ]);
  expect(() => targetsNamed('linux-x64')).toThrow('There are: darwin-universal2');
});
