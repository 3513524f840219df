import type { Settings } from '../config/settings.ts';
import { product } from '../base/product.ts';
import { header, type HeaderList } from '../http/headers.ts';
import type { Client } from './gateway.ts';

/** The formats in which clients call: the API's own, or OpenAI's. */
export type Dialect = 'anthropic' | 'openai';

/** Names the dialect of a call to a path that both dialects have. */
export const dialectHeader = `${product.headerPrefix}dialect`;

/** The dialect that a request target speaks by itself. Paths that both have count as the API's. */
export function dialectOf(target: string): Dialect {
  return /^\/openai\/|^\/(?:api\/)?v1\/(?:chat|responses)(?:[/?]|$)/.test(target) ? 'openai' : 'anthropic';
}

/** The same for paths that both have: as the header says, else the setting of the key, else the client's own name. */
export function dialectAsked(
  target: string,
  headers: HeaderList,
  client: Client,
  { keys }: Settings['openai'],
): Dialect {
  const named = header(headers, dialectHeader)?.trim().toLowerCase();
  if (named === 'openai' || named === 'anthropic') return named;
  const byPath = dialectOf(target);
  if (byPath === 'openai') return byPath;
  if (client.is === 'keyed' && keys.includes(client.key.name)) return 'openai';
  // As the official clients call themselves: OpenAI/JS 7.57.0, AsyncOpenAI/Python 3.51.0.
  return /^(?:Async)?OpenAI\//.test(header(headers, 'user-agent') ?? '') ? 'openai' : 'anthropic';
}
