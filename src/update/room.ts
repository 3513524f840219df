import { statfs } from 'node:fs/promises';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { sizeText } from '../base/size-words.ts';

/**
 * Sees that `bytes` fit into `folder`; one whose system does not tell passes.
 *
 * @throws Problem update-no-room
 */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );
  if (free < bytes) throw noRoom(folder, `${sizeText(bytes)} are needed, and ${sizeText(free)} are free`);
}

/** What the system's refusal to write into `folder` means. */
export function roomProblem(error: unknown, folder: string): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return noRoom(folder, messageOf(error), error);
  const fix =
    'Nothing was changed. Run the command as the user who installed the program, such as with `sudo`.';
  return new Problem('update-not-allowed', `${folder} cannot be written: ${messageOf(error)}.`, fix, {
    cause: error,
  });
}

function noRoom(folder: string, reason: string, cause?: unknown): Problem {
  const fix = 'Nothing was changed. Make some room and try again.';
  return new Problem('update-no-room', `There is no room left in ${folder}: ${reason}.`, fix, { cause });
}
