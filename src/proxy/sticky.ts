import type { Bindings } from '../accounts/bindings.ts';
import { tapped, TooManyBytes, type ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { decoded } from '../http/coding.ts';
import { header } from '../http/headers.ts';
import type { Log } from '../base/log.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * How long each kind of object is remembered (ms). Batches keep their results 29 days; a thread is gone
 * within the hour; what has no stated end is kept long and renewed by use.
 */
const lifetimes: ReadonlyMap<string, number> = new Map([
  ['batches', 31 * dayMs],
  ['thread', hourMs],
  ['container', 31 * dayMs],
]);
const usualLifetime = 400 * dayMs;

/** Groups whose answers have ids that nobody asks for again: any account can serve them. */
const stateless: ReadonlySet<string> = new Set([
  'chat',
  'complete',
  'completions',
  'embeddings',
  'experimental',
  'messages',
  'models',
  'oauth',
  'responses',
]);

/** How long an object of this kind is remembered (ms). */
export function lifetimeOf(kind: string): number {
  return lifetimes.get(kind) ?? usualLifetime;
}

/** More than any JSON answer that makes an object (bytes), as it comes and decoded. */
const largestObject = 256 * 1024;
const largestDecoded = 1024 * 1024;

/**
 * The id in an object's path: `/v1/files/ID/content`, `/v1/messages/batches/ID`; undefined for the
 * collection itself, and for groups whose ids belong to no account.
 */
export function objectIdOf(path: string, group: string): string | undefined {
  if (stateless.has(group)) return undefined;
  const segments = path.split('/');
  const id = segments[segments.indexOf(group) + 1];
  return id === undefined || id === '' ? undefined : decodeURIComponent(id);
}

/** The account behind the first known of `ids`. */
export async function accountBehind(
  ids: readonly string[],
  bindings: Pick<Bindings, 'find'>,
): Promise<string | undefined> {
  for (const id of ids) {
    const accountId = await bindings.find(id);
    if (accountId !== undefined) return accountId;
  }
  return undefined;
}

/**
 * Remembers whose the object is that a good JSON answer describes. The answer passes on untouched; its
 * `id` is read from a copy, decoded where it is compressed.
 */
export function rememberObject(
  answer: Answer,
  group: string,
  accountId: string,
  bindings: Pick<Bindings, 'remember'>,
  log: Log,
): Answer {
  const { status, headers, body } = answer;
  const isJson = header(headers, 'content-type')?.toLowerCase().includes('json') === true;
  if (status >= 300 || !isJson || body === undefined || stateless.has(group)) return answer;
  const learn = (bytes: Uint8Array): void => {
    const id = idIn(decoded(bytes, header(headers, 'content-encoding'), largestDecoded));
    if (id !== undefined) bindings.remember(group, id, accountId, lifetimeOf(group));
  };
  if (!(body instanceof Uint8Array)) return { ...answer, body: whenWhole(body, learn, log) };
  learn(body);
  return answer;
}

function whenWhole(source: ByteSource, then: (bytes: Uint8Array) => void, log: Log): ByteSource {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const look = {
    chunk(bytes: Uint8Array) {
      size += bytes.length;
      if (size > largestObject) throw new TooManyBytes('the answer is too long to look for an id');
      chunks.push(bytes);
    },
    done({ is }: { is: string }) {
      if (is === 'complete') then(Buffer.concat(chunks));
    },
  };
  return tapped(source, look, (error) => {
    log.debug('object id not read', { reason: String(error) });
  });
}

function idIn(bytes: Uint8Array | undefined): string | undefined {
  const object = parsed(bytes);
  const id: unknown = typeof object === 'object' && object !== null ? Reflect.get(object, 'id') : undefined;
  return typeof id === 'string' && id !== '' && id.length <= 200 ? id : undefined;
}

function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
