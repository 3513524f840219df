import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notesName } from '../../scripts/release/notes.ts';
import { writeChecksums } from '../../scripts/release/checksums.ts';
import { writeRelease } from '../../scripts/release/release-file.ts';

export const releasedAt = new Date('2026-05-06T07:08:09Z');

/** A whole release of small files, but for its signature. */
export async function aReleaseFolder(
  folder: string,
  files: Readonly<Record<string, string>> = { 'claude-code-proxy-linux-amd64': 'a binary' },
  version = '1.2.3',
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, notesName), '- new\n');
  const stamp = { version, commit: 'c'.repeat(40), date: '2026-05-05T00:00:00Z' };
  await writeRelease(folder, { ...stamp, notes: '- new', published: releasedAt });
  await writeChecksums(folder);
}
