import { invalid } from './errors.ts';
import { checkFields, type Dialect } from './fields.ts';
import { isObject, listOf, textAt, type JsonObject } from './json.ts';
import type { Block, MessagesRequest, ThreadWish } from './request.ts';
import { checkBreakpoints, readMessages } from './validate-messages.ts';
import { readTools } from './validate-tools.ts';

/**
 * Reads a Messages or count_tokens body as strictly as the API does. The wording follows the API's own
 * where that is known.
 *
 * @throws ApiError 400 with the place in the message
 */
export function readRequest(
  body: JsonObject,
  dialect: Dialect,
  endpoint: 'messages' | 'count_tokens',
): MessagesRequest {
  checkFields(body, dialect, endpoint);
  const model = requiredText(body, 'model');
  const maxTokens = endpoint === 'messages' ? readMaxTokens(body) : undefined;
  const thread = readThread(body['thread']);
  const messages = readMessages(body['messages'], dialect, thread);
  const system = readSystem(body['system']);
  const tools = readTools(body['tools'], dialect);
  checkThinking(body['thinking'], maxTokens);
  checkSampling(body);
  checkMetadata(body['metadata']);
  const request: MessagesRequest = {
    model,
    maxTokens,
    stream: readFlag(body, 'stream'),
    messages,
    system,
    tools,
    toolChoice: readToolChoice(body['tool_choice'], tools),
    stopSequences: readStopSequences(body['stop_sequences']),
    hidesThinking: textAt(body['thinking'], 'display') === 'omitted',
    outputSchema: readSchema(body),
    autoCache: readAutoCache(body['cache_control']),
    thread,
    speed: textAt(body, 'speed'),
    inferenceGeo: textAt(body, 'inference_geo'),
    serviceTier: textAt(body, 'service_tier'),
  };
  checkBreakpoints(request);
  return request;
}

function requiredText(body: JsonObject, name: string): string {
  const value = body[name];
  if (value === undefined) throw invalid(`${name}: Field required`);
  if (typeof value !== 'string') throw invalid(`${name}: Input should be a valid string`);
  if (value === '') throw invalid(`${name}: String should have at least 1 character`);
  return value;
}

function readMaxTokens(body: JsonObject): number {
  const value = body['max_tokens'];
  if (value === undefined) throw invalid('max_tokens: Field required');
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw invalid('max_tokens: Input should be a valid integer');
  if (value < 0) throw invalid('max_tokens: Input should be greater than or equal to 0');
  return value;
}

function readFlag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== 'boolean') throw invalid(`${name}: Input should be a valid boolean`);
  return value;
}

function readThread(value: unknown): ThreadWish | undefined {
  if (value === undefined || value === null) return undefined;
  const type = textAt(value, 'type');
  if (type === 'create') return { type };
  if (type !== 'continue') throw invalid("thread.type: Input should be 'create' or 'continue'");
  const previous = textAt(value, 'previous_message_id');
  if (previous === undefined) throw invalid('thread.previous_message_id: Field required');
  return { type, previous };
}

function readSystem(value: unknown): readonly Block[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw invalid('system: Input should be a valid string or list');
  return listOf(value).map((block, at) => {
    if (!isObject(block) || block['type'] !== 'text')
      throw invalid(`system.${at}.type: Input should be 'text'`);
    if (typeof block['text'] !== 'string') throw invalid(`system.${at}.text: Field required`);
    if (block['text'] === '') throw invalid('system: text content blocks must be non-empty');
    return block;
  });
}

function checkThinking(value: unknown, maxTokens: number | undefined): void {
  if (value === undefined || value === null) return;
  const type = textAt(value, 'type');
  if (type !== 'enabled' && type !== 'adaptive' && type !== 'disabled')
    throw invalid("thinking.type: Input should be 'enabled', 'adaptive' or 'disabled'");
  if (type !== 'enabled' || !isObject(value)) return;
  const budget = value['budget_tokens'];
  if (typeof budget !== 'number') throw invalid('thinking.enabled.budget_tokens: Field required');
  if (budget < 1024)
    throw invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  if (maxTokens !== undefined && budget >= maxTokens)
    throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`');
}

function checkSampling(body: JsonObject): void {
  for (const [name, most] of [
    ['temperature', 1],
    ['top_p', 1],
    ['top_k', Number.MAX_SAFE_INTEGER],
  ] as const) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') throw invalid(`${name}: Input should be a valid number`);
    if (value < 0) throw invalid(`${name}: Input should be greater than or equal to 0`);
    if (value > most) throw invalid(`${name}: Input should be less than or equal to ${most}`);
  }
}

function checkMetadata(value: unknown): void {
  if (value === undefined || value === null) return;
  if (!isObject(value)) throw invalid('metadata: Input should be an object');
  for (const [name, member] of Object.entries(value)) {
    if (name !== 'user_id') throw invalid(`metadata.${name}: Extra inputs are not permitted`);
    if (member !== null && typeof member !== 'string')
      throw invalid('metadata.user_id: Input should be a valid string');
  }
}

function readToolChoice(value: unknown, tools: readonly Block[]): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  const type = textAt(value, 'type');
  if (!isObject(value) || !['auto', 'any', 'tool', 'none'].includes(type ?? ''))
    throw invalid("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'");
  if (type !== 'none' && tools.length === 0)
    throw invalid('tool_choice: may only be specified while providing tools');
  if (type === 'tool' && !tools.some((tool) => tool['name'] === value['name']))
    throw invalid(`tool_choice: Tool '${textAt(value, 'name') ?? ''}' not found in provided tools`);
  return value;
}

function readStopSequences(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('stop_sequences: Input should be a valid list');
  return listOf(value).map((sequence, at) => {
    if (typeof sequence !== 'string') throw invalid(`stop_sequences.${at}: Input should be a valid string`);
    if (sequence.trim() === '')
      throw invalid('stop_sequences: each stop sequence must contain non-whitespace');
    return sequence;
  });
}

/** `output_config.format` (or the older `output_format`): what the answer's text has to be. */
function readSchema(body: JsonObject): JsonObject | undefined {
  const config = body['output_config'];
  if (config !== undefined && config !== null && !isObject(config))
    throw invalid('output_config: Input should be an object');
  const effort = isObject(config) ? config['effort'] : undefined;
  if (effort !== undefined && effort !== null && !efforts.some((known) => known === effort))
    throw invalid(`output_config.effort: Input should be one of ${efforts.join(', ')}`);
  const format = (isObject(config) ? config['format'] : undefined) ?? body['output_format'];
  if (format === undefined || format === null) return undefined;
  if (!isObject(format) || format['type'] !== 'json_schema' || !isObject(format['schema']))
    throw invalid("output_config.format: Input should be of type 'json_schema' with a schema");
  return format['schema'];
}

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'];

function readAutoCache(value: unknown): '5m' | '1h' | undefined {
  if (!isObject(value)) return undefined;
  return value['ttl'] === '1h' ? '1h' : '5m';
}
