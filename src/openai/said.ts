import { numberAt, objectAt, textAt, type JsonObject } from './json.ts';

/** The tokens of an answer, by what OpenAI counts. */
export interface Tokens {
  /** All that was read: fresh, from the cache and into it. */
  readonly input: number;
  readonly cached: number;
  readonly cacheWritten: number;
  readonly output: number;
  /** Of the output. */
  readonly reasoning: number;
}

/** The tokens that a `usage` of the Messages API tells. */
export function tokensIn(usage: JsonObject | undefined): Tokens {
  const count = (name: string): number => numberAt(usage, name) ?? 0;
  const cached = count('cache_read_input_tokens');
  const cacheWritten = count('cache_creation_input_tokens');
  return {
    input: count('input_tokens') + cached + cacheWritten,
    cached,
    cacheWritten,
    output: count('output_tokens'),
    reasoning: numberAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens') ?? 0,
  };
}

/** The usage of the start of a stream with what a later event says in its place: counts are never sums. */
export function laterUsage(
  before: JsonObject | undefined,
  event: JsonObject | undefined,
): JsonObject | undefined {
  if (event === undefined) return before;
  const told = Object.entries(event).filter(([, value]) => value !== null);
  return { ...before, ...Object.fromEntries(told) };
}

/** `usage` of a chat completion. */
export function chatUsage({ input, cached, cacheWritten, output, reasoning }: Tokens): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** `usage` of a response. */
export function responseUsage({ input, cached, cacheWritten, output, reasoning }: Tokens): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** How a stop reason of the Messages API is called in a chat completion. */
export function finishReason(stop: string | undefined, isLegacy: boolean): string {
  switch (stop) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return isLegacy ? 'function_call' : 'tool_calls';
    case 'refusal':
      return 'content_filter';
    case undefined:
    default:
      return 'stop';
  }
}

/** Why the model refused, where it says so. */
export function refusalIn(
  stopReason: string | undefined,
  details: JsonObject | undefined,
): string | undefined {
  if (stopReason !== 'refusal') return undefined;
  return textAt(details, 'explanation') ?? 'The model declined to answer.';
}

/** The service tier of an answer as OpenAI names it. */
export function tierIn(usage: JsonObject | undefined): string | undefined {
  const tier = textAt(usage, 'service_tier');
  if (tier === undefined) return undefined;
  return tier === 'priority' ? 'priority' : 'default';
}

/** An id of OpenAI's form made of one of the Messages API: the same answer always has the same. */
export function idFor(prefix: string, messageId: string): string {
  return `${prefix}${messageId.replace(/^msg_/, '')}`;
}
