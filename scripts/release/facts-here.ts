import { released, type BuiltRelease } from './built.ts';
import { releaseFacts, type Facts } from './packages/facts.ts';
import { trustedKeys } from './packages/make.ts';

/** Where a release that nobody has named a place for would be: packages of it are for this machine alone. */
const nowhere = 'http://localhost:8000';

/** What packages say of the release that is made here. */
export function factsOf(stamp: BuiltRelease['stamp'], env: NodeJS.ProcessEnv = process.env): Facts {
  const isNamed = ['RELEASE_REPOSITORY', 'GITHUB_REPOSITORY', 'RELEASE_FEED_URL'].some(
    (name) => (env[name] ?? '') !== '',
  );
  const place = isNamed ? env : { ...env, RELEASE_FEED_URL: nowhere };
  return releaseFacts(released(stamp), trustedKeys('data/release-keys.txt'), place);
}
