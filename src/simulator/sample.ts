import { isObject, listOf, type JsonObject } from './json.ts';

/** Schemas may refer to themselves; deeper than this a sample becomes empty. */
const deepest = 8;

/** A small value that fits `schema` (JSON Schema, the part of it that tools use). */
export function sampleOf(schema: JsonObject, root: JsonObject = schema, depth = 0): unknown {
  if (depth > deepest) return null;
  const inner = (part: unknown): unknown => sampleOf(isObject(part) ? part : {}, root, depth + 1);
  const reference = schema['$ref'];
  if (typeof reference === 'string') return inner(resolve(reference, root));
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  const [choice] = listOf(schema['enum']);
  if (choice !== undefined) return choice;
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const [first] = listOf(schema[name]);
    if (first !== undefined) return inner(first);
  }
  const type = Array.isArray(schema['type']) ? listOf(schema['type'])[0] : schema['type'];
  switch (type) {
    case 'string':
      return 'sample'.padEnd(Math.min(1000, Number(schema['minLength'] ?? 0)), '.');
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [inner(schema['items'])];
    default:
      return objectOf(schema, inner);
  }
}

/** The required members, or all where none is said to be required. */
function objectOf(schema: JsonObject, inner: (part: unknown) => unknown): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = listOf(schema['required']).filter((name) => typeof name === 'string');
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, inner(properties[name])]));
}

function resolve(reference: string, root: JsonObject): unknown {
  let place: unknown = root;
  for (const name of reference.replace(/^#\/?/, '').split('/')) {
    if (name !== '') place = isObject(place) ? place[name] : undefined;
  }
  return place;
}
