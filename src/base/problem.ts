/**
 * Something that stops a command or the start of the server, told to a person: what it is and what to
 * do about it. The table of all problems is in `cli/problem-table.ts`; lower rooms throw with a code of it.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** Stable, for scripts: `port-in-use`, `config-invalid`, … */
  readonly code: string;
  /** What to do next; a sentence or a command line. */
  readonly fix: string;

  constructor(code: string, title: string, fix: string, options?: { cause?: unknown }) {
    super(title, options);
    this.code = code;
    this.fix = fix;
  }
}
