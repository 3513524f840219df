import { formsOf } from './id-forms.ts';
import { PackagedPrices } from './packaged.ts';
import { priceAt, type Price, type PriceHistory } from './price.ts';
import { shippedList, type PriceList } from './price-list.ts';
import { setHistories, type SetHistory, type SetPrices } from './set-prices.ts';

/** So many model names are remembered: names are the client's choice, and must not fill the memory. */
const mostRemembered = 500;
/** Longer names are looked up each time (characters). */
const longestRemembered = 200;

interface Resolved {
  /** What the settings say, newest first. */
  readonly set: readonly SetHistory[];
  /** What holds where they say nothing yet. */
  readonly known: PriceHistory;
}

export interface PriceBookOptions {
  readonly list: PriceList;
  readonly packaged: PackagedPrices;
  /** The prices of the settings as they are now; a reload puts another map in their place. */
  readonly set: () => SetPrices;
}

/**
 * Says what a model costs. In this order: the settings, our own list, the package, and where none of them knows the
 * model what the client itself would assume, marked as unknown.
 */
export class PriceBook {
  readonly list: PriceList;
  readonly packaged: PackagedPrices;
  readonly #set: () => SetPrices;
  #seen: SetPrices;
  #resolved = new Map<string, Resolved>();

  constructor({ list, packaged, set }: PriceBookOptions) {
    this.list = list;
    this.packaged = packaged;
    this.#set = set;
    this.#seen = set();
  }

  /** The price of the model that a call asked for as `model`, at the moment `at`. */
  priceOf(model: string | undefined, at: number): Price {
    const { set, known } = this.#resolve(model ?? '');
    const current = set.find(({ from }) => from <= at);
    return priceAt(current === undefined ? known : current.history, at);
  }

  #resolve(model: string): Resolved {
    const set = this.#set();
    if (set !== this.#seen) {
      this.#seen = set;
      this.#resolved = new Map();
    }
    const remembered = this.#resolved.get(model);
    if (remembered !== undefined) return remembered;
    const resolved = this.#lookUp(model, set);
    if (model.length <= longestRemembered) {
      const [oldest] = this.#resolved.keys();
      if (this.#resolved.size >= mostRemembered && oldest !== undefined) this.#resolved.delete(oldest);
      this.#resolved.set(model, resolved);
    }
    return resolved;
  }

  #lookUp(model: string, set: SetPrices): Resolved {
    const names = formsOf(model);
    const known = this.#listed(names) ?? this.packaged.find(names) ?? this.list.unknown;
    return { set: setHistories(set, names, known), known };
  }

  #listed(names: readonly string[]): PriceHistory | undefined {
    const { models, aliases } = this.list;
    // A `[1m]` may follow an alias, nothing may stand before one: a fine-tune may be called `…/opus`.
    const id = aliases.get((names[0] ?? '').replace(/\[1m\]$/, ''));
    if (id !== undefined) return models.get(id);
    for (const name of names) {
      const history = models.get(name);
      if (history !== undefined) return history;
    }
    return undefined;
  }
}

/** The book of this program: its own list, the package behind it, and in front of both what the settings say. */
export function openPriceBook(set: () => SetPrices = () => nothingSet): PriceBook {
  return new PriceBook({ list: shippedList(), packaged: new PackagedPrices(), set });
}

const nothingSet: SetPrices = new Map();
