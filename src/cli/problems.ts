import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { redacted } from '../base/redact.ts';
import { exitCodes } from './exit-codes.ts';
import { problems, type Entry, type ProblemCode } from './problem-table.ts';
import type { Terminal } from './terminal.ts';

/** A problem of the table, its blanks filled in. */
export function problem(
  code: ProblemCode,
  facts: Readonly<Record<string, string | number>> = {},
  options?: { cause?: unknown },
): Problem {
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'self' ? ownCommand() : String(facts[name] ?? ''),
    );
  const { title, fix } = problems[code];
  return new Problem(code, fill(title), fill(fix), options);
}

/** Any failure as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return fileProblem(error) ?? problem('unexpected', { reason: messageOf(error) }, { cause: error });
}

/** What the system's refusals of a file or folder mean: none of them is a mistake in the program. */
const refusals: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'this user may not'],
  ['EPERM', 'this user may not'],
  ['EROFS', 'the disk is read-only'],
  ['ENOTDIR', 'what should be a folder on the way is a file'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'its links lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** A system error that names a file (`EACCES`, `ENOSPC`, …); undefined for anything else. */
function fileProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined;
  const { code, path } = error;
  if (typeof path !== 'string') return undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return problem('disk-full', {}, { cause: error });
  // A file that is not there may be a mistake of ours; a folder that cannot be made in one that is not is none.
  const isUnmade = code === 'ENOENT' && 'syscall' in error && error.syscall === 'mkdir';
  const reason = isUnmade ? 'there is no folder to make it in' : refusals.get(code);
  return reason === undefined ? undefined : problem('file-refused', { path, reason }, { cause: error });
}

/** Tells a failure to a person, or with `json` to a program; resolves with what to exit with. */
export function tell(error: unknown, terminal: Terminal, options: { json: boolean; stack: boolean }): number {
  const { code, message, fix, cause } = asProblem(error);
  const title = redacted(message);
  if (options.json) terminal.json({ error: { code, title, fix } });
  else {
    terminal.note(`${terminal.styledNote('red', 'error')} [${code}]: ${title}`);
    terminal.note(`  ${terminal.styledNote('cyan', 'fix')}: ${fix}`);
  }
  if (options.stack && cause instanceof Error) terminal.note(redacted(cause.stack ?? cause.message));
  return exitCodeOf(code);
}

/** What to exit with for a problem; an unknown one is a failure like any other. */
export function exitCodeOf(code: string): number {
  const known: Readonly<Record<string, Entry>> = problems;
  const exit = known[code]?.exit ?? 'failed';
  return exitCodes[exit][0];
}
