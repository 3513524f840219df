import { harmless } from '../base/harmless.ts';
import type { Environment } from '../config/environment.ts';

/** One of the two streams a command writes to. */
export interface Output {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Streams end the program with an error that nobody hears. */
  on?(event: 'error', listener: () => void): unknown;
}

export interface TerminalOptions {
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Standard input is a terminal too, so a question can be asked. */
  readonly isInputTTY: boolean;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
export type Style = keyof typeof codes;

/** What commands say: data and results on standard output, everything said beside them on standard error. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #isOutColoured: boolean;
  readonly #isErrColoured: boolean;
  /** Lines of the last drawing. */
  #drawn = 0;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#isOutColoured = isColoured(options.env, options.stdout);
    this.#isErrColoured = isColoured(options.env, options.stderr);
  }

  /** Somebody is there to read a question and type an answer. */
  get canAsk(): boolean {
    return this.#options.stderr.isTTY === true && this.#options.isInputTTY;
  }

  /** What is written to standard output is seen by a person, and moves their terminal. */
  get isShown(): boolean {
    return this.#options.stdout.isTTY === true;
  }

  /** The same for standard error. */
  get isNoteShown(): boolean {
    return this.#options.stderr.isTTY === true;
  }

  /** Standard output is a screen, not a file or a pipe. */
  get isScreen(): boolean {
    return this.#options.stdout.isTTY === true && this.#options.env['TERM'] !== 'dumb';
  }

  get isColoured(): boolean {
    return this.#isOutColoured;
  }

  get isNoteColoured(): boolean {
    return this.#isErrColoured;
  }

  get width(): number {
    return this.#options.stdout.columns ?? 80;
  }

  /** A line of the result. */
  print(line = ''): void {
    this.#options.stdout.write(`${line}\n`);
  }

  /** The result as it is, without a line end of its own. */
  write(text: string | Uint8Array): void {
    this.#options.stdout.write(text);
  }

  /** A line beside the result. */
  note(line: string): void {
    this.#options.stderr.write(`${line}\n`);
  }

  /** What stands beside the result as it is, without a line end of its own. */
  writeNote(text: string): void {
    this.#options.stderr.write(text);
  }

  /** From now on nothing ends because standard error cannot be written. */
  keepOnNoting(): void {
    this.#options.stderr.on?.('error', () => {});
  }

  /** The result for a program, which may also be a screen: names of others do not drive it. */
  json(value: unknown): void {
    this.print(harmless(JSON.stringify(value, undefined, 2)));
  }

  /** `text` in a style where standard output shows colours. */
  styled(style: Style, text: string): string {
    return this.#isOutColoured ? paint(style, text) : text;
  }

  /** The same for standard error. */
  styledNote(style: Style, text: string): string {
    return this.#isErrColoured ? paint(style, text) : text;
  }

  /** Rows in columns under their headings; cells must be {@link plain} already. */
  table(headings: readonly string[], rows: readonly (readonly Cell[])[]): void {
    for (const line of this.tableLines(headings, rows)) this.print(line);
  }

  /** The lines of {@link table}. */
  tableLines(headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
    const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
    const widths = headings.map((heading, at) =>
      Math.max(columnsOf(heading), ...cells.map((row) => columnsOf(row[at]?.text ?? ''))),
    );
    const line = (row: readonly StyledCell[]): string =>
      row
        .map(({ text, style, isNumber = false }, at) => {
          const gap = ' '.repeat((widths[at] ?? 0) - columnsOf(text));
          const shown = style === undefined ? text : this.styled(style, text);
          return isNumber ? gap + shown : shown + gap;
        })
        .join('  ')
        .trimEnd();
    const areNumbers = headings.map((_, at) => cells[0]?.[at]?.isNumber === true);
    const head = headings.map(
      (text, at) => ({ text, style: 'dim', isNumber: areNumbers[at] ?? false }) as const,
    );
    return [line(head), ...cells.map(line)];
  }

  /** Draws `lines` over those drawn before; only where {@link isScreen}. */
  redraw(lines: readonly string[]): void {
    const width = this.width;
    // A line that wrapped would be two, and the next drawing would begin too low.
    const fitting = lines.map((line) => (columnsOf(line) <= width ? line : cut(line, width)));
    const up = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A`;
    const text = fitting.map((line) => `\u001B[2K${line}\n`).join('');
    this.#drawn = fitting.length;
    // Lines of an earlier, longer drawing go with the rest of the screen.
    this.write(`${up}\r${text}\u001B[J`);
  }
}

/** `line` in at most `width` columns, its styles ended. */
function cut(line: string, width: number): string {
  const plainLine = Bun.stripANSI(line);
  let text = '';
  let columns = 0;
  for (const letter of plainLine) {
    columns += columnsOf(letter);
    if (columns > width - 1) break;
    text += letter;
  }
  return `${text}…`;
}

interface StyledCell {
  readonly text: string;
  readonly style?: Style | undefined;
  /** A number: it ends where its column ends. */
  readonly isNumber?: boolean;
}

export type Cell = string | StyledCell;

/** A number as a cell of a table. */
export function numberCell(text: string): Cell {
  return { text, isNumber: true };
}

/**
 * Whether to colour: `NO_COLOR` says no (https://no-color.org), `FORCE_COLOR` yes, else only at a terminal.
 */
function isColoured(env: Environment, output: Output): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return output.isTTY === true && env['TERM'] !== 'dumb';
}

function paint(style: Style, text: string): string {
  return `\u001B[${codes[style]}m${text}\u001B[0m`;
}

/** Columns of a terminal that `text` takes. */
function columnsOf(text: string): number {
  return Bun.stringWidth(text);
}

/**
 * Text of others (names, reasons an upstream gave) on one line, without what would drive the terminal or
 * turn around what is read: control characters and direction marks.
 */
export function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '');
}
