import { createHash } from 'node:crypto';
import { product, type Build } from '../../src/base/product.ts';
import { lockedPackages, type LockedPackage } from './locked.ts';
import { lockEntry } from './runtimes.ts';
import { targets } from './targets.ts';

/** Of the file, behind the product's name. */
export const sbomSuffix = '.cdx.json';

interface Component {
  readonly type: 'application' | 'library' | 'platform' | 'data';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly description?: string;
}

/** What is in the binaries of a release, as a bill of materials in CycloneDX 1.6 (cyclonedx.org); the same each time. */
export function sbom({ version, commit, date }: Build): object {
  const libraries = lockedPackages();
  const top = `pkg:generic/${product.binary}@${version}`;
  const parts = [...libraries.map(library), ...runtimes(), prices()];
  const refOf = new Map(libraries.map((one) => [one.name, purl(one.name, one.version)]));
  const needs = libraries.map((one) => ({
    ref: purl(one.name, one.version),
    dependsOn: one.needs.flatMap((name) => refOf.get(name) ?? []),
  }));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${top} ${commit}`)}`,
    version: 1,
    metadata: {
      ...(date === 'unknown' ? {} : { timestamp: date }),
      component: {
        type: 'application',
        'bom-ref': top,
        name: product.binary,
        version,
        purl: top,
        licenses: [{ license: { id: 'MIT' } }],
        properties: [{ name: 'commit', value: commit }],
      },
    },
    components: parts,
    dependencies: [{ ref: top, dependsOn: parts.map((part) => part['bom-ref']) }, ...needs],
  };
}

function library({ name, version, license, sha512 }: LockedPackage): Component {
  const id = purl(name, version);
  const licenses = [/ (?:OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }];
  return {
    type: 'library',
    'bom-ref': id,
    name,
    version,
    purl: id,
    licenses,
    hashes: [{ alg: 'SHA-512', content: sha512 }],
  };
}

/** A runtime for each system and processor; a binary has one of them, or two. */
function runtimes(): Component[] {
  const names = new Set<string>(targets.flatMap(({ runtimes }) => runtimes.map((one) => one.package)));
  return [...names].toSorted().map((name) => {
    const { version, integrity } = lockEntry(name);
    const sha512 = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
    return {
      ...library({ name, version, license: 'MIT', sha512, needs: [], folder: '' }),
      type: 'platform',
      description:
        'The runtime, with JavaScriptCore (LGPL-2.0) and the libraries that THIRD-PARTY-NOTICES names',
    };
  });
}

/** Figures of this package are in `data/packaged-prices.json`; its code is not. */
function prices(): Component {
  const name = '@pydantic/genai-prices';
  const { version } = lockEntry(name);
  return { type: 'data', 'bom-ref': purl(name, version), name, version, purl: purl(name, version) };
}

/** A package URL: the sign of a scope is written as its code. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** The same for the same text, in the form of a random one (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
