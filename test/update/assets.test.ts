import { expect, test } from 'bun:test';
import { chooseAsset, targetsOf } from '../../src/update/assets.ts';
import type { Asset, Release } from '../../src/update/release.ts';

function asset(name: string, more: Partial<Asset>): Asset {
  return { name, kind: 'binary', size: 1, sha256: 'a'.repeat(64), ...more };
}

function release(...assets: Asset[]): Release {
  const moment = '2026-11-26T00:00:00Z';
  const about = { product: 'claude-code-proxy', version: '1.0.0', commit: 'c'.repeat(40), notes: '' };
  return { ...about, date: moment, published: moment, expires: moment, assets };
}

const binary = asset('ccp-linux-amd64', { target: 'linux-amd64' });
const archive = (ending: string): Asset =>
  asset(`ccp-linux-amd64${ending}`, { kind: 'archive', of: binary.name });

test.each([
  ['the strongest archive that can be unpacked', ['.gz', '.xz', '.zst'], 'ccp-linux-amd64.zst', 'zstd'],
  ['another one where that is not there', ['.xz', '.gz'], 'ccp-linux-amd64.gz', 'gzip'],
  ['the binary where there is none', ['.xz'], 'ccp-linux-amd64', 'none'],
])('%s is loaded', (_, endings, name, packing) => {
  const choice = chooseAsset(release(binary, ...endings.map(archive)), ['linux-amd64']);
  expect([choice.download.name, choice.packing, choice.binary.name]).toEqual([name, packing, binary.name]);
});

test('a package for this machine is no binary', () => {
  const deb = asset('ccp_1.0.0_amd64.deb', { kind: 'package', target: 'linux-amd64' });
  expect(() => chooseAsset(release(deb), ['linux-amd64'])).toThrow(
    'no binary for this machine (linux-amd64)',
  );
});

test('the build says what it is for; a checkout is for the machine it is on', () => {
  const on = (target: string | undefined, platform: NodeJS.Platform, arch: string) =>
    targetsOf({ target, platform, arch });
  expect(on('linux-amd64-musl', 'linux', 'x64')).toEqual(['linux-amd64-musl']);
  expect(on('darwin-universal2', 'darwin', 'arm64')).toEqual(['darwin-universal2', 'darwin-arm64']);
  expect(on('darwin-arm64', 'darwin', 'arm64')).toEqual(['darwin-arm64', 'darwin-universal2']);
  expect(on(undefined, 'win32', 'x64')).toEqual(['windows-amd64']);
});
