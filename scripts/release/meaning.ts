import { targets } from './targets.ts';

/** A file of a release. */
export interface Asset {
  readonly name: string;
  /** Absent where it is for no target, and in packages, which have names of systems and processors of their own. */
  readonly target?: string;
  readonly kind: 'binary' | 'archive' | 'package' | 'sbom' | 'notices' | 'other';
  /** The binary in an archive. */
  readonly of?: string;
  readonly size: number;
  readonly sha256: string;
}

const packages = /\.(?:deb|rpm|msi|dmg|pkg|snap|tgz|apk)$/;

/** What a file is, from what it is called. */
export function meaningOf(name: string): Pick<Asset, 'kind' | 'target' | 'of'> {
  const binary = name.replace(/\.(?:gz|xz|zst)$/, '');
  const target = targets.find(({ file }) => file === binary)?.name;
  if (target !== undefined)
    return binary === name ? { kind: 'binary', target } : { kind: 'archive', target, of: binary };
  if (packages.test(name)) return { kind: 'package' };
  if (name.endsWith('.cdx.json')) return { kind: 'sbom' };
  if (name.startsWith('THIRD-PARTY')) return { kind: 'notices' };
  return { kind: 'other' };
}
