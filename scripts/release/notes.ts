/** The notes of a release, beside its files. */
export const notesName = 'NOTES.md';

/**
 * What the changelog says of `version`, without its heading; what is not released yet where it has no part of its own.
 *
 * @param changelog in the form of CHANGELOG.md: a heading of the second level for each version, newest first
 * @returns undefined when there is neither
 */
export function notesOf(changelog: string, version: string): string | undefined {
  return partNamed(changelog, version) ?? partNamed(changelog, 'Unreleased');
}

/** Whether `version` has a part of its own: a release must. */
export function isInChangelog(changelog: string, version: string): boolean {
  return partNamed(changelog, version) !== undefined;
}

/** `## 1.2.3`, or with a date behind it. */
function partNamed(changelog: string, name: string): string | undefined {
  const parts = changelog.split(/^## /m).slice(1);
  const found = parts.find((part) => /^\[?([^\s\]]+)/.exec(part)?.[1] === name);
  return found?.replace(/^.*\n/, '').trim();
}
