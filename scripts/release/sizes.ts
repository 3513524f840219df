import { existsSync, statSync } from 'node:fs';
import { product } from '../../src/base/product.ts';
import type { BuiltBinary } from './binaries.ts';

/** What we may add to the bare runtime, or to the two of a file for two processors (bytes). */
const mostOfOurs = 8_000_000;
/** What the most wanted binary may take to download at best. */
const mostToDownload = { target: 'linux-amd64', bytes: 41_000_000 };

/** The report in a release. */
export const sizesName = 'SIZES.md';

export interface Size {
  readonly target: string;
  /** All of it, the runtimes in it, and the difference (bytes). */
  readonly size: number;
  readonly runtime: number;
  readonly ours: number;
  /** Of its archives, where they were made. */
  readonly gz: number | undefined;
  readonly xz: number | undefined;
}

export function sizeOf({ target, path, runtimeSize }: BuiltBinary): Size {
  const { size } = statSync(path);
  const ofArchive = (suffix: string): number | undefined =>
    existsSync(path + suffix) ? statSync(path + suffix).size : undefined;
  return {
    target: target.name,
    size,
    runtime: runtimeSize,
    ours: size - runtimeSize,
    gz: ofArchive('.gz'),
    xz: ofArchive('.xz'),
  };
}

/** Our part of each binary, as another report says it; the rest of it is of no interest. */
export function sizesIn(report: string): Pick<Size, 'target' | 'ours'>[] {
  return [...report.matchAll(/^\| (\S+) \|(?: [^|]+\|){2} ([\d.]+) MB \|/gm)].map(
    ([, target = '', ours = '']) => ({
      target,
      ours: Number(ours) * 1e6,
    }),
  );
}

/** Sentences about binaries that have grown too large. */
export function tooLarge(sizes: readonly Size[]): string[] {
  const complaints: string[] = [];
  for (const { target, ours, xz } of sizes) {
    if (ours > mostOfOurs)
      complaints.push(`${target}: our part takes ${megabytes(ours)}, ${megabytes(mostOfOurs)} at most.`);
    if (target === mostToDownload.target && (xz ?? 0) > mostToDownload.bytes)
      complaints.push(`${target}: ${megabytes(xz)} to download, ${megabytes(mostToDownload.bytes)} at most.`);
  }
  return complaints;
}

/**
 * A table of what each binary weighs, for people.
 *
 * @param before the sizes of another release, to say what grew
 */
export function sizeReport(
  sizes: readonly Size[],
  version: string,
  before: readonly Pick<Size, 'target' | 'ours'>[] = [],
): string {
  const rows = sizes.map(({ target, size, runtime, ours, gz, xz }) => {
    const then = before.find((one) => one.target === target)?.ours;
    const grown = then === undefined ? '–' : `${ours >= then ? '+' : '−'}${megabytes(Math.abs(ours - then))}`;
    return `| ${[target, ...[size, runtime, ours, gz, xz].map(megabytes), grown].join(' | ')} |`;
  });
  return [
    `# What ${product.name} ${version} weighs`,
    '',
    'MB are 10⁶ bytes. "Ours" is what stands in the file beside the bare runtime: the program with its bytecode, the page,',
    'migrations and prices; on Windows the icon and the version too.',
    '',
    '| target | binary | runtime | ours | .gz | .xz | ours has grown |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
  ].join('\n');
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : `${(bytes / 1e6).toFixed(2)} MB`;
}
