import { readPublicKeys } from '../../src/update/minisign.ts';

/** Whose releases a binary believes. */
export const trustedKeysFile = 'data/release-keys.txt';

/**
 * Why no binary of this release could ever be updated, each with what to set; empty where it can be.
 *
 * @param feed the folder of the newest release that binaries look at
 * @param keys the text of {@link trustedKeysFile}
 */
export function whyNeverUpdated(feed: string | undefined, keys: string): string[] {
  const reasons = [];
  if (feed === undefined || feed === '')
    reasons.push(
      'Its binaries would know no feed: set `feed` in src/base/product.ts, such as https://github.com/OWNER/REPO/releases/latest/download/.',
    );
  if (readPublicKeys(keys).length === 0)
    reasons.push(
      `Its binaries would trust no key: put the public key into ${trustedKeysFile} (docs/release.md tells how to make one).`,
    );
  return reasons;
}
