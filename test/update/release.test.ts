import { expect, test } from 'bun:test';
import { isNewer, readChecksums, readRelease, type Release } from '../../src/update/release.ts';
import { isAfter, isVersion } from '../../src/update/version.ts';

const now = Date.UTC(2026, 10, 26);
const hash = 'a'.repeat(64);
const release: Release = {
  product: 'claude-code-proxy',
  version: '1.2.0',
  commit: 'c'.repeat(40),
  date: '2026-11-24T10:00:00Z',
  published: '2026-11-25T10:00:00Z',
  expires: '2027-11-25T10:00:00Z',
  notes: '',
  assets: [
    { name: 'claude-code-proxy-linux-amd64', target: 'linux-amd64', kind: 'binary', size: 5, sha256: hash },
  ],
};
const known = { current: '1.1.0', highest: undefined, now };

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'none';
}

test('a higher version is newer, the same is not', () => {
  expect(isNewer(release, known)).toBe(true);
  expect(isNewer(release, { ...known, current: '1.2.0', highest: '1.2.0' })).toBe(false);
});

test.each([
  ['a lower version than runs here', { current: '1.3.0' }, {}, 'update-downgrade'],
  ['a lower version than was offered before', { highest: '1.2.1' }, {}, 'update-downgrade'],
  ['a release before what runs here', { current: '1.2.0' }, { version: '1.2.0-rc.1' }, 'update-downgrade'],
  ['one that has expired', { now: Date.UTC(2027, 10, 26) }, {}, 'update-stale'],
  ['one of the future', { now: Date.UTC(2026, 10, 25) }, {}, 'update-future'],
  ['one of another product', {}, { product: 'something-else' }, 'update-feed-invalid'],
])('%s is refused', (_, facts, more, code) => {
  expect(refusal(() => isNewer({ ...release, ...more }, { ...known, ...facts }))).toBe(code);
});

test('a clock that is a little slow refuses nothing', () => {
  expect(isNewer(release, { ...known, now: Date.parse(release.published) - 60_000 })).toBe(true);
});

test('a release is read as it is described', () => {
  expect(readRelease(JSON.stringify({ ...release, more: 'of later' }))).toEqual(release);
});

const [asset] = release.assets;

test.each([
  ['no JSON', '<html>'],
  ['a name that leads elsewhere', JSON.stringify({ ...release, assets: [{ ...asset, name: '../evil' }] })],
  ['a name with a drive', JSON.stringify({ ...release, assets: [{ ...asset, name: 'c:evil' }] })],
  ['two files of one name', JSON.stringify({ ...release, assets: [asset, asset] })],
  ['a version that is none', JSON.stringify({ ...release, version: 'latest' })],
  ['a moment that is none', JSON.stringify({ ...release, expires: 'never' })],
  ['a size that is none', JSON.stringify({ ...release, assets: [{ ...asset, size: -1 }] })],
])('%s is no release', (_, text) => {
  expect(refusal(() => readRelease(text))).toBe('update-feed-invalid');
});

test('hashes are read as sha256sum writes them, in either mode', () => {
  expect([...readChecksums(`${hash}  one\n${'b'.repeat(64)} *two.gz\n`)]).toEqual([
    ['one', hash],
    ['two.gz', 'b'.repeat(64)],
  ]);
});

test.each([
  ['nothing', ''],
  ['a page', '<html>\n'],
  ['a path', `${hash}  ../../etc/passwd\n`],
  ['a file twice', `${hash}  one\n${hash}  one\n`],
  ['a hash that is too short', `${hash.slice(1)}  one\n`],
])('%s is no list of hashes', (_, text) => {
  expect(refusal(() => readChecksums(text))).toBe('update-feed-invalid');
});

test('versions are those of semver.org, and are compared as it says', () => {
  const rising = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-rc.2',
    '1.0.0-rc.10',
    '1.0.0',
    '1.10.0',
  ];
  expect(rising.filter(isVersion)).toEqual(rising);
  expect(rising.slice(1).every((version, at) => isAfter(version, rising[at] ?? ''))).toBe(true);
  expect(isAfter('1.0.0+b', '1.0.0+a')).toBe(false);
  const none = ['1.0', 'v1.0.0', '01.0.0', '1.0.0-', '1.0.0-01', '9999999999.0.0', '1.0.0\n', ''];
  expect(none.filter(isVersion)).toEqual([]);
});
