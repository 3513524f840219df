import type { Account } from '../accounts/account.ts';
import { collect } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { header, without } from '../http/headers.ts';
import type { Settings } from '../config/settings.ts';

/** More than a page of a thousand batches (bytes). */
const largestPage = 4 * 1024 * 1024;

/** Where the caller reaches us, as its SDK would write it before `/v1/…`. */
export function callersBase(call: Call, { server }: Settings): string {
  const prefix = call.target.startsWith('/api/v1/') ? '/api' : '';
  const host = header(call.headers, 'host') ?? '';
  const isPublic = server.publicUrl !== undefined && header(call.headers, 'x-forwarded-for') !== undefined;
  const origin = isPublic ? server.publicUrl : `${call.peer.secure ? 'https' : 'http'}://${host}`;
  return `${origin}${prefix}`;
}

/**
 * The answer with the `results_url` of batches pointing here instead of at the upstream. SDKs fetch that
 * URL as it stands, with the credential they have for us: the upstream would refuse it, and a key of ours
 * would have travelled there. The URL alone is spliced; every other byte stays. See docs/decisions/0006.
 */
export async function withOwnResultsUrl(answer: Answer, account: Account, base: string): Promise<Answer> {
  const { body, headers } = answer;
  const isJson = /^application\/json\b/i.test(header(headers, 'content-type') ?? '');
  if (answer.status !== 200 || !isJson || body === undefined) return answer;
  if (header(headers, 'content-encoding') !== undefined) return answer;
  const bytes = body instanceof Uint8Array ? body : await collect(body, largestPage);
  const text = Buffer.from(bytes).toString('latin1');
  const spliced = text.replace(pattern(account.baseUrl), (_, before: string) => `${before}${base}`);
  const changed = spliced === text ? bytes : Buffer.from(spliced, 'latin1');
  const rest = without(headers, (name) => name === 'content-length');
  return { ...answer, headers: [...rest, 'content-length', String(changed.length)], body: changed };
}

/** `"results_url":"https://upstream` before its `/v1/`; JSON may write the slashes escaped. */
function pattern(baseUrl: string): RegExp {
  const { host } = new URL(baseUrl);
  const name = host.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`("results_url"\s*:\s*")https?:\\?/\\?/${name}[^"]*?(?=\\?/v1\\?/)`, 'g');
}
