import type { Compilable, CompiledQuery } from 'kysely';

/** How many rows one statement carries: few statements to prepare, whatever the number of rows. */
const sizes = [64, 8, 1];

/** The values of a row, without the names of its columns. */
interface Values {
  readonly common: readonly unknown[];
  readonly own: readonly unknown[];
}

/**
 * Inserts of rows that have all columns, always in the same order. The SQL is put together once for each size and
 * not for each row, which would cost many times what the row itself costs. What is `common` to all rows of a
 * statement is sent and bound once for all of them.
 */
export class Inserts<Own extends object, Common extends object = object> {
  readonly #into: (rows: readonly (Common & Own)[]) => Compilable;
  readonly #compiled = new Map<string, CompiledQuery>();
  #columns: { readonly common: readonly string[]; readonly own: readonly string[] } | undefined;
  /** Of rows that are in no statement yet. */
  #rows: Values[] = [];

  /** `into` makes the query of some rows; how many there are, and their columns, must be all it depends on. */
  constructor(into: (rows: readonly (Common & Own)[]) => Compilable) {
    this.#into = into;
  }

  /** `common` is the part of the row that is likely to be the same as in the row before. */
  add(own: Own, ...[common]: object extends Common ? [] : [Common]): void {
    this.#columns ??= { common: Object.keys(common ?? {}), own: Object.keys(own) };
    this.#rows.push({ common: common === undefined ? none : Object.values(common), own: Object.values(own) });
  }

  /** The statements for all rows since the last time. */
  take(): Compilable[] {
    const rows = this.#rows;
    this.#rows = [];
    const statements: Compilable[] = [];
    let from = 0;
    for (const size of sizes) {
      for (; rows.length - from >= size; from += size)
        statements.push(this.#statement(rows.slice(from, from + size)));
    }
    return statements;
  }

  #statement(rows: readonly Values[]): Compilable {
    const common = commonTo(rows);
    const isShared = common.length > 0;
    const parameters = isShared
      ? [common, ...rows.map(({ own }) => own)].flat()
      : rows.flatMap((row) => [...row.common, ...row.own]);
    const compiled = { ...this.#sql(rows.length, isShared), parameters };
    return { compile: () => compiled };
  }

  #sql(size: number, isShared: boolean): CompiledQuery {
    const key = `${size} ${isShared}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const { common = [], own = [] } = this.#columns ?? {};
    // Only the columns count here; the values come later.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const row = Object.fromEntries([...common, ...own].map((column) => [column, 0])) as Common & Own;
    const compiled = this.#into(Array.from({ length: size }, () => row)).compile();
    const shared = {
      ...compiled,
      sql: isShared ? sharing(compiled.sql, common.length, own.length) : compiled.sql,
    };
    this.#compiled.set(key, shared);
    return shared;
  }
}

const none: readonly unknown[] = [];

/** What all of `rows` have in common; nothing where one of them differs. */
function commonTo(rows: readonly Values[]): readonly unknown[] {
  const [first] = rows;
  // One row has nobody to share with.
  if (first === undefined || rows.length === 1) return none;
  const { common } = first;
  for (const row of rows)
    for (let at = 0; at < common.length; at += 1) if (row.common[at] !== common[at]) return none;
  return common;
}

/** The SQL of rows whose first columns, `common` of them, all take the same values: those stand before all others. */
function sharing(sql: string, common: number, own: number): string {
  const columns = common + own;
  let at = 0;
  // The way both engines number their placeholders: `?` becomes `?3`, and `$47` another number.
  return sql.replaceAll(/\?|\$\d+/g, ([mark]) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    at += 1;
    return `${mark}${column < common ? column + 1 : common + row * own + (column - common) + 1}`;
  });
}
