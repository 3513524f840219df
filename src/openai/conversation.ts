import { isObject, type JsonObject } from './json.ts';

/** A content block of the Messages API, made here. */
export type Block = Record<string, unknown>;

export type Role = 'user' | 'assistant' | 'system';

export interface Turn {
  readonly role: Role;
  readonly content: Block[];
}

/** How long the upstream keeps what it has read; `off` leaves the markers out. */
export type PromptCache = 'off' | '5m' | '1h';

/** The parts of a Messages request that the conversation makes. */
export interface Composed {
  readonly system: readonly Block[];
  readonly messages: readonly Turn[];
}

/** OpenAI's conversations may begin or end with anybody; the Messages API wants the user's words there. */
const opening = '(The conversation begins here.)';
const goOn = '(Please go on.)';

/** Gathers the turns of a conversation in the order in which they come. */
export class Conversation {
  readonly #system: Block[] = [];
  readonly #turns: Turn[] = [];
  readonly #takesSystemTurns: boolean;

  /** @param takesSystemTurns the model reads instructions between the turns; else all go to the front */
  constructor(takesSystemTurns: boolean) {
    this.#takesSystemTurns = takesSystemTurns;
  }

  /** An instruction. In front of all turns it is part of the system prompt. */
  system(text: string): void {
    if (isBlank(text)) return;
    const block = { type: 'text', text };
    if (this.#turns.length === 0 || !this.#takesSystemTurns) this.#system.push(block);
    else this.#add('system', [block]);
  }

  user(blocks: readonly Block[]): void {
    this.#add('user', blocks);
  }

  assistant(blocks: readonly Block[]): void {
    this.#add('assistant', blocks);
  }

  /** Whether the model is in the middle of a tool loop of which it said nothing to think by: see `thinking.ts`. */
  get isLoopWithoutThinking(): boolean {
    const last = this.#turns.at(-1);
    const before = this.#turns.findLast(({ role }) => role === 'assistant');
    const answers = last?.role === 'user' && last.content.some(({ type }) => type === 'tool_result');
    const [first] = before?.content ?? [];
    return answers && first !== undefined && !thinkingTypes.has(String(first['type']));
  }

  /** The whole, with the prompt cache's markers where a conversation that grows finds its beginning again. */
  compose(tools: readonly Block[], cache: PromptCache): Composed {
    const [first] = this.#turns.filter(({ role }) => role !== 'system');
    if (first?.role !== 'user')
      this.#turns.unshift({ role: 'user', content: [{ type: 'text', text: opening }] });
    const last = this.#turns.findLast(({ role }) => role !== 'system');
    if (last?.role === 'assistant' && !last.content.some(({ type }) => type === 'tool_use'))
      this.#add('user', [{ type: 'text', text: goOn }]);
    if (cache !== 'off') this.#mark(tools, cache);
    return { system: this.#system, messages: this.#turns };
  }

  /**
   * Four markers: what never changes (tools and system), and the last three turns of the user. Each turn is found
   * again by the next call at its own marker, however many blocks a turn of tool results has.
   */
  #mark(tools: readonly Block[], cache: '5m' | '1h'): void {
    const control = cache === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' };
    const turns = this.#turns.filter(({ role }) => role === 'user').slice(-3);
    const ends = [this.#system.at(-1) ?? tools.at(-1), ...turns.map(({ content }) => content.at(-1))];
    for (const block of ends) if (block !== undefined) block['cache_control'] = control;
  }

  /** Turns of one role in a row are one turn. */
  #add(role: Role, blocks: readonly Block[]): void {
    if (blocks.length === 0) return;
    const last = this.#turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else this.#turns.push({ role, content: [...blocks] });
  }
}

const thinkingTypes: ReadonlySet<string> = new Set(['thinking', 'redacted_thinking']);

/** The API takes no text that shows nothing. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

/** A text as a list of blocks: none where it shows nothing. */
export function textBlocks(text: string): Block[] {
  return isBlank(text) ? [] : [{ type: 'text', text }];
}

/** A tool call as it stands in a conversation; its arguments are JSON text that a model wrote. */
export function toolUse(id: string, name: string, args: string): Block {
  return { type: 'tool_use', id: toolId(id), name, input: inputOf(args) };
}

/** What a tool answered: text, or blocks. */
export function toolResult(id: string, content: string | readonly Block[]): Block {
  const blocks = typeof content === 'string' ? textBlocks(content) : content;
  return { type: 'tool_result', tool_use_id: toolId(id), ...(blocks.length > 0 && { content: blocks }) };
}

/** Ids of calls may be anything for OpenAI; the same one always becomes the same. */
function toolId(id: string): string {
  if (/^[\w-]{1,128}$/.test(id)) return id;
  return `call_${Buffer.from(id).toString('hex').slice(0, 48)}_${Bun.hash(id).toString(36)}`;
}

/** What is no object (a model was cut off while it wrote it) is kept as the text it is. */
function inputOf(args: string): JsonObject {
  if (isBlank(args)) return {};
  try {
    const input: unknown = JSON.parse(args);
    if (isObject(input)) return input;
  } catch {
    // Told to the model as it came.
  }
  return { invalid_arguments: args };
}
