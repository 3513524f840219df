import { createHash } from 'node:crypto';
import { modelBehind, type Aliases } from './aliases.ts';
import type { Block, Conversation, PromptCache } from './conversation.ts';
import { numberAt, objectAt, textAt, type JsonObject } from './json.ts';
import { factsOf, type ModelFacts } from './model-facts.ts';
import { refusal } from './refusal.ts';
import { samplingFor, thinkingFor } from './thinking.ts';
import type { Tools } from './tools.ts';
import type { Warnings } from './warnings.ts';

/** What a translation needs to know beside the request itself. */
export interface Around {
  readonly aliases: Aliases;
  readonly cache: PromptCache;
  /** The `anthropic-version` the request goes out with. */
  readonly version: string;
}

/** The model of a request, by both its names. */
export interface Model {
  /** As the client calls it. */
  readonly asked: string;
  readonly id: string;
  readonly facts: ModelFacts;
}

/** @throws GatewayError bad_request */
export function modelOf(body: JsonObject, { aliases }: Around): Model {
  const asked = textAt(body, 'model');
  if (asked === undefined || asked === '') throw refusal('model', 'a model name is required.');
  const id = modelBehind(asked, aliases);
  return { asked, id, facts: factsOf(id) };
}

/** What the two endpoints of OpenAI say under different names. */
export interface Parts {
  readonly model: Model;
  readonly conversation: Conversation;
  readonly tools: Tools;
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
  /** What the answer has to look like: see `format.ts`. */
  readonly schema: JsonObject | undefined;
  readonly effort: { readonly value: unknown; readonly parameter: string };
  readonly ownThinking?: JsonObject | undefined;
  readonly stop: readonly string[];
}

/** The Messages request that `parts` make, in the order in which the API caches. @throws GatewayError bad_request */
export function messagesRequest(body: JsonObject, parts: Parts, around: Around, warnings: Warnings): Buffer {
  const { model, conversation, tools, stop, stream } = parts;
  const { facts } = model;
  const maxTokens = parts.maxTokens ?? facts.defaultOutput;
  const { thinking, effort, isOn } = thinkingFor(
    {
      effort: parts.effort.value,
      parameter: parts.effort.parameter,
      own: parts.ownThinking,
      maxTokens,
      toolChoice: tools.choice,
      isLoopWithoutThinking: conversation.isLoopWithoutThinking,
    },
    facts,
    warnings,
  );
  const { system, messages } = conversation.compose(tools.list, around.cache);
  const user = userOf(body);
  const tier = tierOf(body, warnings);
  return encode({
    model: model.id,
    ...(tools.list.length > 0 && { tools: tools.list }),
    ...(system.length > 0 && { system }),
    messages,
    max_tokens: maxTokens,
    ...(stream && { stream }),
    ...(tools.choice !== undefined && { tool_choice: tools.choice }),
    ...(thinking !== undefined && { thinking }),
    ...outputConfig(effort, parts.schema),
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...samplingFor(body, around.version, isOn, facts, warnings),
    ...(user !== undefined && { metadata: { user_id: user } }),
    ...(tier !== undefined && { service_tier: tier }),
  });
}

function encode(request: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(request));
}

function outputConfig(effort: string | undefined, schema: JsonObject | undefined): Block {
  if (effort === undefined && schema === undefined) return {};
  const format = schema === undefined ? {} : { format: { type: 'json_schema', schema } };
  return { output_config: { ...(effort !== undefined && { effort }), ...format } };
}

/** What the API takes as a user id (characters); of a longer one its digest goes out. */
const longestUser = 256;

function userOf(body: JsonObject): string | undefined {
  const user = textAt(body, 'user') ?? textAt(body, 'safety_identifier');
  if (user === undefined || user === '') return undefined;
  return user.length <= longestUser ? user : createHash('sha256').update(user).digest('hex');
}

function tierOf(body: JsonObject, warnings: Warnings): string | undefined {
  const tier = textAt(body, 'service_tier');
  if (tier === undefined || tier === 'auto' || tier === 'priority') return undefined;
  if (tier === 'default') return 'standard_only';
  warnings.add('service_tier: ignored');
  return undefined;
}

/** A whole number of tokens. @throws GatewayError bad_request */
export function tokenLimit(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const limit = numberAt(body, name);
  if (limit === undefined || !Number.isInteger(limit) || limit < 1)
    throw refusal(name, 'it must be a whole number of at least 1.');
  return limit;
}

/** Yes or no. @throws GatewayError bad_request */
export function flag(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw refusal(name, 'it must be true or false.');
  return value;
}

/** What `json_object` becomes: the API has no such mode. */
const jsonInstruction =
  'Answer with one valid JSON object and nothing else: no code fence, no words before or after it.';

/**
 * What the answer has to look like: a schema, or an instruction that the conversation gets.
 *
 * @param format `{type: "json_schema", …}`, with the schema where that endpoint puts it
 * @throws GatewayError bad_request
 */
export function schemaFor(
  format: JsonObject | undefined,
  parameter: string,
  { facts }: Model,
  conversation: Conversation,
  warnings: Warnings,
): JsonObject | undefined {
  const type = textAt(format, 'type');
  if (format === undefined || type === 'text') return undefined;
  if (type === 'json_object') {
    conversation.system(jsonInstruction);
    warnings.add(`${parameter}: json_object is asked for by an instruction, not enforced`);
    return undefined;
  }
  if (type !== 'json_schema') throw refusal(parameter, 'its type must be text, json_object or json_schema.');
  const schema = objectAt(objectAt(format, 'json_schema') ?? format, 'schema');
  if (schema === undefined) throw refusal(parameter, 'json_schema needs a schema.');
  if (!facts.schemas) throw refusal(parameter, 'the model has no structured output.');
  return schema;
}
