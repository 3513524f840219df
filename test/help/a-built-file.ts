import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { product } from '../../src/base/product.ts';
import { hostTarget, targets, targetsNamed, type Target } from '../../scripts/release/targets.ts';
import { muslLibraries } from './a-musl.ts';
import { aSystemPart } from './a-system-part.ts';

/** A built binary, and how this machine starts it. */
export interface BuiltFile {
  readonly target: Target;
  /** Absolute. */
  readonly path: string;
  readonly words: readonly string[];
  /** Of another processor or system: an emulator runs it. */
  readonly isEmulated: boolean;
}

/** Where `make release-assets` puts them; elsewhere by `RELEASE_FOLDER`. */
export const releaseFolder = process.env['RELEASE_FOLDER'] ?? join('dist', 'release');

/** The one binary to try, by its target: in the workflow, and where a machine can start several. */
const chosen = process.env['RELEASE_TRY'];

/** The binary for this machine: that of the release, or the one that `npm run build` made. */
export function nativeFile(): BuiltFile {
  const [target = hostTarget()] = chosen === undefined ? [] : targetsNamed(chosen);
  const suffix = target.system === 'windows' ? '.exe' : '';
  const built = chosen === undefined ? [join('dist', `${product.binary}${suffix}`)] : [];
  const places = [join(releaseFolder, target.file), ...built].map((place) => resolve(place));
  const path = places.find((place) => existsSync(place));
  if (path === undefined) throw new Error(`There is no ${places.join(' and no ')}: npm run build makes one.`);
  return { target, path, words: [path], isEmulated: false };
}

/** Every binary that this machine can start. One that is there and cannot be tried for want of a part is told about. */
export function filesToTry(): BuiltFile[] {
  return [nativeFile(), ...(chosen === undefined ? emulated() : [])];
}

/** Those for other machines that Debian has an emulator or a C library for. */
function emulated(): BuiltFile[] {
  const made: BuiltFile[] = [];
  if (process.platform !== 'linux' || process.arch !== 'x64') return made;
  const add = (name: string, words: (path: string) => readonly string[] | undefined): void => {
    const target = targets.find((one) => one.name === name);
    const path = resolve(releaseFolder, target?.file ?? '');
    if (target === undefined || !existsSync(path)) return;
    const started = words(path);
    if (started !== undefined) made.push({ target, path, words: started, isEmulated: true });
  };
  add('linux-arm64', (path) => {
    const qemu = aSystemPart('qemu-aarch64-static', 'qemu-user-static');
    const libraries = aSystemPart('ld-linux-aarch64.so.1', 'libc6-arm64-cross', [
      '/usr/aarch64-linux-gnu/lib',
    ]);
    return qemu === undefined || libraries === undefined
      ? undefined
      : [qemu, '-L', '/usr/aarch64-linux-gnu', path];
  });
  add('linux-amd64-musl', (path) => {
    const libraries = muslLibraries();
    return libraries === undefined ? undefined : ['/usr/bin/env', `LD_LIBRARY_PATH=${libraries}`, path];
  });
  return made;
}
