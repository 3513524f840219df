import { readBody } from './body.ts';
import type { Translated } from './chat-request.ts';
import { Conversation, type Block } from './conversation.ts';
import { customTool, hasGrammar } from './custom-tools.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import type { ModelFacts } from './model-facts.ts';
import { checkParameters, responsesParameters } from './parameters.ts';
import { refusal } from './refusal.ts';
import { flag, messagesRequest, modelOf, schemaFor, tokenLimit, type Around } from './request.ts';
import { readInput } from './responses-items.ts';
import { functionTool, readChoice, toolsFor, type Tools } from './tools.ts';
import { Warnings } from './warnings.ts';

/** What of a responses request its answer depends on. */
export interface ResponsesAsked {
  readonly stream: boolean;
  /** Members of the request that every response repeats, the model as the client calls it among them. */
  readonly echo: JsonObject;
  /** Its tools that take plain text, by name. */
  readonly custom: ReadonlySet<string>;
}

/**
 * A responses request as one of the Messages API.
 *
 * @throws GatewayError bad_request where it cannot be honoured
 */
export function responsesRequest(bytes: Buffer, around: Around): Translated<ResponsesAsked> {
  const body = readBody(bytes);
  const warnings = new Warnings();
  const model = modelOf(body, around);
  checkParameters(body, responsesParameters, warnings);
  const conversation = new Conversation(model.facts.systemTurns);
  const instructions = textAt(body, 'instructions');
  if (instructions !== undefined) conversation.system(instructions);
  const text = objectAt(body, 'text');
  const schema = schemaFor(objectAt(text, 'format'), 'text.format', model, conversation, warnings);
  if ((textAt(text, 'verbosity') ?? 'medium') !== 'medium') warnings.add('text.verbosity: ignored');
  readInput(body, conversation);
  const stream = flag(body, 'stream') === true;
  const parts = {
    model,
    conversation,
    stream,
    tools: toolsIn(body, model.facts, warnings),
    maxTokens: tokenLimit(body, 'max_output_tokens'),
    schema,
    effort: { value: objectAt(body, 'reasoning')?.['effort'], parameter: 'reasoning.effort' },
    stop: [],
  };
  return {
    body: messagesRequest(body, parts, around, warnings),
    asked: { stream, echo: echoOf(body, model.asked), custom: customIn(body) },
    warnings,
  };
}

/** Searching the web is help that an answer can do without; what else OpenAI's servers do, it cannot. */
const search = /^web_search/;

function toolsIn(body: JsonObject, facts: ModelFacts, warnings: Warnings): Tools {
  const { tools } = body;
  if (tools !== undefined && tools !== null && !Array.isArray(tools))
    throw refusal('tools', 'it must be a list.');
  const list = listAt(body, 'tools').flatMap((tool, at): Block[] => {
    const place = `tools[${at}]`;
    if (search.test(textAt(tool, 'type') ?? '')) {
      warnings.add('tools: the web search of OpenAI is left out');
      return [];
    }
    if (isObject(tool) && tool['type'] === 'custom') {
      if (hasGrammar(tool)) warnings.add('tools: a grammar is told to the model, not enforced');
      return [customTool(tool, place)];
    }
    if (!isObject(tool) || tool['type'] !== 'function')
      throw refusal(place, "a tool is a function; the tools of OpenAI's servers have no counterpart here.");
    return [functionTool(tool, place, facts)];
  });
  return toolsFor(list, readChoice(body['tool_choice']), flag(body, 'parallel_tool_calls'));
}

function customIn(body: JsonObject): ReadonlySet<string> {
  const custom = listAt(body, 'tools').filter((tool) => textAt(tool, 'type') === 'custom');
  return new Set(custom.flatMap((tool) => textAt(tool, 'name') ?? []));
}

/** Every response says again how it was asked for; what is not stored is told as not stored. */
function echoOf(body: JsonObject, model: string): JsonObject {
  const reasoning = objectAt(body, 'reasoning');
  return {
    model,
    access_programs: null,
    background: false,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    metadata: objectAt(body, 'metadata') ?? {},
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: { effort: reasoning?.['effort'] ?? null, summary: reasoning?.['summary'] ?? null },
    safety_identifier: body['safety_identifier'] ?? null,
    store: false,
    temperature: body['temperature'] ?? null,
    text: { format: { type: 'text' }, ...objectAt(body, 'text') },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: listAt(body, 'tools'),
    top_logprobs: 0,
    top_p: body['top_p'] ?? null,
    truncation: 'disabled',
    user: body['user'] ?? null,
  };
}
