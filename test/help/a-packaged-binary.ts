import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, makePackages } from '../../scripts/release/packages/make.ts';
import { nativeFile } from './a-built-file.ts';
import { someFacts } from './some-facts.ts';

/** Packages of the binary for this machine, as if it were of that version; gives their paths. */
export function packagesOf(
  folder: string,
  version: string,
  kinds: readonly Kind[],
  effort: 'fast' | 'strongest' = 'fast',
): string[] {
  const release = join(folder, version, 'release');
  mkdirSync(release, { recursive: true });
  const { path, target } = nativeFile();
  copyFileSync(path, join(release, target.file));
  const facts = { ...someFacts, version };
  return makePackages({ facts, folder: release, work: join(folder, 'work'), effort }, kinds);
}
