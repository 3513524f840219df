import { GatewayError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { header, type HeaderList } from '../http/headers.ts';
import { NotJson, scanArray, scanObject, valueAt, type Span } from '../http/json-scan.ts';

/** What routing needs to know of a messages body. */
export interface MessagesAsk {
  readonly model: string;
  readonly stream: boolean;
  /** The most output it allows (`max_tokens`); undefined where it does not say, or says it twice. */
  readonly maxTokens: number | undefined;
  /** What keeps a conversation on one account; undefined where nothing tells conversations apart. */
  readonly session: string | undefined;
  /** Ids of objects that belong to the account that made them: files, containers, skills, continued threads. */
  readonly objects: readonly string[];
  /** The upstream keeps the conversation (`thread`): the answer's id is where it continues. */
  readonly isThreaded: boolean;
  /** It continues one: nobody but the account that has it can. */
  readonly continuesThread: boolean;
}

const wanted: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'max_tokens',
  'metadata',
  'messages',
  'thread',
  'container',
]);

const openBracket = 0x5b;
const backslash = 0x5c;
const fileField = Buffer.from('"file_id"');
/** More than any body names; each is looked up. */
const mostObjects = 100;
/** Longer than any name of a model, the resource names of other clouds included. */
const longestModel = 512;

/**
 * Reads a messages or count_tokens body without building it.
 *
 * @throws GatewayError bad_request with one clear cause
 */
export function readAsk(headers: HeaderList, body: Buffer): MessagesAsk {
  const { spans, twice } = spansOf(body);
  const thread = valueAt(body, spans.get('thread'));
  return {
    model: modelOf(body, spans),
    stream: valueAt(body, spans.get('stream')) === true,
    maxTokens: twice.has('max_tokens') ? undefined : countOf(valueAt(body, spans.get('max_tokens'))),
    session: sessionOf(headers, body, spans),
    objects: objectsOf(body, spans, thread),
    isThreaded: isRecord(thread),
    continuesThread: isRecord(thread) && thread['type'] === 'continue',
  };
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** The members that are wanted, and which of them the body has twice. */
interface Found {
  readonly spans: Map<string, Span>;
  readonly twice: ReadonlySet<string>;
}

function spansOf(body: Buffer): Found {
  const twice = new Set<string>();
  try {
    const spans = scanObject(body, wanted, (name) => twice.add(name));
    if (!twice.has('model')) return { spans, twice };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const message =
      body.length === 0
        ? 'The request has no body.'
        : `The request body is not a JSON object: ${error.message}.`;
    throw new GatewayError('bad_request', message, { cause: error });
  }
  // Some parsers take the first, some the last: what a key allows must be what the upstream runs.
  throw new GatewayError('bad_request', 'model: the request names its model twice.');
}

function modelOf(body: Buffer, spans: Map<string, Span>): string {
  const model = valueAt(body, spans.get('model'));
  if (typeof model !== 'string' || model === '')
    throw new GatewayError('bad_request', 'model: a model name is required.');
  if (model.length > longestModel)
    throw new GatewayError('bad_request', `model: the name is longer than ${longestModel} characters.`);
  return model;
}

/**
 * The session of a call: Claude Code's header, else the session inside `metadata.user_id`, else a digest
 * of the first user message's text. System blocks, cache marks and the form of history entries change
 * between turns of one conversation and are left out of it.
 */
function sessionOf(headers: HeaderList, body: Buffer, spans: Map<string, Span>): string | undefined {
  const named = header(headers, 'x-claude-code-session-id');
  if (named !== undefined && named !== '') return asSession(named);
  const metadata = valueAt(body, spans.get('metadata'));
  const user = isRecord(metadata) ? metadata['user_id'] : undefined;
  if (typeof user === 'string') {
    const inside = sessionInUser(user);
    if (inside !== undefined) return asSession(inside);
  }
  const text = firstUserText(body, spans.get('messages'));
  if (text === undefined) return undefined;
  return `text-${digestOf(typeof user === 'string' ? user : '', text)}`;
}

/** Ids as clients make them stay as they are; anything else is told by its digest, so that no text of a stranger's is kept. */
function asSession(id: string): string {
  return /^[\w.-]{1,100}$/.test(id) ? id : `id-${digestOf(id)}`;
}

/** The agent of a session that a header names, by the same rule; an agent of a team has the team behind its name. */
export function agentIn(headers: HeaderList, name: string): string | undefined {
  const id = header(headers, name);
  if (id === undefined || id === '') return undefined;
  return /^[\w.@:-]{1,100}$/.test(id) ? id : `id-${digestOf(id)}`;
}

function digestOf(...parts: string[]): string {
  return sha256().update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Today a JSON text with `session_id`; earlier clients wrote `user_…_session_<uuid>`. */
function sessionInUser(user: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(user);
    const id = isRecord(parsed) ? parsed['session_id'] : undefined;
    if (typeof id === 'string' && id !== '') return id;
  } catch {
    // Not JSON: the older form, or an id of the caller's own.
  }
  return /_session_([0-9a-zA-Z-]{8,64})$/.exec(user)?.[1];
}

function firstUserText(body: Buffer, messages: Span | undefined): string | undefined {
  for (const span of firstMessages(body, messages)) {
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

function firstMessages(body: Buffer, messages: Span | undefined): Span[] {
  if (messages === undefined || body[messages.start] !== openBracket) return [];
  try {
    return scanArray(body, messages, 3);
  } catch (error) {
    // What is wrong inside the messages the upstream tells better.
    if (error instanceof NotJson) return [];
    throw error;
  }
}

function objectsOf(body: Buffer, spans: Map<string, Span>, thread: unknown): readonly string[] {
  const isPlain = thread === undefined && !spans.has('container');
  if (isPlain && body.indexOf(fileField, spans.get('messages')?.start ?? body.length) === -1)
    return noObjects;
  const previous =
    isRecord(thread) && thread['type'] === 'continue' ? thread['previous_message_id'] : undefined;
  const container = valueAt(body, spans.get('container'));
  const ids = [
    previous,
    ...(isRecord(container) ? [container['id'], ...skillsIn(container['skills'])] : [container]),
  ];
  const messages = spans.get('messages');
  const files = messages === undefined ? [] : fileIds(body, messages);
  return [...ids.flatMap((id) => (typeof id === 'string' && id !== '' ? [id] : [])), ...files];
}

/** Nearly every call names none. */
const noObjects: readonly string[] = [];

/** Skills somebody made himself; those of the vendor are everywhere. */
function skillsIn(skills: unknown): unknown[] {
  if (!Array.isArray(skills)) return [];
  const own = skills.filter((skill) => isRecord(skill) && skill['type'] === 'custom');
  return own.slice(0, mostObjects).map((skill: unknown) => (isRecord(skill) ? skill['skill_id'] : undefined));
}

/** The values of `"file_id"` members; the same words inside a string have a backslash before the quote. */
function fileIds(body: Buffer, messages: Span): string[] {
  const ids = new Set<string>();
  let at = body.indexOf(fileField, messages.start);
  while (at !== -1 && at < messages.end && ids.size < mostObjects) {
    const behind = at + fileField.length;
    if (body[at - 1] !== backslash) {
      const near = body.toString('latin1', behind, behind + 160);
      const id = /^\s*:\s*"([A-Za-z0-9_-]{1,128})"/.exec(near)?.[1];
      if (id !== undefined) ids.add(id);
    }
    at = body.indexOf(fileField, behind);
  }
  return [...ids];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
