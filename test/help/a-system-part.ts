import { existsSync } from 'node:fs';

/**
 * A program of the operating system that a test needs beside Node and npm. Where it is missing, the tests that
 * need it are skipped, counted and told about; in CI that is a failure, since `.ci/run` installs it.
 *
 * @param debian the package it comes from
 * @returns its path; undefined where it is missing
 */
export function aSystemPart(program: string, debian: string): string | undefined {
  const path = Bun.which(program) ?? existing(`/usr/sbin/${program}`) ?? existing(`/usr/bin/${program}`);
  if (path !== undefined) return path;
  const missing = `${program} is not installed (apt-get install -y ${debian})`;
  if (process.env['CI'] !== undefined && process.platform === 'linux') throw new Error(missing);
  console.warn(`SKIPPED: ${missing}`);
  return undefined;
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
