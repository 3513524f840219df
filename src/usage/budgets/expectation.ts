import { countedTokens, type Amount } from './amount.ts';
import type { Usage } from '../../prices/usage.ts';

/** What a usage of `model` costs at a moment (ms since the epoch), in millionths of a US dollar. */
export type PriceOf = (model: string, usage: Usage, at: number) => number;

/** What is known of a call before it is sent. */
export interface Asked {
  /** As the request names it. */
  readonly model: string;
  readonly bodyBytes: number;
  /** The most output the request allows; undefined where it does not say, or says it twice. */
  readonly maxTokens: number | undefined;
}

/** Rough, and what the upstream's own gateway takes for answers it did not see to their end. */
const bytesPerToken = 4;
/** A model nobody has used yet is taken to answer with this many tokens. */
const firstOutput = 1_000;
/** How much of `max_tokens` is expected at least: what an answer can go beyond its expectation is bounded by it. */
const leastShare = 1 / 8;
/** For requests that do not say: beyond the output of any model. */
const mostOutput = 128_000;
/** What the newest answer counts in the average: longer ones are believed at once, shorter ones slowly. */
const weightOfMore = 0.5;
const weightOfLess = 0.1;
/** Clients make up names; more models than anybody has. */
const mostModels = 200;

/**
 * What a call may cost, before anybody knows. The output is what answers of that model came to lately, within an
 * eighth and the whole of `max_tokens`: clients ask for many times what they get, and to hold all of it would
 * stop callers long before their budget is used up.
 */
export class Expectations {
  readonly #priceOf: PriceOf;
  readonly #outputs = new Map<string, number>();
  #newest: string | undefined;

  constructor(priceOf: PriceOf) {
    this.#priceOf = priceOf;
  }

  /** `at` in milliseconds since the epoch. */
  of({ model, bodyBytes, maxTokens }: Asked, at: number): Amount {
    const most = Math.max(0, Math.min(maxTokens ?? mostOutput, mostOutput));
    const usual = this.#outputs.get(model) ?? firstOutput;
    const usage: Usage = {
      input: Math.ceil(bodyBytes / bytesPerToken),
      output: Math.ceil(Math.min(most, Math.max(usual, most * leastShare))),
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      webSearches: 0,
      webFetches: 0,
      isEstimate: true,
    };
    return { microUsd: this.#priceOf(model, usage, at), tokens: countedTokens(usage) };
  }

  /** Learns from an answer that was seen to its end. */
  learn(model: string, output: number): void {
    const before = this.#outputs.get(model) ?? firstOutput;
    const weight = output > before ? weightOfMore : weightOfLess;
    // Mostly it is the model of the call before, which stands where it should.
    if (model !== this.#newest) this.#outputs.delete(model);
    this.#newest = model;
    this.#outputs.set(model, before + (output - before) * weight);
    if (this.#outputs.size <= mostModels) return;
    const [oldest] = this.#outputs.keys();
    if (oldest !== undefined) this.#outputs.delete(oldest);
  }
}
