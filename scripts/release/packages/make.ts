import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import { targets } from '../targets.ts';
import { bundle } from './bundle.ts';
import { buildDeb } from './deb.ts';
import type { Facts } from './facts.ts';
import { macTexts, releaseTexts, installScripts, writeTexts } from './manifests.ts';
import { buildMsi } from './msi.ts';
import { packNpm } from './npm.ts';
import { buildRpm } from './rpm.ts';
import { releaseValues } from './values.ts';

export interface Making {
  readonly facts: Facts;
  /** The files of the release: binaries and archives lie there, and what is made goes there. */
  readonly folder: string;
  /** For what is laid out on the way; removed afterwards. */
  readonly work: string;
  readonly effort: 'fast' | 'strongest';
}

/** Which kinds of packages there are. */
export const kinds = ['deb', 'rpm', 'msi', 'npm', 'mac'] as const;
export type Kind = (typeof kinds)[number];

/**
 * Packages of the binaries that are there; gives their paths. Those for npm go beside the release, not into it, and so
 * does what a Mac makes the `.pkg` of.
 */
export function makePackages(making: Making, wanted: readonly Kind[] = kinds): string[] {
  const { facts, folder, work } = making;
  const values = releaseValues(facts, folder);
  const binaryOf = (target: string): string | undefined => {
    const path = join(folder, `${product.binary}-${target}${target.startsWith('windows') ? '.exe' : ''}`);
    return existsSync(path) ? path : undefined;
  };
  const made: string[] = [];
  for (const processor of ['amd64', 'arm64'] as const) {
    const linux = binaryOf(`linux-${processor}`);
    const windows = binaryOf(`windows-${processor}`);
    const shared = { ...making, values, processor };
    if (linux !== undefined) {
      const own = { ...shared, binary: linux, work: join(work, 'linux') };
      if (wanted.includes('deb')) made.push(buildDeb(own));
      if (wanted.includes('rpm')) made.push(buildRpm(own));
    }
    if (windows !== undefined && wanted.includes('msi'))
      made.push(buildMsi({ ...shared, binary: windows, work: join(work, 'windows') }));
  }
  if (wanted.includes('npm')) {
    const found = targets.flatMap(({ name }): [string, string][] => {
      const path = binaryOf(name);
      return path === undefined ? [] : [[name, path]];
    });
    const npm = {
      facts,
      values,
      binaries: new Map(found),
      folder: join(folder, '..', 'npm'),
      work: join(work, 'npm'),
    };
    made.push(...packNpm(npm));
  }
  if (wanted.includes('mac')) writeTexts(join(folder, '..', 'macos'), macTexts(facts, values));
  rmSync(work, { recursive: true, force: true });
  return made;
}

/**
 * The install scripts, and with `all` the manifests with the hashes of what the release holds; gives their names. Comes
 * after everything is signed, since a signature changes a hash.
 *
 * @throws where a manifest names a file that is not there, and where nobody has said where the release is
 */
export function makeManifests(
  { facts, folder, work }: Omit<Making, 'effort'>,
  which: 'all' | 'scripts' = 'all',
): string[] {
  const texts = releaseTexts(facts, releaseValues(facts, folder), which);
  writeTexts(work, texts);
  writeTexts(folder, new Map(installScripts.map((name) => [name, texts.get(name) ?? ''])));
  const bundles = [
    ...(which === 'all' ? [[`${product.binary}-manifests.tar.gz`, work, 'manifests'] as const] : []),
    [`${product.binary}-chart.tgz`, join(work, 'deploy', 'helm'), product.binary] as const,
    [`${product.binary}-deploy.tar.gz`, work, 'deploy'] as const,
  ];
  for (const [name, place, member] of bundles) bundle(place, [member], join(folder, name), facts.date);
  rmSync(work, { recursive: true, force: true });
  return [...installScripts, ...bundles.map(([name]) => name)];
}

/** The keys of `data/release-keys.txt`: its lines that are neither empty nor remarks. */
export function trustedKeys(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return lines.filter(
    (line) => line !== '' && !line.startsWith('#') && !line.startsWith('untrusted comment:'),
  );
}
