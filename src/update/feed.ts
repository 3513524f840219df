import { createHash } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import { askSmall, type Asking } from './asking.ts';
import { verify } from './minisign.ts';
import { invalidFeed, readChecksums, readRelease, trustedCommentOf, type Release } from './release.ts';
import type { Feed } from './trust.ts';

/** The most that these files may hold (bytes). */
const limits = { checksums: 256 * 1024, signature: 4 * 1024, release: 2 * 2 ** 20 };

/**
 * The release that the feed offers now. One signature covers all of it: it is over the list of hashes, and in that
 * list stands every other file. Nothing is believed before that, not even what the files claim to be.
 *
 * @throws Problem update-unreachable, update-redirected, update-feed-refused, update-feed-invalid,
 *   update-key-unknown, update-signature-wrong, update-hash-wrong
 */
export async function readFeed({ url, keys }: Feed, asking: Asking): Promise<Release> {
  const at = (name: string): URL => new URL(name, url);
  const signature = await askSmall(at('checksums.txt.minisig'), limits.signature, asking);
  const checksums = await askSmall(at('checksums.txt'), limits.checksums, asking);
  const verdict = verify(checksums, signature.toString(), keys);
  if (verdict.is !== 'signed') throw notBelieved(verdict);
  const sums = readChecksums(checksums.toString());
  const text = await askSmall(at('release.json'), limits.release, asking);
  if (sums.get('release.json') !== sha256(text)) throw wrongHash('release.json');
  const release = readRelease(text.toString());
  if (verdict.trustedComment !== trustedCommentOf(release))
    throw invalidFeed(`its signature is for ${JSON.stringify(verdict.trustedComment.slice(0, 100))}`);
  const other = release.assets.find(({ name, sha256: sum }) => sums.get(name) !== sum);
  if (other !== undefined) throw invalidFeed(`two hashes are given for ${other.name}`);
  return release;
}

/** What was loaded is not what was signed. */
export function wrongHash(name: string): Problem {
  const fix =
    'Nothing was changed. Try again: a release may be in the middle of being published. If it stays so, do not trust the feed.';
  return new Problem('update-hash-wrong', `${name} is not the file that was signed.`, fix);
}

function notBelieved(verdict: Exclude<ReturnType<typeof verify>, { is: 'signed' }>): Problem {
  switch (verdict.is) {
    case 'unreadable':
      return invalidFeed('checksums.txt.minisig is no signature');
    case 'unknown-key':
      return new Problem(
        'update-key-unknown',
        `The release is signed with the key ${verdict.keyId}, which is not trusted here.`,
        'Nothing was changed. If you know whose key it is and trust them, put it into `update.keys`.',
      );
    case 'forged':
      return new Problem(
        'update-signature-wrong',
        'checksums.txt is not what was signed.',
        'Nothing was changed. Try again later; if it stays so, do not trust the feed.',
      );
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
