import { Problem } from '../base/problem.ts';
import shipped from '../../data/release-keys.txt' with { type: 'text' };
import { readPublicKey, readPublicKeys, type PublicKey } from './minisign.ts';

/** What the settings say of updates. */
export interface FeedSettings {
  /** Where releases are; undefined where none are published. */
  readonly feedUrl: string | undefined;
  /** Keys that are trusted beside those of the program. */
  readonly keys: readonly string[];
}

/** Where releases are, and whose are believed. */
export interface Feed {
  /** Its path ends in a slash. */
  readonly url: URL;
  readonly keys: readonly PublicKey[];
}

/**
 * The feed of this program.
 *
 * @throws Problem update-no-feed, update-no-key where nothing could be read, or nothing believed
 */
export function feedOf(settings: FeedSettings): Feed {
  const feed = feedIfAny(settings);
  if (feed !== undefined) return feed;
  if (settings.feedUrl === undefined)
    throw new Problem(
      'update-no-feed',
      'This build knows no place where releases are published.',
      'Set `update.feed_url` to the address of a folder with a release, such as a mirror of yours.',
    );
  throw new Problem(
    'update-no-key',
    'This build trusts no key, so it could believe no release.',
    'Put the public key (minisign) of whoever signs the releases there into `update.keys`.',
  );
}

/** The same, for a look that nobody asked for. */
export function feedIfAny({ feedUrl, keys: own }: FeedSettings): Feed | undefined {
  if (feedUrl === undefined) return undefined;
  const keys = [...readPublicKeys(shipped), ...own.flatMap((text) => readPublicKey(text) ?? [])];
  if (keys.length === 0) return undefined;
  return { url: new URL(feedUrl.endsWith('/') ? feedUrl : `${feedUrl}/`), keys };
}
