import { existsSync } from 'node:fs';

/** Where a program of the operating system is: on the path, in `folders` or in the usual places. */
export function placeOf(program: string, folders: readonly string[] = []): string | undefined {
  const places = [...folders, '/usr/sbin', '/usr/bin'].map((folder) => `${folder}/${program}`);
  return Bun.which(program) ?? places.find((place) => existsSync(place));
}

/**
 * A program of the operating system that a test needs beside Node and npm. Where it is missing, the tests that
 * need it are skipped, counted and told about; in CI that is a failure, since `.ci/run` installs it.
 *
 * @param debian the package it comes from
 * @param folders where it may be beside the usual places
 * @returns its path; undefined where it is missing
 */
export function aSystemPart(
  program: string,
  debian: string,
  folders: readonly string[] = [],
): string | undefined {
  const path = placeOf(program, folders);
  if (path !== undefined) return path;
  const missing = `${program} is not installed (apt-get install -y ${debian})`;
  if (process.env['CI'] !== undefined && process.platform === 'linux') throw new Error(missing);
  console.warn(`SKIPPED: ${missing}`);
  return undefined;
}
