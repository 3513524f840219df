import { build, type Build } from '../../src/base/product.ts';

/** What is compiled: a change in other files is none of the program. */
const sources = ['src', 'data', 'package.json', 'package-lock.json', 'scripts'];

/**
 * What a build of this checkout says of itself. The date is the commit's, so that a second build is the same to the
 * byte; `SOURCE_DATE_EPOCH` (reproducible-builds.org) and `RELEASE_COMMIT` speak for sources without a history,
 * `RELEASE_VERSION` for a release whose version is another than that of the sources.
 */
export function stamp(target: string, env: NodeJS.ProcessEnv = process.env, folder = '.'): Build {
  const found = commitOf(folder);
  const seconds = Number(env['SOURCE_DATE_EPOCH'] || found?.seconds);
  return {
    version: checkedVersion(env['RELEASE_VERSION'] || build.version),
    commit: env['RELEASE_COMMIT'] || (found?.hash ?? 'unknown'),
    date: Number.isInteger(seconds) ? isoDate(seconds) : 'unknown',
    target,
  };
}

/** `2026-11-26T03:56:41Z` */
function isoDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** It becomes a part of file names, and of formats that allow no other signs. */
function checkedVersion(version: string): string {
  if (/^\d{1,5}\.\d{1,5}\.\d{1,5}(?:-[0-9a-z]+(?:\.[0-9a-z]+)*)?$/.test(version)) return version;
  throw new Error(`"${version}" is no version such as 1.2.3 or 1.2.3-rc.1.`);
}

function commitOf(folder: string): { hash: string; seconds: string } | undefined {
  const [hash, seconds] = git(folder, 'show', '--no-patch', '--format=%H %ct')?.split(' ') ?? [];
  if (hash === undefined || seconds === undefined) return undefined;
  // What is not committed is in no commit: its name would promise sources that nobody can look at.
  return git(folder, 'status', '--porcelain', '--', ...sources) === '' ? { hash, seconds } : undefined;
}

function git(folder: string, ...words: readonly string[]): string | undefined {
  try {
    const { exitCode, stdout } = Bun.spawnSync(['git', '-C', folder, ...words], { stderr: 'ignore' });
    return exitCode === 0 ? stdout.toString().trim() : undefined;
  } catch {
    // No git on this machine.
    return undefined;
  }
}
