import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Runtime } from './targets.ts';

/** Packages as they came, by name and version; looked at again each time. */
const cache = join('.cache', 'runtimes');

interface LockEntry {
  readonly version?: string;
  /** `sha512-` and base64, as in a subresource integrity. */
  readonly integrity?: string;
}

/** What package-lock.json says of `name`. */
export function lockEntry(name: string): Required<LockEntry> {
  const lock: { packages: Record<string, LockEntry> } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version !== undefined && integrity?.startsWith('sha512-') === true) return { version, integrity };
  throw new Error(`package-lock.json has no checksum of ${name}.`);
}

/**
 * Unpacks `runtime` into `folder`: the package that the lock names, with the checksum that stands there. The compiler
 * would download one by itself, and take a tampered one without a word (docs/decisions/0400).
 *
 * @returns the path of its executable
 */
export async function unpackRuntime(runtime: Runtime, folder: string): Promise<string> {
  const bytes = await packageOf(runtime);
  const files = await new Bun.Archive(bytes).files();
  const executable = files.get(`package/${runtime.executable}`);
  if (executable === undefined) throw new Error(`${runtime.package} has no ${runtime.executable}.`);
  const path = join(folder, runtime.package, runtime.executable);
  await Bun.write(path, executable, { mode: 0o755 });
  return path;
}

async function packageOf({ package: name }: Runtime): Promise<Uint8Array> {
  const { version, integrity } = lockEntry(name);
  const kept = join(cache, `${name.replace('@oven/', '')}-${version}.tgz`);
  if (!existsSync(kept)) await fetchPackage(`${name}@${version}`, kept);
  const bytes = readFileSync(kept);
  if (hasIntegrity(bytes, integrity)) return bytes;
  rmSync(kept);
  throw new Error(`${name}@${version} is not what package-lock.json says: its checksum is another.`);
}

/** Whether `bytes` are those that an entry of the lock means. */
export function hasIntegrity(bytes: Uint8Array, integrity: string): boolean {
  return integrity === `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** Through npm, from wherever it is set up to get packages. */
async function fetchPackage(specifier: string, path: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const packed = Bun.spawnSync(
      [npm, 'pack', specifier, '--ignore-scripts', '--json', '--pack-destination', folder],
      { stdout: 'pipe', stderr: 'inherit' },
    );
    const [file] = [...new Bun.Glob('*.tgz').scanSync(folder)];
    if (packed.exitCode !== 0 || file === undefined) throw new Error(`${specifier} could not be fetched.`);
    await rename(join(folder, file), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
