import { invalid } from './errors.ts';
import { newVersion, type Dialect } from './fields.ts';
import { isObject, listOf, textAt, type JsonObject } from './json.ts';
import type { Block, InputMessage, MessagesRequest, Role, ThreadWish } from './request.ts';

const mostMessages = 100_000;
const mostBreakpoints = 4;

/** Beta values under which a message may have an `output_config` of its own. */
const perMessageBetas = ['per-turn-control-', 'mid-conversation-'];

/** Block types that need no beta value (types of SDK 1.12). Calls with beta values may bring further ones. */
const blockTypes: ReadonlySet<string> = new Set([
  'text',
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'container_upload',
]);

/** What a block of a known type cannot be without. */
const neededMembers: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  image: ['source'],
  document: ['source'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
  tool_use: ['id', 'name', 'input'],
  tool_result: ['tool_use_id'],
};

/**
 * Reads `messages`. Turns of one role in a row are allowed, as the API joins them; the first belongs to the
 * user; every `tool_use` is answered in the next turn.
 *
 * @throws ApiError 400
 */
export function readMessages(
  value: unknown,
  dialect: Dialect,
  thread: ThreadWish | undefined,
): readonly InputMessage[] {
  if (value === undefined) throw invalid('messages: Field required');
  if (!Array.isArray(value)) throw invalid('messages: Input should be a valid list');
  const list = listOf(value);
  const continues = thread?.type === 'continue';
  if (list.length === 0 && !continues) throw invalid('messages: at least one message is required');
  if (list.length > mostMessages) throw invalid(`messages: at most ${mostMessages} messages are allowed`);
  const messages = list.map((message, at) => readMessage(message, at, at === list.length - 1, dialect));
  if (!continues) checkConversation(messages);
  return messages;
}

/**
 * What holds of a conversation as a whole; of a thread that goes on only once its history is at hand.
 *
 * @throws ApiError 400
 */
export function checkConversation(messages: readonly InputMessage[]): void {
  const turns = messages.filter(({ role }) => role !== 'system');
  const first = turns[0];
  if (first === undefined) throw invalid('messages: at least one message is required');
  if (first.role !== 'user' && !first.content.some((block) => block['type'] === 'compaction'))
    throw invalid('messages: first message must use the "user" role');
  checkToolTurns(messages);
}

function readMessage(value: unknown, at: number, isLast: boolean, dialect: Dialect): InputMessage {
  const place = `messages.${at}`;
  if (!isObject(value)) throw invalid(`${place}: Input should be an object`);
  const role = readRole(value['role'], place);
  checkMembers(value, role, place, dialect);
  const { content } = value;
  if (content === undefined && !(role === 'system' && isObject(value['output_config'])))
    throw invalid(`${place}.content: Field required`);
  const blocks = readContent(content ?? [], role, place, dialect);
  const isEmpty = blocks.length === 0 && content !== undefined;
  if (isEmpty && !(isLast && role === 'assistant'))
    throw invalid(
      `${place}: all messages must have non-empty content except for the optional final assistant message`,
    );
  return { role, content: blocks };
}

function readRole(value: unknown, place: string): Role {
  if (value === undefined) throw invalid(`${place}.role: Field required`);
  if (value !== 'user' && value !== 'assistant' && value !== 'system')
    throw invalid(`${place}.role: Input should be 'user', 'assistant' or 'system'`);
  return value;
}

function checkMembers(message: JsonObject, role: Role, place: string, { betas }: Dialect): void {
  for (const name of Object.keys(message)) {
    if (name === 'role' || name === 'content') continue;
    const isPerMessage = role === 'system' && (name === 'output_config' || name === 'clear_at');
    if (isPerMessage && betas.some((beta) => perMessageBetas.some((known) => beta.startsWith(known))))
      continue;
    throw invalid(`${place}.${name}: Extra inputs are not permitted`);
  }
}

function readContent(value: unknown, role: Role, place: string, dialect: Dialect): readonly Block[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw invalid(`${place}.content: Input should be a valid string or list`);
  return listOf(value).map((block, at) => readBlock(block, role, `${place}.content.${at}`, dialect));
}

