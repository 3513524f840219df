import type { HtmlEscapedString } from 'hono/utils/html';
import { raw } from 'hono/html';

/** Something JSX made: text when it is asked for. */
interface Made {
  toString(): string;
}

/**
 * The rows of a list as they were rendered last. Of a long list one or two change at a time, and rendering the
 * others again would keep answers waiting.
 */
export class KeptRows {
  #rows = new Map<string, { readonly state: string; readonly html: HtmlEscapedString }>();

  /** The rows of `items`, each rendered anew where its state is another; what is no longer there is forgotten. */
  render<T>(
    items: readonly T[],
    of: { id(item: T): string; state(item: T): unknown; row(item: T): Made },
  ): HtmlEscapedString[] {
    const before = this.#rows;
    this.#rows = new Map();
    return items.map((item) => {
      const id = of.id(item);
      const state = JSON.stringify(of.state(item));
      const kept = before.get(id);
      const row = kept?.state === state ? kept : { state, html: raw(of.row(item).toString()) };
      this.#rows.set(id, row);
      return row.html;
    });
  }
}
