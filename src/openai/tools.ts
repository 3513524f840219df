import type { Block } from './conversation.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import type { ModelFacts } from './model-facts.ts';
import { refusal } from './refusal.ts';

/** Tools and how they are to be used, as the Messages API wants them. */
export interface Tools {
  readonly list: readonly Block[];
  readonly choice: Block | undefined;
}

/** How a call wants its tools to be used, whichever of OpenAI's ways it says that in. */
export type Choice =
  | { readonly is: 'auto' | 'none' | 'required' }
  | { readonly is: 'named'; readonly name: string }
  | { readonly is: 'allowed'; readonly names: readonly string[]; readonly isRequired: boolean };

/**
 * A function as a tool. `strict` holds its calls to the schema on models that can.
 *
 * @throws GatewayError bad_request
 */
export function functionTool(definition: JsonObject, place: string, { schemas }: ModelFacts): Block {
  const name = textAt(definition, 'name');
  if (name === undefined || name === '') throw refusal(`${place}.name`, 'a function needs a name.');
  const description = textAt(definition, 'description');
  const { parameters } = definition;
  if (parameters !== undefined && parameters !== null && !isObject(parameters))
    throw refusal(`${place}.parameters`, 'it must be a JSON schema.');
  return {
    name,
    ...(description !== undefined && description !== '' && { description }),
    input_schema: schemaOf(isObject(parameters) ? parameters : {}),
    ...(definition['strict'] === true && schemas && { strict: true }),
  };
}

/** The API wants the type said; a function without parameters takes an empty object. */
function schemaOf(parameters: JsonObject): JsonObject {
  if (parameters['type'] === 'object') return parameters;
  return { ...parameters, type: 'object', ...(parameters['properties'] === undefined && { properties: {} }) };
}

/**
 * What `tool_choice` asks for, in the form of chat (`{type, function: {name}}`, `custom` alike) or of responses (`{type, name}`).
 *
 * @throws GatewayError bad_request
 */
export function readChoice(value: unknown): Choice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { is: value };
  const type = textAt(value, 'type');
  if (type === 'function' || type === 'custom') {
    const name = nameOf(value);
    if (name !== undefined) return { is: 'named', name };
  }
  if (type === 'allowed_tools') {
    const allowed = objectAt(value, 'allowed_tools') ?? value;
    const names = listAt(allowed, 'tools').flatMap((tool) => nameOf(tool) ?? []);
    if (names.length > 0) return { is: 'allowed', names, isRequired: textAt(allowed, 'mode') === 'required' };
  }
  throw refusal(
    'tool_choice',
    'it must be "auto", "none", "required", a tool by its name, or allowed_tools with tools.',
  );
}

function nameOf(tool: unknown): string | undefined {
  const inner = objectAt(tool, 'function') ?? objectAt(tool, 'custom') ?? tool;
  return textAt(inner, 'name');
}

/**
 * The tools that may be used, and the `tool_choice` of the Messages API.
 *
 * @param parallel whether several may be called at once; undefined leaves it to the model
 * @throws GatewayError bad_request
 */
export function toolsFor(
  list: readonly Block[],
  choice: Choice | undefined,
  parallel: boolean | undefined,
): Tools {
  if (list.length === 0) {
    if (choice === undefined || choice.is === 'none' || choice.is === 'auto')
      return { list, choice: undefined };
    throw refusal('tool_choice', 'it may only be given together with tools.');
  }
  const single = parallel === false ? { disable_parallel_tool_use: true } : {};
  if (choice === undefined)
    return { list, choice: parallel === false ? { type: 'auto', ...single } : undefined };
  switch (choice.is) {
    case 'none':
      return { list, choice: { type: 'none' } };
    case 'auto':
      return { list, choice: { type: 'auto', ...single } };
    case 'required':
      return { list, choice: { type: 'any', ...single } };
    case 'named':
      requireAll([choice.name], list);
      return { list, choice: { type: 'tool', name: choice.name, ...single } };
    case 'allowed': {
      requireAll(choice.names, list);
      const names = new Set(choice.names);
      const allowed = list.filter((tool) => names.has(String(tool['name'])));
      return { list: allowed, choice: { type: choice.isRequired ? 'any' : 'auto', ...single } };
    }
  }
}

function requireAll(names: readonly string[], list: readonly Block[]): void {
  const missing = names.find((name) => !list.some((tool) => tool['name'] === name));
  if (missing !== undefined)
    throw refusal(
      'tool_choice',
      `there is no tool ${JSON.stringify(missing.slice(0, 128))} among the tools.`,
    );
}
