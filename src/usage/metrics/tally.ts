/** What stands for all that would be one series too many. */
export const other = 'other';

/** More series than any sound set of accounts, models and keys makes of one tally. */
const mostRows = 4_000;

interface Node {
  readonly next: Map<string, Node>;
  row?: Float64Array;
}

/**
 * Numbers that only grow, a row of them for each combination of label values. Finding a row costs a look-up a
 * label and makes nothing new, since this stands on the way of every call. However many combinations come, there
 * are never more than `most` rows: what is beyond goes to one where every value is `other`.
 */
export class Tally {
  readonly #root: Node = { next: new Map() };
  readonly #columns: number;
  readonly #most: number;
  #size = 0;
  #overflow = 0;

  constructor(columns = 1, most = mostRows) {
    this.#columns = columns;
    this.#most = most;
  }

  /** The row of these label values, always as many and in the order of the metric's labels. */
  row(...values: string[]): Float64Array {
    let node: Node | undefined = this.#root;
    for (const value of values) {
      node = node.next.get(value);
      if (node === undefined) return this.#grow(values);
    }
    return node.row ?? this.#grow(values);
  }

  /** How often a row was asked for that could not be made. */
  get overflow(): number {
    return this.#overflow;
  }

  /** Every combination so far with its row. */
  rows(): [values: readonly string[], row: Float64Array][] {
    const found: [readonly string[], Float64Array][] = [];
    const visit = (node: Node, values: readonly string[]): void => {
      if (node.row !== undefined) found.push([values, node.row]);
      for (const [value, next] of node.next) visit(next, [...values, value]);
    };
    visit(this.#root, []);
    return found;
  }

  #grow(values: readonly string[]): Float64Array {
    if (this.#size < this.#most) {
      this.#size += 1;
      return this.#made(values);
    }
    this.#overflow += 1;
    return this.#made(values.map(() => other));
  }

  #made(values: readonly string[]): Float64Array {
    let node = this.#root;
    for (const value of values) {
      const next: Node = node.next.get(value) ?? { next: new Map() };
      node.next.set(value, next);
      node = next;
    }
    node.row ??= new Float64Array(this.#columns);
    return node.row;
  }
}

/** Adds to one number of a row. What is no amount (negative, not a number) is none: a counter never falls. */
export function add(row: Float64Array, column: number, amount: number): void {
  if (amount > 0) row[column] = (row[column] ?? 0) + amount;
}
