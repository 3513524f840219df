import { product } from '../../src/base/product.ts';

/** A runtime of the lock, as the compiler names it and as the package registry does. */
export interface Runtime {
  /** For `bun build --target`. */
  readonly target: `bun-${string}`;
  /** In package-lock.json. */
  readonly package: `@oven/bun-${string}`;
  /** The executable in the package. */
  readonly executable: string;
  /** The program is put in as source alone, where a file has two of it. */
  readonly withoutBytecode?: boolean;
}

/** A system and processor that a binary is made for. */
export interface Target {
  /** What the binary says of itself, and what stands behind the product's name in that of its file: `linux-amd64`. */
  readonly name: string;
  readonly system: 'darwin' | 'linux' | 'windows';
  /** The released file. */
  readonly file: string;
  /** One, or one for each processor of a universal binary. */
  readonly runtimes: readonly Runtime[];
}

function runtime(name: string, packaged = name): Runtime {
  const executable = name.startsWith('windows') ? 'bin/bun.exe' : 'bin/bun';
  return { target: `bun-${name}`, package: `@oven/bun-${packaged}`, executable };
}

function target(name: string, ...runtimes: readonly Runtime[]): Target {
  const system = name.startsWith('darwin') ? 'darwin' : name.startsWith('linux') ? 'linux' : 'windows';
  const suffix = system === 'windows' ? '.exe' : '';
  return { name, system, file: `${product.binary}-${name}${suffix}`, runtimes };
}

const darwinAmd64 = runtime('darwin-x64');
const darwinArm64 = runtime('darwin-arm64', 'darwin-aarch64');

/** Every binary of a release. */
export const targets: readonly Target[] = [
  // Who has a Mac with Intel's processor and wants the fastest start takes darwin-amd64 (docs/decisions/0410).
  target('darwin-universal2', { ...darwinAmd64, withoutBytecode: true }, darwinArm64),
  target('darwin-arm64', darwinArm64),
  target('darwin-amd64', darwinAmd64),
  target('linux-amd64', runtime('linux-x64')),
  target('linux-arm64', runtime('linux-arm64', 'linux-aarch64')),
  target('linux-amd64-musl', runtime('linux-x64-musl')),
  target('linux-arm64-musl', runtime('linux-arm64-musl', 'linux-aarch64-musl')),
  target('windows-amd64', runtime('windows-x64')),
  target('windows-arm64', runtime('windows-arm64', 'windows-aarch64')),
];

/**
 * The targets that `names` mean, separated by commas; all of them where it is left out.
 *
 * @throws for a name that is none
 */
export function targetsNamed(names: string | undefined): readonly Target[] {
  if (names === undefined) return targets;
  return names.split(',').map((name) => {
    const found = targets.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new Error(`There is no target "${name}". There are: ${targets.map((one) => one.name).join(', ')}`);
  });
}

/** The target of the machine this runs on, from the runtime it was given: `@oven/bun-linux-x64-musl`. */
export function hostTarget(
  platform: NodeJS.Platform = process.platform,
  processor: NodeJS.Architecture = process.arch,
  isMusl = process.execPath.includes('-musl'),
): Target {
  const system = platform === 'win32' ? 'windows' : platform;
  const name = [system, processor === 'x64' ? 'amd64' : processor, ...(isMusl ? ['musl'] : [])].join('-');
  const [found] = targetsNamed(name);
  if (found === undefined) throw new Error(`There is no target for ${name}.`);
  return found;
}
