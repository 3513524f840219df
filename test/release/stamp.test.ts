import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../src/base/product.ts';
import { stamp } from '../../scripts/release/stamp.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

function git(here: string, ...words: string[]): string {
  const who = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const when = {
    GIT_AUTHOR_DATE: '2026-03-04T05:06:07+02:00',
    GIT_COMMITTER_DATE: '2026-03-04T05:06:07+02:00',
  };
  const done = Bun.spawnSync(['git', '-C', here, ...words], {
    env: { PATH: process.env['PATH'], ...who, ...when },
  });
  return done.stdout.toString().trim();
}

/** A checkout with one commit. */
function aCheckout(): { here: string; commit: string } {
  const here = folder();
  mkdirSync(join(here, 'src'));
  writeFileSync(join(here, 'src', 'main.ts'), '1');
  git(here, 'init', '-q');
  git(here, 'add', '.');
  git(here, 'commit', '-q', '-m', 'first');
  return { here, commit: git(here, 'rev-parse', 'HEAD') };
}

test('the commit and its date are those of the checkout, in UTC', () => {
  const { here, commit } = aCheckout();
  const expected = { version: build.version, commit, date: '2026-03-04T03:06:07Z', target: 'linux-amd64' };
  expect(stamp('linux-amd64', {}, here)).toEqual(expected);
});

test('what is in no commit has no name: changed and new sources', () => {
  const { here } = aCheckout();
  writeFileSync(join(here, 'notes.txt'), 'no source');
  expect(stamp('x', {}, here).commit).not.toBe('unknown');
  writeFileSync(join(here, 'src', 'more.ts'), '2');
  expect(stamp('x', {}, here)).toMatchObject({ commit: 'unknown', date: 'unknown' });
});

test('sources without a history are told their date, commit and version', () => {
  const commit = 'c'.repeat(40);
  const env = { SOURCE_DATE_EPOCH: '1700000000', RELEASE_COMMIT: commit, RELEASE_VERSION: '1.2.3-rc.1' };
  const expected = { version: '1.2.3-rc.1', commit, date: '2023-11-14T22:13:20Z', target: 'x' };
  expect(stamp('x', env, folder())).toEqual(expected);
});

test('a version that packages could not have is refused', () => {
  for (const version of ['1.2', 'v1.2.3', '1.2.3+x', '1.2.3 ', '1.2.3-', '1.2.3;rm'])
    expect(() => stamp('x', { RELEASE_VERSION: version }, folder())).toThrow('is no version');
});
