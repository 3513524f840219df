import { readFileSync } from 'node:fs';

/** A package that becomes a part of the program. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** SHA-512 in hex. */
  readonly sha512: string;
  /** Names of the packages it needs, of those in the program. */
  readonly needs: readonly string[];
  /** In node_modules. */
  readonly folder: string;
}

interface Entry {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const prefix = 'node_modules/';

/** What the lock says is needed at run time, by name; what development needs stays out. */
export function lockedPackages(path = 'package-lock.json'): LockedPackage[] {
  const { packages }: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, 'utf8'));
  const found = Object.entries(packages).filter(([key, { dev }]) => key.startsWith(prefix) && dev !== true);
  const names = new Set(found.map(([key]) => nameOf(key)));
  return found
    .filter(([, entry]) => entry.integrity !== undefined)
    .map(([folder, { version = '', license = 'unknown', integrity = '', dependencies = {} }]) => ({
      name: nameOf(folder),
      version,
      license,
      sha512: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
      needs: Object.keys(dependencies).filter((name) => names.has(name)),
      folder,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf(prefix) + prefix.length);
}
