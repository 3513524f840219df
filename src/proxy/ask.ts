import { createHash } from 'node:crypto';
import { GatewayError } from '../base/errors.ts';
import { header, type HeaderList } from '../http/headers.ts';
import { NotJson, scanArray, scanObject, valueAt, type Span } from '../http/json-scan.ts';

/** What routing needs to know of a messages body. */
export interface MessagesAsk {
  readonly model: string;
  readonly stream: boolean;
  /** What keeps a conversation on one account; undefined where nothing tells conversations apart. */
  readonly session: string | undefined;
  /** Ids of objects that belong to the account that made them: files, containers, continued threads. */
  readonly objects: readonly string[];
  /** The upstream keeps the conversation (`thread`): the answer's id is where it continues. */
  readonly isThreaded: boolean;
  /** It continues one: nobody but the account that has it can. */
  readonly continuesThread: boolean;
}

const wanted: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'metadata',
  'messages',
  'thread',
  'container',
]);

/**
 * Reads a messages or count_tokens body without building it.
 *
 * @throws GatewayError bad_request with one clear cause
 */
export function readAsk(headers: HeaderList, body: Buffer): MessagesAsk {
  let spans: Map<string, Span>;
  try {
    spans = scanObject(body, wanted);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const message =
      body.length === 0
        ? 'The request has no body.'
        : `The request body is not a JSON object: ${error.message}.`;
    throw new GatewayError('bad_request', message, { cause: error });
  }
  const model = valueAt(body, spans.get('model'));
  if (typeof model !== 'string' || model === '') {
    throw new GatewayError('bad_request', 'model: a model name is required.');
  }
  const thread = valueAt(body, spans.get('thread'));
  return {
    model,
    stream: valueAt(body, spans.get('stream')) === true,
    session: sessionOf(headers, body, spans),
    objects: objectsOf(body, spans, thread),
    isThreaded: isRecord(thread),
    continuesThread: isRecord(thread) && thread['type'] === 'continue',
  };
}

/**
 * The session of a call: Claude Code's header, else the session inside `metadata.user_id`, else a digest
 * of the first user message's text. System blocks, cache marks and the form of history entries change
 * between turns of one conversation and are left out of it.
 */
function sessionOf(headers: HeaderList, body: Buffer, spans: Map<string, Span>): string | undefined {
  const named = header(headers, 'x-claude-code-session-id');
  if (named !== undefined && named !== '') return named.slice(0, 200);
  const metadata = valueAt(body, spans.get('metadata'));
  const user = isRecord(metadata) ? metadata['user_id'] : undefined;
  if (typeof user === 'string') {
    const inside = sessionInUser(user);
    if (inside !== undefined) return inside;
  }
  const text = firstUserText(body, spans.get('messages'));
  if (text === undefined) return undefined;
  const digest = createHash('sha256')
    .update(typeof user === 'string' ? user : '')
    .update('\0')
    .update(text);
  return `text-${digest.digest('hex').slice(0, 32)}`;
}

/** Today a JSON text with `session_id`; earlier clients wrote `user_…_session_<uuid>`. */
function sessionInUser(user: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(user);
    const id = isRecord(parsed) ? parsed['session_id'] : undefined;
    if (typeof id === 'string' && id !== '') return id.slice(0, 200);
  } catch {
    // Not JSON: the older form, or an id of the caller's own.
  }
  return /_session_([0-9a-zA-Z-]{8,64})$/.exec(user)?.[1];
}

function firstUserText(body: Buffer, messages: Span | undefined): string | undefined {
  if (messages === undefined || body[messages.start] !== 0x5b) return undefined;
  for (const span of scanArray(body, messages, 3)) {
    const message = valueAt(body, span);
    if (!isRecord(message) || message['role'] !== 'user') continue;
    const { content } = message;
    if (typeof content === 'string') return content;
    if (!Array.isArray(content)) return undefined;
    const texts = content.map((block: unknown) => (isRecord(block) ? block['text'] : undefined));
    return texts.filter((text) => typeof text === 'string').join('\n');
  }
  return undefined;
}

function objectsOf(body: Buffer, spans: Map<string, Span>, thread: unknown): string[] {
  const objects: string[] = [];
  if (
    isRecord(thread) &&
    thread['type'] === 'continue' &&
    typeof thread['previous_message_id'] === 'string'
  ) {
    objects.push(thread['previous_message_id']);
  }
  const container = valueAt(body, spans.get('container'));
  const containerId = isRecord(container) ? container['id'] : container;
  if (typeof containerId === 'string') objects.push(containerId);
  const messages = spans.get('messages');
  if (messages !== undefined) objects.push(...fileIds(body, messages));
  return objects;
}

const fileField = Buffer.from('"file_id"');

/** The values of `"file_id"` members; the same words inside a string have a backslash before the quote. */
function fileIds(body: Buffer, messages: Span): string[] {
  const ids = new Set<string>();
  for (let at = body.indexOf(fileField, messages.start); at !== -1 && at < messages.end && ids.size < 100;) {
    if (body[at - 1] !== 0x5c) {
      const near = body.toString('latin1', at + fileField.length, at + fileField.length + 160);
      const id = /^\s*:\s*"([A-Za-z0-9_-]{1,128})"/.exec(near)?.[1];
      if (id !== undefined) ids.add(id);
    }
    at = body.indexOf(fileField, at + fileField.length);
  }
  return [...ids];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
