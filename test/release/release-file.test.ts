import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meaningOf } from '../../scripts/release/meaning.ts';
import { aReleaseFolder } from '../help/a-release-folder.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

test('a release says what it is, until when it may be believed, and what belongs to it', async () => {
  const here = folder();
  await aReleaseFolder(here, { 'claude-code-proxy-linux-amd64': 'a binary' });
  expect(JSON.parse(readFileSync(join(here, 'release.json'), 'utf8'))).toEqual({
    product: 'claude-code-proxy',
    version: '1.2.3',
    commit: 'c'.repeat(40),
    date: '2026-05-05T00:00:00Z',
    published: '2026-05-06T07:08:09.000Z',
    expires: '2027-05-06T07:08:09.000Z',
    notes: '- new',
    assets: [
      { name: 'NOTES.md', kind: 'other', size: 6, sha256: sha256('- new\n') },
      {
        name: 'claude-code-proxy-linux-amd64',
        kind: 'binary',
        target: 'linux-amd64',
        size: 8,
        sha256: sha256('a binary'),
      },
    ],
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('a file is known by its name', () => {
  expect(meaningOf('claude-code-proxy-darwin-universal2')).toEqual({
    kind: 'binary',
    target: 'darwin-universal2',
  });
  expect(meaningOf('claude-code-proxy-windows-arm64.exe.gz')).toEqual({
    kind: 'archive',
    target: 'windows-arm64',
    of: 'claude-code-proxy-windows-arm64.exe',
  });
  expect(meaningOf('claude-code-proxy-linux-amd64-musl.xz')).toMatchObject({ target: 'linux-amd64-musl' });
  expect(meaningOf('claude-code-proxy_1.2.3_amd64.deb')).toEqual({ kind: 'package' });
  expect(meaningOf('claude-code-proxy.cdx.json')).toEqual({ kind: 'sbom' });
  expect(meaningOf('THIRD-PARTY-NOTICES.txt')).toEqual({ kind: 'notices' });
  expect(meaningOf('SIZES.md')).toEqual({ kind: 'other' });
});
