import type { Block, MessagesRequest } from './request.ts';

/** How the input tokens of one call divide between cache and model. */
export interface InputCount {
  /** Neither read from the cache nor written to it. */
  readonly fresh: number;
  readonly read: number;
  readonly write5m: number;
  readonly write1h: number;
}

/** A count, and the writing that belongs to it. */
export interface Measured {
  readonly count: InputCount;
  readonly write: () => void;
}

type Ttl = '5m' | '1h';

const lifeMs = { '5m': 300_000, '1h': 3_600_000 } as const satisfies Record<Ttl, number>;

/** Blocks before a breakpoint in which the API looks for an older entry. */
const lookBack = 20;

/** A picture counts as so many tokens, whatever its bytes. */
const pictureTokens = 1_600;

/** Entries before the dead ones are swept out. */
const sweepAt = 50_000;

const charactersPerToken = 4;

/** Where a prefix ends: its hash, its size so far, and how long it is to be kept if it is to be kept. */
interface Place {
  readonly hash: bigint;
  readonly characters: number;
  readonly keep: Ttl | undefined;
}

/**
 * The prompt cache: prefixes by hash, apart for each organization, workspace and model, as the API keeps
 * them apart. A conversation that moves to another account finds nothing here.
 */
export class PromptCache {
  readonly #entries = new Map<string, { until: number; ttl: Ttl }>();

  /**
   * Counts the input of `request`: what the longest prefix at hand spares, and what its markers would write.
   * Nothing is written before {@link Measured.write}, so that a refused call leaves no trace.
   *
   * @param smallest tokens below which the model caches nothing
   */
  measure(scope: string, request: MessagesRequest, smallest: number, now: number): Measured {
    const places = placesOf(request);
    const total = tokensOf(places.at(-1)?.characters ?? 0);
    const marked = places.flatMap((place, at) =>
      place.keep !== undefined && tokensOf(place.characters) >= smallest ? [at] : [],
    );
    if (marked.length === 0)
      return { count: { fresh: total, read: 0, write5m: 0, write1h: 0 }, write: nothing };
    const name = (place: Place): string => `${scope} ${request.model} ${place.hash.toString(36)}`;
    const found = this.#longest(places, marked, name, now);
    const read = found === undefined ? 0 : tokensOf(found.characters);
    const written = { '5m': 0, '1h': 0 };
    const entries: { name: string; ttl: Ttl }[] = [];
    let upTo = read;
    for (const at of marked) {
      const place = places[at];
      if (place?.keep === undefined) continue;
      const tokens = tokensOf(place.characters);
      written[place.keep] += Math.max(0, tokens - upTo);
      upTo = Math.max(upTo, tokens);
      entries.push({ name: name(place), ttl: place.keep });
    }
    const count = { fresh: total - upTo, read, write5m: written['5m'], write1h: written['1h'] };
    return {
      count,
      write: () => {
        this.#write(entries, found === undefined ? undefined : name(found), now);
      },
    };
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The longest live prefix within reach of a breakpoint. */
  #longest(
    places: readonly Place[],
    marked: readonly number[],
    name: (place: Place) => string,
    now: number,
  ): Place | undefined {
    for (const breakpoint of marked.toReversed()) {
      for (let at = breakpoint; at >= 0 && at > breakpoint - lookBack; at -= 1) {
        const place = places[at];
        if (place === undefined) continue;
        const entry = this.#entries.get(name(place));
        if (entry !== undefined && entry.until > now) return place;
      }
    }
    return undefined;
  }

  /** Using an entry renews it (api.md §13). */
  #write(entries: readonly { name: string; ttl: Ttl }[], used: string | undefined, now: number): void {
    const old = used === undefined ? undefined : this.#entries.get(used);
    if (old !== undefined) old.until = now + lifeMs[old.ttl];
    for (const { name, ttl } of entries) this.#entries.set(name, { until: now + lifeMs[ttl], ttl });
    if (this.#entries.size > sweepAt) this.#sweep(now);
  }

  #sweep(now: number): void {
    for (const [name, { until }] of this.#entries) if (until <= now) this.#entries.delete(name);
  }
}

/** Input tokens of a request: characters of tools, system and messages, a quarter token each. */
export function countInput(request: MessagesRequest): number {
  let characters = 0;
  for (const block of blocksOf(request)) characters += weigh(block).characters;
  return tokensOf(characters);
}

function nothing(): void {}

function tokensOf(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

/** Every block of the prompt in the order in which it is cached: tools, system, messages. */
function* blocksOf(request: MessagesRequest): Generator<Block> {
  yield* request.tools;
  yield* request.system;
  for (const message of request.messages) yield* message.content;
}

function placesOf(request: MessagesRequest): Place[] {
  const places: Place[] = [];
  let hash = 0n;
  let characters = 0;
  for (const block of blocksOf(request)) {
    const weight = weigh(block);
    characters += weight.characters;
    hash = Bun.hash(weight.text, hash);
    places.push({ hash, characters, keep: keepOf(block['cache_control']) });
  }
  const last = places.at(-1);
  if (request.autoCache !== undefined && last !== undefined)
    places[places.length - 1] = { ...last, keep: request.autoCache };
  return places;
}

function keepOf(control: unknown): Ttl | undefined {
  if (typeof control !== 'object' || control === null) return undefined;
  return 'ttl' in control && control.ttl === '1h' ? '1h' : '5m';
}

/** What a block adds to the prompt. Where the marker stands makes no difference to what is cached. */
function weigh(block: Block): { text: string; characters: number } {
  const { cache_control: _, ...rest } = block;
  const text = JSON.stringify(rest);
  const pictures = text.length > 2000 && text.includes('"base64"') ? (text.match(base64Data) ?? []) : [];
  if (pictures.length === 0) return { text, characters: text.length };
  const bytes = pictures.reduce((sum, picture) => sum + picture.length, 0);
  const characters = text.length - bytes + pictures.length * pictureTokens * charactersPerToken;
  return { text, characters };
}

const base64Data = /"data":"[A-Za-z0-9+/=]{500,}"/g;
