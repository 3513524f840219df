import type { Draws } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Plan, PlannedBlock } from './plan.ts';
import type { MessagesRequest } from './request.ts';
import { sign, type DroppedThinking } from './signatures.ts';
import type { Usage } from './totals.ts';
import type { ToldUsage } from './usage-wish.ts';

const charactersPerToken = 4;

export type ComposedBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | {
      readonly type: 'text';
      readonly text: string;
      readonly deltas: number | undefined;
      readonly isStandard: boolean;
    }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: JsonObject };

/** A whole answer of the simulated model. */
export interface Composed {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly ComposedBlock[];
  readonly stopReason: string;
  readonly stopSequence: string | null;
  /** Tokens of the answer alone. */
  readonly output: { readonly all: number; readonly thinking: number };
}

/** Carries out `plan` within `max_tokens` and the stop sequences of the request. */
export function compose(request: MessagesRequest, plan: Plan, organization: string, draws: Draws): Composed {
  const blocks: ComposedBlock[] = [];
  let room = (request.maxTokens ?? 0) * charactersPerToken;
  let stopSequence: string | null = null;
  let isFull = false;
  for (const planned of plan.blocks) {
    const wanted = lengthOf(planned);
    isFull = wanted > room || room === 0;
    const found =
      planned.type === 'text' ? firstOf(request.stopSequences, planned.text.slice(0, room)) : undefined;
    if (isFull && planned.type === 'tool_use') break;
    const length = found?.at ?? Math.min(wanted, room);
    if (length > 0) blocks.push(made(planned, length, request, organization, draws));
    room -= length;
    stopSequence = found?.sequence ?? null;
    if (isFull || stopSequence !== null) break;
  }
  const usesTool = blocks.some(({ type }) => type === 'tool_use');
  const natural = usesTool ? 'tool_use' : 'end_turn';
  const forced = stopSequence === null ? (isFull ? 'max_tokens' : natural) : 'stop_sequence';
  return {
    id: draws.id('msg_'),
    model: request.model,
    blocks,
    stopReason: plan.stopReason ?? forced,
    stopSequence,
    output: outputOf(plan, blocks),
  };
}

function lengthOf(planned: PlannedBlock): number {
  return planned.type === 'tool_use' ? JSON.stringify(planned.input).length : planned.text.length;
}

function firstOf(sequences: readonly string[], text: string): { at: number; sequence: string } | undefined {
  return sequences
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)[0];
}

function made(
  planned: PlannedBlock,
  length: number,
  request: MessagesRequest,
  organization: string,
  draws: Draws,
): ComposedBlock {
  if (planned.type === 'tool_use')
    return { type: 'tool_use', id: draws.id('toolu_'), name: planned.name, input: planned.input };
  if (planned.type === 'text') return { ...planned, text: planned.text.slice(0, length) };
  const thinking = request.hidesThinking ? '' : planned.text.slice(0, length);
  return { type: 'thinking', thinking, signature: sign(thinking, organization) };
}

/** Hidden thinking is paid for as well, so the plan is asked for it. */
function outputOf(plan: Plan, blocks: readonly ComposedBlock[]): Composed['output'] {
  const tokens = (characters: number): number => Math.ceil(characters / charactersPerToken);
  const hasThinking = blocks.some(({ type }) => type === 'thinking');
  let all = 0;
  let thinking = 0;
  for (const planned of plan.blocks)
    if (planned.type === 'thinking' && hasThinking) thinking += tokens(planned.text.length);
  for (const block of blocks) {
    if (block.type === 'text') all += tokens(block.text.length);
    if (block.type === 'tool_use') all += tokens(block.name.length + JSON.stringify(block.input).length);
  }
  return { all: plan.usage.counts.output ?? all + thinking, thinking };
}

/** What an answer says beside its blocks. */
export interface Frame {
  readonly usage: Usage;
  readonly told: ToldUsage;
  readonly request: MessagesRequest;
  /** Undefined where the call did not ask to be told. */
  readonly dropped: readonly DroppedThinking[] | undefined;
  readonly isBatch: boolean;
}

/** The answer as one JSON object. */
export function messageObject(composed: Composed, frame: Frame): JsonObject {
  return {
    ...messageHead(composed, frame, frame.usage.output),
    content: composed.blocks.map(blockObject),
    stop_reason: composed.stopReason,
    stop_sequence: composed.stopSequence,
    stop_details: stopDetails(composed),
  };
}

/** The message as it stands in `message_start`: without content, with the first numbers. */
export function messageHead(composed: Composed, frame: Frame, outputTokens: number): JsonObject {
  const transformed = frame.dropped === undefined ? {} : { input_transformations: frame.dropped };
  return {
    model: composed.model,
    id: composed.id,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    ...transformed,
    usage: usageObject(frame, outputTokens),
  };
}

export function stopDetails({ stopReason }: Composed): JsonObject | null {
  return stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
}

function usageObject(frame: Frame, outputTokens: number): JsonObject {
  const { usage, told, request, isBatch } = frame;
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: cacheCreation(frame),
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: outputTokens === usage.output ? usage.thinking : 0 },
    server_tool_use: serverToolUse(told),
    service_tier: told.serviceTier ?? (isBatch ? 'batch' : 'standard'),
    speed: told.speed ?? request.speed ?? 'standard',
    inference_geo: told.inferenceGeo ?? request.inferenceGeo ?? 'not_available',
  };
}

function cacheCreation({ usage, told }: Frame): JsonObject | null {
  if (told.split === 'none') return null;
  const { write5m, write1h } = told.split ?? { write5m: usage.cacheWrite5m, write1h: usage.cacheWrite1h };
  return { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h };
}

function serverToolUse({ webSearches, webFetches }: ToldUsage): JsonObject | null {
  if (webSearches === undefined && webFetches === undefined) return null;
  return { web_search_requests: webSearches ?? 0, web_fetch_requests: webFetches ?? 0 };
}

/** The numbers of `message_delta`: cumulative, they replace those of `message_start`. */
export function finalUsage({ usage, told }: Frame): JsonObject {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.thinking },
    server_tool_use: serverToolUse(told),
  };
}

/** A block as it stands in an answer. */
export function blockObject(block: ComposedBlock): JsonObject {
  if (block.type === 'thinking')
    return { type: 'thinking', thinking: block.thinking, signature: block.signature };
  if (block.type === 'text') return { type: 'text', text: block.text, citations: null };
  const { id, name, input } = block;
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}
