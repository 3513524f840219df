import { invalid } from './errors.ts';
import type { Dialect } from './fields.ts';
import { isObject, listOf, textAt } from './json.ts';
import type { Block } from './request.ts';

/** Beta values under which a tool may be loaded later. */
const deferBetas = [
  'advanced-tool-use-',
  'tool-search-tool-',
  'mid-conversation-tool-changes-',
  'inline-tools-',
];

/** Members of a tool of the client's own (types of SDK 1.12). */
const customMembers: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'cache_control',
  'strict',
  'eager_input_streaming',
  'allowed_callers',
  'input_examples',
  'defer_loading',
]);

/**
 * Reads `tools`. Tools of the server (`type` with a date) pass with a name; those of the client need a
 * schema.
 *
 * @throws ApiError 400
 */
export function readTools(value: unknown, dialect: Dialect): readonly Block[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('tools: Input should be a valid list');
  const names = new Set<string>();
  return listOf(value).map((tool, at) => {
    const place = `tools.${at}`;
    if (!isObject(tool)) throw invalid(`${place}: Input should be an object`);
    const type = textAt(tool, 'type') ?? 'custom';
    if (type === 'custom') checkCustom(tool, place, dialect);
    const name = textAt(tool, 'name');
    if (name !== undefined && names.has(name)) throw invalid('tools: Tool names must be unique.');
    if (name !== undefined) names.add(name);
    return tool;
  });
}

function checkCustom(tool: Block, place: string, { betas, version }: Dialect): void {
  const name = tool['name'];
  if (name === undefined) throw invalid(`${place}.custom.name: Field required`);
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,128}$/.test(name))
    throw invalid(`${place}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  const schema = tool['input_schema'];
  if (schema === undefined) throw invalid(`${place}.custom.input_schema: Field required`);
  if (!isObject(schema)) throw invalid(`${place}.custom.input_schema: Input should be an object`);
  if (schema['type'] !== 'object')
    throw invalid(`${place}.custom.input_schema.type: Input should be 'object'`);
  for (const member of Object.keys(tool)) {
    if (!customMembers.has(member))
      throw invalid(`${place}.custom.${member}: Extra inputs are not permitted`);
  }
  const mayDefer =
    version !== '2023-06-01' || betas.some((beta) => deferBetas.some((known) => beta.startsWith(known)));
  if (tool['defer_loading'] !== undefined && !mayDefer)
    throw invalid(`${place}.custom.defer_loading: Extra inputs are not permitted`);
}
