/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text under `name`; undefined for anything else. */
export function textAt(value: unknown, name: string): string | undefined {
  const text = isObject(value) ? value[name] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** The number under `name`; undefined for anything else. */
export function numberAt(value: unknown, name: string): number | undefined {
  const number = isObject(value) ? value[name] : undefined;
  return typeof number === 'number' ? number : undefined;
}

/** The object under `name`; undefined for anything else. */
export function objectAt(value: unknown, name: string): JsonObject | undefined {
  const inner = isObject(value) ? value[name] : undefined;
  return isObject(inner) ? inner : undefined;
}

/** The list under `name`; an empty one for anything else. */
export function listAt(value: unknown, name: string): readonly unknown[] {
  const list: unknown = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}

/** The value of JSON text; undefined where it is none. */
export function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
