import { released, type BuiltRelease } from './built.ts';
import { releaseFacts, type Facts } from './packages/facts.ts';
import { trustedKeys } from './packages/make.ts';

/** What packages say of the release that is made here; of one that has no place yet, they name none. */
export function factsOf(stamp: BuiltRelease['stamp'], env: NodeJS.ProcessEnv = process.env): Facts {
  return releaseFacts(released(stamp), trustedKeys('data/release-keys.txt'), env);
}
