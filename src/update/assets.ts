import { Problem } from '../base/problem.ts';
import type { Asset, Release } from './release.ts';

/** The binary for one system, and the smallest form in which it can be fetched. */
export interface Choice {
  /** What will be in the place of this program. */
  readonly binary: Asset;
  /** What is downloaded: the binary itself, or an archive of it. */
  readonly download: Asset;
  readonly packing: Packing;
}

export type Packing = 'none' | 'gzip' | 'zstd';

/** What can be unpacked here, the smallest first; `.xz` would want a library. */
const packings = [
  ['.zst', 'zstd'],
  ['.gz', 'gzip'],
] as const satisfies readonly (readonly [string, Packing])[];

/** What this program was made for. */
export interface Machine {
  /** As the build put it in; undefined in a checkout. */
  readonly target: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/**
 * The files of `release` for one of `targets`, the first that is there.
 *
 * @throws Problem update-no-asset
 */
export function chooseAsset({ assets, version }: Release, targets: readonly string[]): Choice {
  const binaries = assets.filter(({ kind }) => kind === 'binary');
  const binary = targets
    .map((target) => binaries.find((one) => one.target === target))
    .find((one) => one !== undefined);
  if (binary === undefined) {
    const title = `Version ${version} has no binary for this machine (${targets.join(', ')}).`;
    throw new Problem(
      'update-no-asset',
      title,
      'Nothing was changed. See its release notes, or build it from source.',
    );
  }
  for (const [ending, packing] of packings) {
    const archive = assets.find(
      ({ kind, of, name }) => kind === 'archive' && of === binary.name && name === `${binary.name}${ending}`,
    );
    if (archive !== undefined) return { binary, download: archive, packing };
  }
  return { binary, download: binary, packing: 'none' };
}

/** What binaries for this machine are called in releases, the best first. */
export function targetsOf({ target, platform, arch }: Machine): string[] {
  const system = platform === 'win32' ? 'windows' : platform;
  const processor = arch === 'x64' ? 'amd64' : arch;
  const plain = `${system}-${processor}`;
  const own = target ?? plain;
  // A binary for both processors is replaced by one for both, and where there is none by that for this one.
  const others = system === 'darwin' ? [plain, 'darwin-universal2'] : [];
  return [...new Set([own, ...others])];
}
