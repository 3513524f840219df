import { statSync } from 'node:fs';
import { join } from 'node:path';
import { product, type Build } from '../../src/base/product.ts';
import { assetNames, sha256Of } from './checksums.ts';
import { meaningOf, type Asset } from './meaning.ts';

/** What a release says of itself, for programs: `src/update/` reads it. */
export const releaseName = 'release.json';

const yearMs = 365 * 24 * 3600 * 1000;

export interface Release extends Omit<Build, 'target'> {
  /** What the changelog says of it, in Markdown. */
  readonly notes: string;
  /** The moment it is made; a year later it is too old to be believed. */
  readonly published: Date;
}

/** Writes `release.json` over everything in `folder`. */
export async function writeRelease(folder: string, release: Release): Promise<void> {
  const { version, commit, date, notes, published } = release;
  const names = (await assetNames(folder)).filter((name) => name !== releaseName);
  const written = {
    product: product.binary,
    version,
    commit,
    date,
    published: published.toISOString(),
    expires: new Date(published.getTime() + yearMs).toISOString(),
    notes,
    assets: await Promise.all(names.map((name) => asset(folder, name))),
  };
  await Bun.write(join(folder, releaseName), `${JSON.stringify(written, undefined, 2)}\n`);
}

async function asset(folder: string, name: string): Promise<Asset> {
  const path = join(folder, name);
  return { name, ...meaningOf(name), size: statSync(path).size, sha256: await sha256Of(path) };
}
