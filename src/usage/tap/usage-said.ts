import type { Usage } from '../../prices/usage.ts';
import { member } from './json.ts';

/**
 * More than any answer uses, by a thousand times. What goes beyond is no count: a thousand answers that say 2^53 would
 * break every sum they are in, the money with them.
 */
const mostCounted = 1_000_000_000;
/** Longer than the name of any tier, speed or place (characters). */
const longestName = 80;

/**
 * Gathers the `usage` of an answer, which may come several times: each report is cumulative and takes the place
 * of the one before, field by field; what it leaves out, or gives as null, stays as it was.
 *
 * `iterations` (beta) are not added up: see docs/decisions/0105.
 */
export class UsageSaid {
  #input: number | undefined;
  #output: number | undefined;
  #cacheRead: number | undefined;
  /** All that was written to the cache, and the parts of it as far as they are named. */
  #cacheWrite: number | undefined;
  #cacheWrite5m: number | undefined;
  #cacheWrite1h: number | undefined;
  #thinking: number | undefined;
  #webSearches: number | undefined;
  #webFetches: number | undefined;
  #serviceTier: string | undefined;
  #speed: string | undefined;
  #inferenceGeo: string | undefined;
  #hasCounts = false;

  take(usage: unknown): void {
    const written = member(usage, 'cache_creation');
    const servers = member(usage, 'server_tool_use');
    this.#input = count(member(usage, 'input_tokens')) ?? this.#input;
    this.#output = count(member(usage, 'output_tokens')) ?? this.#output;
    this.#cacheRead = count(member(usage, 'cache_read_input_tokens')) ?? this.#cacheRead;
    this.#cacheWrite = count(member(usage, 'cache_creation_input_tokens')) ?? this.#cacheWrite;
    this.#cacheWrite5m = count(member(written, 'ephemeral_5m_input_tokens')) ?? this.#cacheWrite5m;
    this.#cacheWrite1h = count(member(written, 'ephemeral_1h_input_tokens')) ?? this.#cacheWrite1h;
    this.#thinking =
      count(member(member(usage, 'output_tokens_details'), 'thinking_tokens')) ?? this.#thinking;
    this.#webSearches = count(member(servers, 'web_search_requests')) ?? this.#webSearches;
    this.#webFetches = count(member(servers, 'web_fetch_requests')) ?? this.#webFetches;
    this.#serviceTier = name(member(usage, 'service_tier')) ?? this.#serviceTier;
    this.#speed = name(member(usage, 'speed')) ?? this.#speed;
    this.#inferenceGeo = name(member(usage, 'inference_geo')) ?? this.#inferenceGeo;
    const counts = [this.#input, this.#output, this.#cacheRead, this.#cacheWrite];
    this.#hasCounts = counts.some((one) => one !== undefined);
  }

  /**
   * What was said; undefined where nothing was.
   *
   * @param estimatedOutput where the answer broke off: the tokens its text would have, if that is more than it said
   */
  told(estimatedOutput?: number): Usage | undefined {
    if (!this.#hasCounts) return undefined;
    const isEstimate = estimatedOutput !== undefined;
    const cacheWrite1h = this.#cacheWrite1h ?? 0;
    return {
      input: this.#input ?? 0,
      output: Math.max(this.#output ?? 0, estimatedOutput ?? 0),
      cacheRead: this.#cacheRead ?? 0,
      // The total counts: where its parts do not add up, the rest was written for five minutes.
      cacheWrite5m: Math.max(
        0,
        (this.#cacheWrite ?? cacheWrite1h + (this.#cacheWrite5m ?? 0)) - cacheWrite1h,
      ),
      cacheWrite1h,
      // The first numbers come before the thinking.
      ...(this.#thinking !== undefined && !isEstimate && { thinking: this.#thinking }),
      webSearches: this.#webSearches ?? 0,
      webFetches: this.#webFetches ?? 0,
      ...(this.#serviceTier !== undefined && { serviceTier: this.#serviceTier }),
      ...(this.#speed !== undefined && { speed: this.#speed }),
      ...(this.#inferenceGeo !== undefined && { inferenceGeo: this.#inferenceGeo }),
      isEstimate,
    };
  }
}

/** What is no count says nothing. */
function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= mostCounted
    ? Number(value)
    : undefined;
}

function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestName) : undefined;
}
