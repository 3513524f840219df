import { product, type Build } from '../../../src/base/product.ts';

/** What packages and manifests say of the release they are made for. */
export interface Facts extends Omit<Build, 'target'> {
  /** Where people read about it; undefined where nobody has said. */
  readonly homepage: string | undefined;
  /** The folder of the newest release, wherever that is: without a version; undefined likewise. */
  readonly latest: string | undefined;
  /** The folder of one release; `{version}` stands for which. */
  readonly versioned: string | undefined;
  /** The container image, with its tag. */
  readonly image: string;
  /** minisign public keys of whoever makes the releases. */
  readonly keys: readonly string[];
  /** Where those who keep packages can be written to. */
  readonly maintainerAddress: string;
}

/**
 * The facts of a release. Nothing is made up: what is not said is left out of packages, and there are no manifests.
 *
 * - `RELEASE_REPOSITORY`: `owner/name` on GitHub, as workflows know it;
 * - `RELEASE_FEED_URL`: the folder that the release is served from, for mirrors and dry runs, instead.
 *
 * @param keys the lines of `data/release-keys.txt` that are keys
 */
export function releaseFacts(
  { version, commit, date }: Omit<Build, 'target'>,
  keys: readonly string[],
  env: NodeJS.ProcessEnv,
): Facts {
  const stamp = { version, commit, date, keys };
  const repository = env['RELEASE_REPOSITORY'] ?? env['GITHUB_REPOSITORY'] ?? '';
  const feed = env['RELEASE_FEED_URL'] ?? '';
  if (/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    const homepage = `https://github.com/${repository}`;
    return {
      ...stamp,
      homepage,
      latest: feed === '' ? `${homepage}/releases/latest/download` : withoutSlash(feed),
      versioned: feed === '' ? `${homepage}/releases/download/v{version}` : withoutSlash(feed),
      image: `ghcr.io/${repository.toLowerCase()}/${product.binary}:${version}`,
      maintainerAddress: `${repository.split('/', 1).join('')}@users.noreply.github.com`,
    };
  }
  const url = feed === '' ? undefined : withoutSlash(feed);
  return {
    ...stamp,
    homepage: url === undefined ? undefined : new URL(url).origin,
    latest: url,
    versioned: url,
    image: localImage(version),
    maintainerAddress: `${product.binary}@${url === undefined ? 'localhost' : new URL(url).hostname}`,
  };
}

/** What files of the repository itself say: the image is the one that somebody builds here. */
export function checkoutFacts(version: string): Pick<Facts, 'version' | 'image'> {
  return { version, image: localImage(version) };
}

function localImage(version: string): string {
  return `${product.binary}:${version}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
