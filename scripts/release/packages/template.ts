import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a mark stands for: `@VERSION@`, or with an argument, `@SHA256:linux-amd64.gz@`. */
export type Value = string | undefined | ((argument: string) => string);

export type Values = Readonly<Record<string, Value>>;

/** Where the templates are. */
export const templates = join(import.meta.dir, '..', '..', '..', 'packaging');

const mark = /@([A-Z][A-Z0-9_]*)(?::([\w.-]+))?@/g;

/** The template `name` (a path below `packaging/`), filled in. */
export function fromTemplate(name: string, values: Values): string {
  return filledIn(readFileSync(join(templates, name), 'utf8'), values, name);
}

/**
 * `text` with every mark replaced. A line with a mark whose value is not known (undefined) is left out.
 *
 * @param name what messages call it
 * @throws where a mark has no value at all: nothing goes out with a blank in it
 */
export function filledIn(text: string, values: Values, name: string): string {
  const lines = text.split('\n').flatMap((line) => {
    const marks = [...line.matchAll(mark)].map(([whole, key = '']) => [whole, key] as const);
    for (const [whole, key] of marks)
      if (!Object.hasOwn(values, key)) throw new Error(`packaging/${name}: nobody knows what ${whole} is`);
    if (marks.some(([, key]) => values[key] === undefined)) return [];
    return [
      line.replaceAll(mark, (_, key: string, argument?: string) => valueOf(values[key], argument, key)),
    ];
  });
  return lines.join('\n');
}

function valueOf(value: Value, argument: string | undefined, key: string): string {
  if (typeof value === 'function') return value(argument ?? '');
  if (argument !== undefined || value === undefined) throw new Error(`@${key}@ takes no argument`);
  return value;
}
