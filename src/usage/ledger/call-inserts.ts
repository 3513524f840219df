import type { Compilable } from 'kysely';
import type { CallRow } from '../../database/tables.ts';
import type { TextStatement } from '../../database/statement.ts';
import { inSizes } from './inserts.ts';
import { lineColumns, ownText, type Line } from './line.ts';
import { commonColumns, ownColumns } from './rows.ts';

/**
 * Inserts of calls, whose values are one text already. The SQL is put together once for each size. What all lines
 * of a statement have in common is sent and bound once for all of them.
 */
export class CallInserts {
  readonly #into: (rows: readonly CallRow[]) => Compilable;
  readonly #sql = new Map<string, string>();

  /** `into` makes the query of some rows; how many there are, and their columns, must be all it depends on. */
  constructor(into: (rows: readonly CallRow[]) => Compilable) {
    this.#into = into;
  }

  statements(lines: readonly Line[]): TextStatement[] {
    return inSizes(lines).map((some) => this.#statement(some));
  }

  #statement(lines: readonly Line[]): TextStatement {
    const [first] = lines;
    const isShared = lines.length > 1 && lines.every(({ common }) => common === first?.common);
    const values = isShared
      ? [first?.common.text ?? '', ...lines.map(ownText)]
      : lines.map((line) => `${line.common.text},${ownText(line)}`);
    return { sql: this.#sqlFor(lines.length, isShared), json: `[${values.join(',')}]` };
  }

  #sqlFor(size: number, isShared: boolean): string {
    const key = `${size} ${isShared}`;
    const known = this.#sql.get(key);
    if (known !== undefined) return known;
    // Only the columns count here; the values come later.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const row = Object.fromEntries(lineColumns.map((column) => [column, 0])) as unknown as CallRow;
    const { sql } = this.#into(Array.from({ length: size }, () => row)).compile();
    const made = isShared ? sharing(sql, commonColumns.length, 1 + ownColumns.length) : sql;
    this.#sql.set(key, made);
    return made;
  }
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
