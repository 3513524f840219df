import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import type { Facts } from './facts.ts';
import { marker, markerFile } from './markers.ts';
import { fromTemplate, type Values } from './template.ts';
import { tool } from './tree.ts';

/** The platforms of npm packages, by the name of the binary's target, in npm's words. */
const platforms: Readonly<Record<string, { os: string; cpu: string; libc?: string }>> = {
  'linux-amd64': { os: 'linux', cpu: 'x64', libc: 'glibc' },
  'linux-arm64': { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  'linux-amd64-musl': { os: 'linux', cpu: 'x64', libc: 'musl' },
  'linux-arm64-musl': { os: 'linux', cpu: 'arm64', libc: 'musl' },
  'darwin-amd64': { os: 'darwin', cpu: 'x64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64' },
  'windows-amd64': { os: 'win32', cpu: 'x64' },
  'windows-arm64': { os: 'win32', cpu: 'arm64' },
};

export interface NpmPackages {
  readonly facts: Facts;
  readonly values: Values;
  /** Paths of the binaries, by target. */
  readonly binaries: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly work: string;
}

/**
 * Packs the package that people install, and one for each platform that carries the binary; gives their paths. npm
 * installs the one that fits, so nothing is downloaded or run at installation.
 */
export function packNpm({ facts, values, binaries, folder, work }: NpmPackages): string[] {
  mkdirSync(folder, { recursive: true });
  const targets = Object.keys(platforms).filter((target) => binaries.has(target));
  const packed = targets.map((target) => {
    const place = platformPackage(target, binaries.get(target) ?? '', facts, join(work, target));
    return pack(place, folder);
  });
  packed.push(pack(mainPackage(targets, facts, values, join(work, 'main')), folder));
  rmSync(work, { recursive: true });
  return packed;
}

function nameOf(target: string): string {
  return `${product.binary}-${target}`;
}

function platformPackage(target: string, binary: string, facts: Facts, place: string): string {
  const { os = '', cpu = '', libc } = platforms[target] ?? {};
  const isWindows = os === 'win32';
  const file = `${product.binary}${isWindows ? '.exe' : ''}`;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, 'bin'), { recursive: true });
  copyFileSync(binary, join(place, 'bin', file));
  chmodSync(join(place, 'bin', file), 0o755);
  writeFileSync(join(place, 'bin', markerFile), `${marker('npm', facts)}\n`);
  copyFileSync('LICENSE', join(place, 'LICENSE'));
  writePackage(place, facts, {
    name: nameOf(target),
    description: `The binary of ${product.name} for ${target}; install ${product.binary} instead.`,
    os: [os],
    cpu: [cpu],
    ...(libc !== undefined && { libc: [libc] }),
    files: ['bin'],
  });
  return place;
}

function mainPackage(targets: readonly string[], facts: Facts, values: Values, place: string): string {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, 'bin'), { recursive: true });
  const names = Object.fromEntries(targets.map((target) => [target, nameOf(target)]));
  const own = { ...values, NPM_PACKAGES: JSON.stringify(names, undefined, 2) };
  const launcher = join(place, 'bin', `${product.binary}.cjs`);
  writeFileSync(launcher, fromTemplate('npm/launcher.cjs', own));
  chmodSync(launcher, 0o755);
  writeFileSync(join(place, 'README.md'), fromTemplate('npm/README.md', own));
  copyFileSync('LICENSE', join(place, 'LICENSE'));
  writePackage(place, facts, {
    name: product.binary,
    description: 'One local endpoint in front of the Claude API, for Claude Code and every Anthropic client.',
    bin: { [product.binary]: `bin/${product.binary}.cjs` },
    engines: { node: '>=18' },
    files: ['bin'],
    optionalDependencies: Object.fromEntries(targets.map((target) => [nameOf(target), facts.version])),
  });
  return place;
}

function writePackage(place: string, facts: Facts, own: Readonly<Record<string, unknown>>): void {
  const content = {
    ...own,
    version: facts.version,
    license: 'MIT',
    author: product.publisher,
    homepage: facts.homepage,
    ...(facts.homepage !== undefined && { repository: { type: 'git', url: `git+${facts.homepage}.git` } }),
  };
  writeFileSync(join(place, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** What npm packs is the same to the byte each time: it sets every time in it by itself. */
function pack(place: string, folder: string): string {
  const said = tool('npm', [
    'npm',
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
    place,
  ]);
  const [{ filename = '' } = {}]: { filename?: string }[] = JSON.parse(said);
  return join(folder, filename);
}
