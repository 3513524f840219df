import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { exitCodes } from './exit-codes.ts';
import { problems, type Entry, type ProblemCode } from './problem-table.ts';
import { withoutSecrets, type Terminal } from './terminal.ts';

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
  return problem('unexpected', { reason: messageOf(error) }, { cause: error });
}

/** Tells a failure to a person, or with `json` to a program; resolves with what to exit with. */
export function tell(error: unknown, terminal: Terminal, options: { json: boolean; stack: boolean }): number {
  const { code, message, fix, cause } = asProblem(error);
  const title = withoutSecrets(message);
  if (options.json) terminal.json({ error: { code, title, fix } });
  else {
    terminal.note(`${terminal.styledNote('red', 'error')} [${code}]: ${title}`);
    terminal.note(`  ${terminal.styledNote('cyan', 'fix')}: ${fix}`);
  }
  if (options.stack && cause instanceof Error) terminal.note(withoutSecrets(cause.stack ?? cause.message));
  return exitCodeOf(code);
}

/** What to exit with for a problem; an unknown one is a failure like any other. */
export function exitCodeOf(code: string): number {
  const known: Readonly<Record<string, Entry>> = problems;
  const exit = known[code]?.exit ?? 'failed';
  return exitCodes[exit][0];
}
