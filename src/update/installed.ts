import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { product } from '../base/product.ts';

/** How this program came to be where it is, which says who replaces it. */
export type Installed =
  /** A file of its own: we do. */
  | { readonly is: 'binary'; readonly path: string }
  | { readonly is: 'checkout'; readonly folder: string }
  /** Somebody else keeps track of its files, who would undo what we do or break on it. */
  | { readonly is: 'managed'; readonly by: string; readonly path: string; readonly command: string };

const name = product.binary;

/** Who keeps track of a program in some place, and what updates it instead of `update`; a sentence where that is no single command. */
const commands = {
  deb: `sudo apt install ./${name}-linux-ARCH.deb, once the newer one is downloaded and its signature checked`,
  rpm: `sudo dnf upgrade ./${name}-linux-ARCH.rpm, once the newer one is downloaded and its signature checked`,
  pacman: `sudo pacman -Syu ${name}`,
  homebrew: `brew upgrade ${name}`,
  npm: `npm install --global ${name}@latest`,
  chocolatey: `choco upgrade ${name}`,
  winget: `winget upgrade ${name}`,
  scoop: `scoop update ${name}`,
  snap: `sudo snap refresh ${name}`,
  nix: 'update the input it comes from, and rebuild',
  container: 'pull the newer image, and start the container from it',
  other: 'update it the way it was installed',
} as const;

/** What is asked of the machine. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  /** The program that runs, or the runtime of a checkout. */
  readonly execPath: string;
  /** It is a file of its own, and no checkout. */
  readonly isBinary: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** Undefined where it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** Where links lead; the path itself where it cannot be followed. */
  readonly real: (path: string) => string;
}

/** The machine this runs on. */
export function surroundings(env: Surroundings['env']): Surroundings {
  const orNothing = <T>(ask: () => T): T | undefined => {
    try {
      return ask();
    } catch {
      return undefined;
    }
  };
  return {
    platform: process.platform,
    execPath: process.execPath,
    isBinary: Bun.isStandaloneExecutable,
    env,
    exists: existsSync,
    read: (path) => orNothing(() => readFileSync(path, 'utf8')),
    real: (path) => orNothing(() => realpathSync(path)) ?? path,
  };
}

/** Where packages put that file whose programs lie in a folder they share, such as /usr/bin. */
const sharedMarker = `/usr/lib/${name}/install.json`;

/** The file beside the binary at `path` in which a package says that it keeps track of it: `{ by, update }`, as JSON. */
export function markerOf(path: string): string {
  return `${path.replace(/\.exe$/i, '')}.install.json`;
}

/** How the program that runs was installed. */
export function howInstalled(around: Surroundings): Installed {
  const path = around.real(around.execPath);
  if (!around.isBinary) return { is: 'checkout', folder: join(dirname(import.meta.path), '..', '..') };
  // What /usr holds beside /usr/local is the package manager's (FHS 3.0 §4.1).
  const isOfSystem = around.platform !== 'win32' && /^\/usr\/(?!local\/)|^\/(?:s?bin|lib)\//.test(path);
  const said = around.read(markerOf(path)) ?? (isOfSystem ? around.read(sharedMarker) : undefined);
  if (said !== undefined) return { is: 'managed', path, ...saidBy(said) };
  const by = managerOf(path, around) ?? (isOfSystem ? (managerOfSystem(around) ?? 'other') : undefined);
  return by === undefined ? { is: 'binary', path } : { is: 'managed', by, path, command: commands[by] };
}

/** What the file of a package says; one that says nothing useful is there all the same. */
function saidBy(text: string): { by: string; command: string } {
  const { by, update: command } = objectIn(text);
  return {
    by: typeof by === 'string' ? by.slice(0, 40) : 'other',
    command: typeof command === 'string' ? command.slice(0, 2_000) : commands.other,
  };
}

function objectIn(text: string): Partial<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function managerOf(path: string, around: Surroundings): keyof typeof commands | undefined {
  const slashed = path.replaceAll('\\', '/');
  const place = places.find(([pattern]) => pattern.test(slashed))?.[1];
  if (place !== undefined) return place;
  return around.platform !== 'win32' && isMainOfContainer(path, around) ? 'container' : undefined;
}

/** Folders that belong to one of them. */
const places: readonly (readonly [RegExp, keyof typeof commands])[] = [
  [/\/Cellar\/|^\/opt\/homebrew\/|\/\.?linuxbrew\//, 'homebrew'],
  [/\/node_modules\//, 'npm'],
  [/^\/snap\//, 'snap'],
  [/^\/nix\/store\//, 'nix'],
  [/\/chocolatey\//i, 'chocolatey'],
  [/\/winget\/packages\//i, 'winget'],
  [/\/scoop\/apps\//i, 'scoop'],
];

/** A container that is there to run this program is replaced whole. */
function isMainOfContainer(path: string, { exists, real }: Surroundings): boolean {
  const isContainer = exists('/.dockerenv') || exists('/run/.containerenv');
  return isContainer && real('/proc/1/exe') === path;
}

function managerOfSystem({ exists }: Surroundings): keyof typeof commands | undefined {
  if (exists(`/var/lib/dpkg/info/${name}.list`)) return 'deb';
  if (exists('/var/lib/pacman/local')) return 'pacman';
  if (exists('/usr/lib/sysimage/rpm') || exists('/var/lib/rpm')) return 'rpm';
  return undefined;
}
