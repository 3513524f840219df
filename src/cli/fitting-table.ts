import type { Cell, Terminal } from './terminal.ts';

/** A column of a table that gets narrower with the terminal. */
export interface Column<Row> {
  readonly heading: string;
  /** Those of the highest number are left out first, those of 0 never. */
  readonly need: number;
  readonly cell: (row: Row) => Cell;
}

/** Prints the columns that there is room for; into a file or a pipe, all of them. */
export function fittingTable<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void {
  for (let need = Math.max(...columns.map((column) => column.need)); need >= 0; need -= 1) {
    const shown = columns.filter((column) => column.need <= need);
    const lines = terminal.tableLines(
      shown.map(({ heading }) => heading),
      rows.map((row) => shown.map(({ cell }) => cell(row))),
    );
    const isTooWide = terminal.isScreen && lines.some((line) => Bun.stringWidth(line) > terminal.width);
    if (need > 0 && isTooWide) continue;
    for (const line of lines) terminal.print(line);
    return;
  }
}
