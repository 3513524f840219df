import { messageOf } from '../base/errors.ts';
import { firstBytesOfFile } from '../base/files.ts';
import { Problem } from '../base/problem.ts';

/** Thousands of certificates; a wrong path to a device fills no memory. */
const mostBytes = 2 ** 24;

/** The certificates that a setting names, `upstream.extra_ca` unless told otherwise. @throws Problem `ca-unreadable` */
export async function readExtraCa(
  path: string | undefined,
  setting = 'upstream.extra_ca',
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return Buffer.from(await firstBytesOfFile(path, mostBytes)).toString('utf8');
  } catch (error) {
    const fix = `Correct ${setting}; it names a file of PEM certificates.`;
    throw new Problem('ca-unreadable', `${path} cannot be read: ${messageOf(error)}.`, fix, { cause: error });
  }
}