function readBlock(block: unknown, role: Role, place: string, dialect: Dialect): Block {
  const type = textAt(block, 'type');
  if (!isObject(block) || type === undefined) throw invalid(`${place}.type: Field required`);
  if (!blockTypes.has(type) && dialect.betas.length === 0)
    throw invalid(`${place}: Input tag '${type}' found using 'type' does not match any of the expected tags`);
  for (const name of neededMembers[type] ?? []) {
    if (block[name] === undefined) throw invalid(`${place}.${type}.${name}: Field required`);
  }
  if (type === 'text') {
    if (typeof block['text'] !== 'string')
      throw invalid(`${place}.text.text: Input should be a valid string`);
    if (block['text'] === '') throw invalid('messages: text content blocks must be non-empty');
  }
  if (role !== 'assistant' && (type === 'tool_use' || type === 'thinking'))
    throw invalid(`${place}: \`${type}\` blocks can only be in \`assistant\` messages`);
  if (role !== 'user' && type === 'tool_result')
    throw invalid(`${place}: \`tool_result\` blocks can only be in \`user\` messages`);
  if (dialect.version === newVersion) checkNewVersion(block, type, role, place);
  return block;
}

/** What `2026-10-21` ended: documents in assistant turns, citations in user turns (api.md §2). */
function checkNewVersion(block: JsonObject, type: string, role: Role, place: string): void {
  if (type === 'document' && role === 'assistant')
    throw invalid(`${place}: \`document\` blocks cannot be in \`assistant\` messages`);
  if (type === 'text' && role === 'user' && listOf(block['citations']).length > 0)
    throw invalid(`${place}.text.citations: citations are not permitted in \`user\` messages`);
}

/** Every `tool_use` has its `tool_result` in the next turn, and no `tool_result` stands alone. */
function checkToolTurns(messages: readonly InputMessage[]): void {
  let open: ReadonlySet<string> = new Set();
  let openAt = 0;
  for (const { role, content, at } of turnsOf(messages)) {
    const answered = new Set(idsIn(content, 'tool_result', 'tool_use_id'));
    for (const id of answered) {
      if (!open.has(id))
        throw invalid(
          `messages.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
            'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
        );
    }
    requireNone(new Set([...open].filter((id) => !answered.has(id))), openAt);
    open = new Set(role === 'assistant' ? idsIn(content, 'tool_use', 'id') : []);
    openAt = at;
  }
  requireNone(open, openAt);
}

interface Turn {
  readonly role: Role;
  readonly content: readonly Block[];
  /** Index of its last message. */
  readonly at: number;
}

/** The messages of users and models, joined where one role follows itself. */
function turnsOf(messages: readonly InputMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    if (role === 'system') continue;
    const last = turns.at(-1);
    if (last?.role === role) turns[turns.length - 1] = { role, content: [...last.content, ...content], at };
    else turns.push({ role, content, at });
  }
  return turns;
}

function requireNone(open: ReadonlySet<string>, at: number): void {
  if (open.size === 0) return;
  throw invalid(
    `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
      `${[...open].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function idsIn(content: readonly Block[], type: string, member: string): string[] {
  return content.flatMap((block) => {
    const id = block['type'] === type ? block[member] : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

/**
 * The prompt cache takes four markers a request.
 *
 * @throws ApiError 400
 */
export function checkBreakpoints({ tools, system, messages }: MessagesRequest): void {
  const blocks = [...tools, ...system, ...messages.flatMap(({ content }) => content)];
  let found = 0;
  for (const block of blocks) {
    const control = block['cache_control'];
    if (control === undefined || control === null) continue;
    if (textAt(control, 'type') !== 'ephemeral')
      throw invalid("cache_control.type: Input should be 'ephemeral'");
    const ttl = textAt(control, 'ttl');
    if (ttl !== undefined && ttl !== '5m' && ttl !== '1h')
      throw invalid("cache_control.ttl: Input should be '5m' or '1h'");
    found += 1;
  }
  if (found > mostBreakpoints)
    throw invalid(
      `A maximum of ${mostBreakpoints} blocks with cache_control may be provided. Found ${found}.`,
    );
}
