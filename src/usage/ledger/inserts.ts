import type { Compilable, CompiledQuery } from 'kysely';

/** How many rows one statement carries: few statements to prepare, whatever the number of rows. */
const sizes = [64, 8, 1];

/** `rows` in parts of these sizes, in order. */
export function inSizes<Row>(rows: readonly Row[]): (readonly Row[])[] {
  const parts: (readonly Row[])[] = [];
  let from = 0;
  for (const size of sizes)
    for (; rows.length - from >= size; from += size) parts.push(rows.slice(from, from + size));
  return parts;
}

/**
 * Inserts of rows that have all columns, always in the same order. The SQL is put together once for each size and
 * not for each row, which would cost many times what the row itself costs.
 */
export class Inserts<Row extends object> {
  readonly #into: (rows: readonly Row[]) => Compilable;
  readonly #compiled = new Map<number, CompiledQuery>();

  /** `into` makes the query of some rows; how many there are, and their columns, must be all it depends on. */
  constructor(into: (rows: readonly Row[]) => Compilable) {
    this.#into = into;
  }

  statements(rows: readonly Row[]): Compilable[] {
    return inSizes(rows).map((some) => {
      const parameters = some.flatMap((row): unknown[] => Object.values(row));
      const compiled = { ...this.#forSize(some), parameters };
      return { compile: () => compiled };
    });
  }

  /** Only the number of `rows` counts. */
  #forSize(rows: readonly Row[]): CompiledQuery {
    const known = this.#compiled.get(rows.length) ?? this.#into(rows).compile();
    this.#compiled.set(rows.length, known);
    return known;
  }
}
