import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Build } from '../../src/base/product.ts';
import type { BuiltBinary } from './binaries.ts';
import { targetsNamed } from './targets.ts';

/** What steps after the build need to know of it; it stands beside the folder of the release, and is no part of it. */
const name = 'binaries.json';

export interface BuiltRelease {
  /** That of every binary, but for the name of its target. */
  readonly stamp: Omit<Build, 'target'>;
  readonly binaries: readonly BuiltBinary[];
}

interface Written {
  readonly stamp: BuiltRelease['stamp'];
  readonly runtimeSizes: Readonly<Record<string, number>>;
}

/** Notes down what was built into `folder`. */
export async function writeBuilt(folder: string, { stamp, binaries }: BuiltRelease): Promise<void> {
  const sizes = binaries.map(({ target, runtimeSize }) => [target.name, runtimeSize]);
  const { version, commit, date } = stamp;
  const written: Written = { stamp: { version, commit, date }, runtimeSizes: Object.fromEntries(sizes) };
  await Bun.write(join(folder, '..', name), `${JSON.stringify(written, undefined, 2)}\n`);
}

/** What was built into `folder`, and is still there: other machines may have signed it meanwhile. */
export async function readBuilt(folder: string): Promise<BuiltRelease> {
  const path = join(folder, '..', name);
  if (!existsSync(path))
    throw new Error(`There are no binaries in ${folder}: make release-assets builds them.`);
  const { stamp, runtimeSizes }: Written = await Bun.file(path).json();
  const binaries = Object.entries(runtimeSizes).flatMap(([target, runtimeSize]) =>
    targetsNamed(target).map((one) => ({ target: one, path: join(folder, one.file), runtimeSize })),
  );
  return { stamp, binaries: binaries.filter(({ path }) => existsSync(path)) };
}

/**
 * A stamp for formats that want a commit and a date: sources that are in no commit get those of nobody, which is plain
 * to see, and no tag of such sources is ever released (`check-tag`).
 */
export function released({ version, commit, date }: BuiltRelease['stamp']): BuiltRelease['stamp'] {
  return {
    version,
    commit: commit === 'unknown' ? '0'.repeat(40) : commit,
    date: date === 'unknown' ? '1970-01-01T00:00:00Z' : date,
  };
}
