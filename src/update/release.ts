import * as z from 'zod';
import { once } from '../base/once.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { isAfter, isVersion } from './version.ts';

/** One file of a release. */
export interface Asset {
  readonly name: string;
  /** `linux-amd64`, `darwin-universal2`, …; undefined for what is for no system in particular. */
  readonly target?: string | undefined;
  /** `binary`, `archive` (a compressed binary), `package`, … */
  readonly kind: string;
  /** Of an archive: the name of the binary in it. */
  readonly of?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** `release.json`: what one release is and consists of. Moments are ISO 8601. */
export interface Release {
  readonly product: string;
  readonly version: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Of the commit. */
  readonly date: string;
  readonly published: string;
  /** Whoever is shown it later is kept away from what came after it. */
  readonly expires: string;
  /** Markdown. */
  readonly notes: string;
  readonly assets: readonly Asset[];
}

/** The name of a file and nothing that leads anywhere else. */
const safeName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;
/** More files than any release has. */
const mostAssets = 500;
/** Larger than any of them (bytes). */
const largestAsset = 2 ** 30;

/** A file is published a little before the clock here says so, where that one is slow (ms). */
const clockSkewMs = 10 * 60_000;

const releaseShape = once(() => {
  const moment = z.iso.datetime({ offset: true });
  const asset = z.object({
    name: z.string().regex(safeName),
    target: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .optional(),
    kind: z.string().regex(/^[a-z0-9-]{1,40}$/),
    of: z.string().regex(safeName).optional(),
    size: z.int().min(1).max(largestAsset),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  });
  return z.object({
    product: z.string().max(100),
    version: z.string().refine(isVersion),
    commit: z.string().regex(/^[0-9a-f]{40}$/),
    date: moment,
    published: moment,
    expires: moment,
    notes: z.string().max(500_000),
    assets: z.array(asset).max(mostAssets),
  });
});

/**
 * What `release.json` says.
 *
 * @throws Problem update-feed-invalid
 */
export function readRelease(text: string): Release {
  const read = releaseShape().safeParse(parsed(text));
  if (!read.success)
    throw invalidFeed(`release.json is not as releases are described: ${firstFlaw(read.error)}`);
  const { assets } = read.data;
  if (new Set(assets.map(({ name }) => name)).size !== assets.length)
    throw invalidFeed('release.json names one file twice');
  return read.data;
}

/**
 * The hashes in a `checksums.txt` as `sha256sum` writes it, by the name of the file.
 *
 * @throws Problem update-feed-invalid
 */
export function readChecksums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, sum = '', name = ''] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
    if (!safeName.test(name)) throw invalidFeed('checksums.txt is no list of hashes and names of files');
    if (sums.has(name)) throw invalidFeed('checksums.txt names one file twice');
    sums.set(name, sum);
  }
  if (sums.size === 0 || sums.size > mostAssets + 10)
    throw invalidFeed('checksums.txt is no list of a release');
  return sums;
}

/** What the signed comment of `checksums.txt` must say of a release. */
export function trustedCommentOf({ version, date }: Pick<Release, 'version' | 'date'>): string {
  return `${product.binary} ${version} ${date}`;
}

/** What a release is held against. */
export interface Known {
  /** The version that runs here. */
  readonly current: string;
  /** The highest that a trusted key has ever offered here; undefined where none has. */
  readonly highest: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Holds what a trusted key has signed against what is known: an old release that somebody serves again is as well
 * signed as a new one.
 *
 * @returns whether it is newer than what runs here; else it is the same
 * @throws Problem update-feed-invalid, update-future, update-stale, update-downgrade
 */
export function isNewer(release: Release, { current, highest, now }: Known): boolean {
  const { version, published, expires } = release;
  if (release.product !== product.binary)
    throw invalidFeed(`it is a release of ${JSON.stringify(release.product)}`);
  if (Date.parse(published) > now + clockSkewMs)
    throw new Problem(
      'update-future',
      `The release ${version} says that it will be published on ${day(published)}.`,
      'Nothing was changed. See that the clock of this machine is right; if it is, do not trust the feed.',
    );
  if (Date.parse(expires) <= now)
    throw new Problem(
      'update-stale',
      `What the feed says was good until ${day(expires)}, so it may hold newer releases back.`,
      'Nothing was changed. See that the clock is right and that the mirror is kept up to date; a release is good for a year.',
    );
  const least = highest !== undefined && isAfter(highest, current) ? highest : current;
  if (isAfter(least, version)) throw downgrade(version, current, least);
  return isAfter(version, current);
}

function downgrade(offered: string, current: string, least: string): Problem {
  const title =
    least === current
      ? `The feed offers version ${offered}, which is older than ${current}, which runs here.`
      : `The feed offers version ${offered}, although it has offered ${least} before.`;
  const fix =
    'Nothing was changed. An old release may have holes that are known by now. If a newer one was withdrawn, wait for the next; else ask who keeps the feed.';
  return new Problem('update-downgrade', title, fix);
}

/** What a feed says makes no sense. `reason` holds no words of others but names that were checked. */
export function invalidFeed(reason: string): Problem {
  const fix =
    'Nothing was changed. Try again later; if it stays so, see that `update.feed_url` is the address of releases.';
  return new Problem('update-feed-invalid', `The feed does not hold together: ${reason}.`, fix);
}

function day(moment: string): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function firstFlaw(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  return place === '' ? 'it is no object' : `${place.slice(0, 60)} is wrong`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
