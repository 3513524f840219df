import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { isInChangelog, notesOf } from '../../scripts/release/notes.ts';

const changelog =
  '# Changelog\n\nWords.\n\n## Unreleased\n\n- new\n\n## 1.2.3 (2026-01-01)\n\n- this\n- that\n\n## 1.2.2\n\n- old\n';

test('the notes of a version are its part of the changelog', () => {
  expect(notesOf(changelog, '1.2.3')).toBe('- this\n- that');
  expect(notesOf(changelog, '1.2.2')).toBe('- old');
});

test('a version that is not there gets what is not released yet, and is no release', () => {
  expect(notesOf(changelog, '9.9.9')).toBe('- new');
  expect(isInChangelog(changelog, '9.9.9')).toBe(false);
  expect(isInChangelog(changelog, '1.2.3')).toBe(true);
  expect(isInChangelog(changelog, '1.2')).toBe(false);
});

test('the changelog of the project is in that form', () => {
  expect(notesOf(readFileSync('CHANGELOG.md', 'utf8'), '0.0.0')).toStartWith('- ');
});
