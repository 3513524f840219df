import { readBody } from './body.ts';
import { readMessages } from './chat-messages.ts';
import { Conversation, isBlank, type Block } from './conversation.ts';
import { customTool, hasGrammar } from './custom-tools.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import type { ModelFacts } from './model-facts.ts';
import { chatParameters, checkParameters } from './parameters.ts';
import { refusal } from './refusal.ts';
import { flag, messagesRequest, modelOf, schemaFor, tokenLimit, type Around } from './request.ts';
import { functionTool, readChoice, toolsFor, type Choice, type Tools } from './tools.ts';
import { Warnings } from './warnings.ts';

/** What of a chat request its answer depends on. */
export interface ChatAsked {
  /** The model as the client calls it. */
  readonly model: string;
  readonly stream: boolean;
  /** The stream's last chunk tells the usage. */
  readonly includesUsage: boolean;
  /** It offers `functions`: its answer has `function_call`. */
  readonly isLegacy: boolean;
  /** Its tools that take plain text, by name. */
  readonly custom: ReadonlySet<string>;
}

/** A request of the Messages API, and what is needed to answer in the form it was asked in. */
export interface Translated<Asked> {
  readonly body: Buffer;
  readonly asked: Asked;
  readonly warnings: Warnings;
}

/**
 * A chat request as one of the Messages API.
 *
 * @throws GatewayError bad_request where it cannot be honoured
 */
export function chatRequest(bytes: Buffer, around: Around): Translated<ChatAsked> {
  const body = readBody(bytes);
  const warnings = new Warnings();
  const model = modelOf(body, around);
  checkParameters(body, chatParameters, warnings);
  const conversation = new Conversation(model.facts.systemTurns);
  const format = objectAt(body, 'response_format');
  const schema = schemaFor(format, 'response_format', model, conversation, warnings);
  readMessages(body, conversation);
  const stream = flag(body, 'stream') === true;
  const isLegacy = body['tools'] === undefined && Array.isArray(body['functions']);
  const parts = {
    model,
    conversation,
    stream,
    tools: isLegacy ? legacyTools(body, model.facts) : chatTools(body, model.facts, warnings),
    maxTokens: tokenLimit(body, 'max_completion_tokens') ?? tokenLimit(body, 'max_tokens'),
    schema,
    effort: { value: body['reasoning_effort'], parameter: 'reasoning_effort' },
    ownThinking: objectAt(body, 'thinking'),
    stop: stopsIn(body, warnings),
  };
  const includesUsage = objectAt(body, 'stream_options')?.['include_usage'] === true;
  return {
    body: messagesRequest(body, parts, around, warnings),
    asked: { model: model.asked, stream, includesUsage, isLegacy, custom: customIn(body) },
    warnings,
  };
}

function chatTools(body: JsonObject, facts: ModelFacts, warnings: Warnings): Tools {
  const { tools } = body;
  if (tools !== undefined && tools !== null && !Array.isArray(tools))
    throw refusal('tools', 'it must be a list.');
  const list = listAt(body, 'tools').map((tool, at) => chatTool(tool, `tools[${at}]`, facts, warnings));
  return toolsFor(list, readChoice(body['tool_choice']), flag(body, 'parallel_tool_calls'));
}

function chatTool(tool: unknown, place: string, facts: ModelFacts, warnings: Warnings): Block {
  const custom = customOf(tool);
  if (custom !== undefined) {
    if (hasGrammar(custom)) warnings.add('tools: a grammar is told to the model, not enforced');
    return customTool(custom, `${place}.custom`);
  }
  const definition = objectAt(tool, 'function');
  if (textAt(tool, 'type') !== 'function' || definition === undefined)
    throw refusal(place, 'a tool is a function or a custom tool.');
  return functionTool(definition, `${place}.function`, facts);
}

function customOf(tool: unknown): JsonObject | undefined {
  return textAt(tool, 'type') === 'custom' ? objectAt(tool, 'custom') : undefined;
}

function customIn(body: JsonObject): ReadonlySet<string> {
  return new Set(listAt(body, 'tools').flatMap((tool) => textAt(customOf(tool), 'name') ?? []));
}

/** `functions` and `function_call`: the answer has room for one call. */
function legacyTools(body: JsonObject, facts: ModelFacts): Tools {
  const list = listAt(body, 'functions').map((definition, at) => {
    const place = `functions[${at}]`;
    if (!isObject(definition)) throw refusal(place, 'a function is an object.');
    return functionTool(definition, place, facts);
  });
  return toolsFor(list, legacyChoice(body['function_call']), false);
}

function legacyChoice(value: unknown): Choice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none') return { is: value };
  const name = textAt(value, 'name');
  if (name === undefined)
    throw refusal('function_call', 'it must be "auto", "none" or a function by its name.');
  return { is: 'named', name };
}

function stopsIn(body: JsonObject, warnings: Warnings): string[] {
  const { stop } = body;
  if (stop === undefined || stop === null) return [];
  const given: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  const stops = given.filter((one) => typeof one === 'string');
  if (stops.length < given.length) throw refusal('stop', 'it must be a text or a list of texts.');
  const kept = stops.filter((one) => !isBlank(one));
  if (kept.length < stops.length) warnings.add('stop: sequences of blanks alone are left out');
  return kept;
}
