import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import type { Facts } from './facts.ts';
import { marker, markerFile, type Keeper } from './markers.ts';
import type { Values } from './template.ts';
import { aurVersion, idOf, msiVersion, tildeVersion } from './versions.ts';

/** The prefix of what Apple and Microsoft call a program by; of `product.publisher`, without its spaces. */
const publisherId = product.publisher.replaceAll(/[^A-Za-z0-9]/g, '');
const nameId = product.name.replaceAll(/[^A-Za-z0-9]/g, '');

/** What templates of files in the repository may use: nothing of a release. */
export function plainValues({ version, image }: Pick<Facts, 'version' | 'image'>): Values {
  return {
    BINARY: product.binary,
    NAME: product.name,
    PUBLISHER: product.publisher,
    VERSION: version,
    IMAGE: image,
    HOMEPAGE: undefined,
    COMMIT: undefined,
    DATE: undefined,
    MADE: 'Made from packaging/ by `npm run docs`.',
    MARKER: (by) => marker(by as Keeper, { latest: undefined, image, keys: [] }),
  };
}

/** What templates of a release may use. `folder` is where its files are, whose hashes are taken. */
export function releaseValues(facts: Facts, folder: string): Values {
  const { version, commit, date, homepage, latest, versioned, keys, maintainerAddress } = facts;
  const here = (versioned ?? '').replace('{version}', version);
  return {
    ...plainValues(facts),
    HOMEPAGE: homepage,
    COMMIT: commit,
    DATE: date,
    DAY: date.slice(0, 10),
    MADE: `Version ${version}.`,
    LATEST: latest,
    VERSIONED: versioned,
    KEYS: keys.join(' '),
    MAINTAINER_ADDRESS: maintainerAddress,
    MARKER: (by) => marker(by as Keeper, facts),
    MARKER_FILE: markerFile,
    CLASS: nameId,
    WINGET_ID: `${publisherId}.${nameId}`,
    BUNDLE_ID: `${nameId}.${publisherId}`.toLowerCase(),
    DEB_VERSION: tildeVersion(version),
    RPM_VERSION: tildeVersion(version),
    AUR_VERSION: aurVersion(version),
    MSI_VERSION: msiVersion(version),
    UPGRADE_ID: idOf('upgrade'),
    PROGRAM_ID: idOf('component program'),
    MARKER_ID: idOf('component marker'),
    PRODUCT_ID: (processor) => idOf(`product ${version} ${processor}`),
    URL: (name) => `${here}/${product.binary}-${name}`,
    SHA256: (name) => hashOf(folder, name),
    SHA256_UPPER: (name) => hashOf(folder, name).toUpperCase(),
  };
}

/** @throws where the release has no such file: a manifest must not point at nothing */
function hashOf(folder: string, name: string): string {
  const path = join(folder, `${product.binary}-${name}`);
  if (!existsSync(path)) throw new Error(`The release has no ${path}.`);
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
