import { join } from 'node:path';
import type { Build } from '../../../src/base/product.ts';
import { targets } from '../targets.ts';
import { releaseFacts, type Facts } from './facts.ts';
import { trustedKeys } from './make.ts';

/** The facts of the release that is being made, from its build, the keys of the repository and the environment. */
export function factsOf(stamp: Omit<Build, 'target'>, env: NodeJS.ProcessEnv = process.env): Facts {
  // Files of packages get this time; without a commit there is none.
  const date = stamp.date === 'unknown' ? new Date(0).toISOString() : stamp.date;
  return releaseFacts({ ...stamp, date }, trustedKeys(join('data', 'release-keys.txt')), env);
}

/** Stores are told of whole releases only. */
export function manifestsFor(
  built: readonly { readonly target: { readonly name: string } }[],
): 'all' | 'scripts' {
  const names = new Set(built.map(({ target }) => target.name));
  return targets.every(({ name }) => names.has(name)) ? 'all' : 'scripts';
}
