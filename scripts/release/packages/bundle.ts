import { renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { tool } from './tree.ts';

/** Packs `members` of `folder` as a `.tar.gz` that is the same to the byte each time. */
export function bundle(folder: string, members: readonly string[], result: string, date: string): void {
  const tar = resolve(result).replace(/\.(?:gz|tgz)$/, '');
  const same = [
    '--sort=name',
    `--mtime=${date}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u+rwX,go+rX,go-w',
  ];
  tool('tar', ['tar', '--create', '--file', tar, '--directory', folder, ...same, ...members]);
  tool('gzip', ['gzip', '--force', '--best', '--no-name', '--suffix', '.gz', tar]);
  renameSync(`${tar}.gz`, result);
}
