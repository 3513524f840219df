import type { Aliases } from './aliases.ts';
import { isObject, listAt, textAt, type JsonObject } from './json.ts';

/** The API's list of models as OpenAI's; aliases that are names, not patterns, are models as well. */
export function modelList(list: JsonObject, aliases: Aliases): JsonObject {
  const models = listAt(list, 'data').filter(isObject);
  const known = new Map(models.map((model) => [textAt(model, 'id') ?? '', model]));
  const named = Object.entries(aliases).filter(([alias]) => !alias.includes('*') && !known.has(alias));
  const others = named.map(([alias, id]) => modelObject(known.get(id) ?? {}, alias));
  return { object: 'list', data: [...models.map((model) => modelObject(model)), ...others] };
}

/** One model, under its own id or the name it is asked for by. */
export function modelObject(model: JsonObject, asked: string = textAt(model, 'id') ?? ''): JsonObject {
  const createdAt = Date.parse(textAt(model, 'created_at') ?? '');
  const created = Number.isNaN(createdAt) ? 0 : Math.floor(createdAt / 1000);
  return { id: asked, object: 'model', created, owned_by: 'anthropic' };
}
