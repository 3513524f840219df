import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../../scripts/release/packages/tree.ts';

/** A root that dpkg installs into, with nothing else in it. Scripts of packages are told so (`DPKG_ROOT`). */
export class DebianRoot {
  readonly folder: string;

  /** @param folder is made */
  constructor(folder: string) {
    this.folder = folder;
    const known = ['info', 'updates', 'triggers'].map((name) => `var/lib/dpkg/${name}`);
    for (const path of [...known, 'etc', 'var/log']) mkdirSync(this.path(path), { recursive: true });
    writeFileSync(this.path('var/lib/dpkg/status'), '');
  }

  path(below: string): string {
    return join(this.folder, below);
  }

  /** @throws with what dpkg said, unless it exits with 0 */
  dpkg(...words: readonly string[]): string {
    const options = [`--root=${this.folder}`, '--force-script-chrootless', '--force-depends'];
    return tool('dpkg', ['dpkg', ...options, ...words]);
  }
}
