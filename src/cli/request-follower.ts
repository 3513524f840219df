import type { RequestView } from '../admin/contract-usage.ts';
import type { Reports } from '../admin/reports.ts';
import { idsWithin } from '../usage/ledger/ids.ts';
import type { RequestsAsk } from '../usage/reports/request-list.ts';

/** Rows of one question. */
const mostAtOnce = 500;
/**
 * A call gets its id when it ends and is written within the second; of two processes the one may write its earlier
 * calls after the other's later ones. So far back is looked each time (ms).
 */
const lookBackMs = 10_000;

/** Gives calls of the ledger as they come, each once, also those that are written out of order. */
export class Follower {
  readonly #reports: Pick<Reports, 'requests'>;
  readonly #ask: RequestsAsk;
  /** Ids that were given, as far back as is looked. */
  readonly #given = new Set<number>();
  /** Nothing at or before this id is new. */
  #floor: number | undefined;
  #last = 0;

  constructor(reports: Pick<Reports, 'requests'>, ask: RequestsAsk) {
    this.#reports = reports;
    this.#ask = ask;
  }

  /** At first the newest calls that fit; then those that came since. */
  next(): Promise<readonly RequestView[]> {
    return this.#floor === undefined ? this.#first() : this.#since(this.#floor);
  }

  async #first(): Promise<readonly RequestView[]> {
    const { limit } = this.#ask;
    // More than are shown: which of the others are old must be known too.
    const known = await this.#reports.requests({ ...this.#ask, limit: Math.max(limit, mostAtOnce) });
    this.#floor = known.length < mostAtOnce ? 0 : (known[0]?.id ?? 0);
    this.#remember(known);
    return known.slice(-limit);
  }

  async #since(floor: number): Promise<readonly RequestView[]> {
    const found: RequestView[] = [];
    let after = Math.max(floor, this.#last - idsWithin(lookBackMs));
    for (const id of this.#given) if (id <= after) this.#given.delete(id);
    this.#floor = after;
    for (;;) {
      const page = await this.#reports.requests({ ...this.#ask, limit: mostAtOnce, after });
      found.push(...page.filter(({ id }) => !this.#given.has(id)));
      this.#remember(page);
      after = page.at(-1)?.id ?? after;
      if (page.length < mostAtOnce) return found;
    }
  }

  #remember(calls: readonly RequestView[]): void {
    for (const { id } of calls) this.#given.add(id);
    this.#last = Math.max(this.#last, calls.at(-1)?.id ?? 0);
  }
}
