import type { Compilable, CompiledQuery } from 'kysely';

/** How many rows one statement carries: few statements to prepare, whatever the number of rows. */
const sizes = [64, 8, 1];

/**
 * Inserts of rows that have all columns, always in the same order. The SQL is put together once for each size and
 * not for each row, which would cost many times what the row itself costs.
 */
export class Inserts<Row extends object> {
  readonly #into: (rows: readonly Row[]) => Compilable;
  readonly #compiled = new Map<number, CompiledQuery>();
  #columns: readonly string[] = [];
  /** The values of rows that are in no statement yet. */
  #rows: unknown[][] = [];

  /** `into` makes the query of some rows; how many there are, and their columns, must be all it depends on. */
  constructor(into: (rows: readonly Row[]) => Compilable) {
    this.#into = into;
  }

  add(row: Row): void {
    if (this.#columns.length === 0) this.#columns = Object.keys(row);
    this.#rows.push(Object.values(row));
  }

  /** The statements for all rows since the last time. */
  take(): Compilable[] {
    const rows = this.#rows;
    this.#rows = [];
    const statements: Compilable[] = [];
    let from = 0;
    for (const size of sizes) {
      for (; rows.length - from >= size; from += size) {
        const compiled = { ...this.#sql(size), parameters: rows.slice(from, from + size).flat() };
        statements.push({ compile: () => compiled });
      }
    }
    return statements;
  }

  #sql(size: number): CompiledQuery {
    const known = this.#compiled.get(size);
    if (known !== undefined) return known;
    // Only the columns count here; the values come later.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const row = Object.fromEntries(this.#columns.map((column) => [column, 0])) as Row;
    const compiled = this.#into(Array.from({ length: size }, () => row)).compile();
    this.#compiled.set(size, compiled);
    return compiled;
  }
}
