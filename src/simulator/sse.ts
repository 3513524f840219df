import { encodeText, type JsonObject } from './json.ts';
import type { Chunk } from './steps.ts';

/** One server-sent event in the API's form: `event:` and `data:` lines, then an empty one. */
export function event(name: string, data: JsonObject, block?: string): Chunk {
  const bytes = encodeText(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  return block === undefined
    ? { is: 'chunk', event: name, bytes }
    : { is: 'chunk', event: name, block, bytes };
}
