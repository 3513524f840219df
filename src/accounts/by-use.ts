interface Entry<Value> {
  readonly key: string;
  value: Value;
  older: Entry<Value> | undefined;
  newer: Entry<Value> | undefined;
}

/**
 * A map in the order in which its entries were used last. A `Map` would do, if an entry were deleted and set again at
 * each use; but what is deleted stays in the way of its key until the whole map is made anew, so that among ten
 * thousand entries one that is used all the time would cost 8 µs, and two of them 30.
 */
export class ByUse<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  #oldest: Entry<Value> | undefined;
  #newest: Entry<Value> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** The key that was not used for longest. */
  get oldest(): string | undefined {
    return this.#oldest?.key;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Sets the value of `key`, which is the one used last from now on. */
  use(key: string, value: Value): void {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { key, value, older: undefined, newer: undefined };
      this.#entries.set(key, entry);
    } else {
      entry.value = value;
      if (entry === this.#newest) return;
      this.#unlink(entry);
    }
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#unlink(entry);
  }

  /** The one that was not used for longest comes first. The entry that was given last may be deleted meanwhile. */
  *[Symbol.iterator](): IterableIterator<[string, Value]> {
    for (let entry = this.#oldest; entry !== undefined;) {
      const { key, value, newer } = entry;
      yield [key, value];
      entry = newer;
    }
  }

  #unlink(entry: Entry<Value>): void {
    const { older, newer } = entry;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    entry.older = undefined;
    entry.newer = undefined;
  }
}
