import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';

/** Whether a system error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** Whether the operating system refused something, as against a mistake of ours. */
export function isSystemError(error: unknown): boolean {
  return codeOf(error) !== undefined;
}

export function cannotRead(path: string, error: unknown): Problem {
  const fix = `Give the user who runs ${product.binary} the right to read this file.`;
  return new Problem('vault-unreadable', `${path} cannot be read: ${messageOf(error)}.`, fix, {
    cause: error,
  });
}

export function cannotWrite(path: string, error: unknown): Problem {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
  const fix = isFull
    ? 'Free some space on that disk and try again. What was stored before is untouched.'
    : `Give the user who runs ${product.binary} the right to write this file and its folder. What was stored before is untouched.`;
  const code = isFull ? 'disk-full' : 'vault-unwritable';
  return new Problem(code, `${path} cannot be written: ${messageOf(error)}.`, fix, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
