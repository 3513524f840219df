import type { Json } from './an-openai-call.ts';

/**
 * What is said in a conversation, piece by piece, read without any code that translates: so that what a client has sent
 * can be held against what came upstream, and what the model said against what the client was told.
 */
export interface Pieces {
  readonly system: readonly string[];
  /** Texts, pictures, files, calls and results in the order of the turns; calls by their place, since ids may change. */
  readonly turns: readonly string[];
  readonly thoughts: readonly string[];
}

/** What is put in where a conversation of OpenAI's is none of the API's, or asked for in words. */
const insertions: ReadonlySet<string> = new Set(['(The conversation begins here.)', '(Please go on.)']);
const jsonWish = 'Answer with one valid JSON object';

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isSaid = (text: string): boolean => /\S/.test(text);

class Gathering implements Pieces {
  readonly system: string[] = [];
  readonly turns: string[] = [];
  readonly thoughts: string[] = [];
  readonly #calls: unknown[] = [];

  say(role: string, text: string): void {
    if (!isSaid(text)) return;
    if (role === 'system') this.system.push(text);
    else this.turns.push(`${role}: ${text}`);
  }

  call(id: unknown, name: unknown, args: unknown): void {
    this.turns.push(`call ${this.#calls.length} ${String(name)} ${JSON.stringify(args)}`);
    this.#calls.push(id);
  }

  /** @param id undefined: the calls are answered one after the other */
  result(id: unknown, parts: readonly string[], nth?: number): void {
    const at = nth ?? this.#calls.lastIndexOf(id);
    this.turns.push(`result of ${at}: ${parts.filter(isSaid).join('|')}`);
  }
}

/** Arguments as the API has them: an object, whatever a model wrote. */
function inputOf(args: unknown): unknown {
  if (!isSaid(textOf(args))) return {};
  try {
    return JSON.parse(textOf(args));
  } catch {
    return { invalid_arguments: args };
  }
}

function urlOf(part: Json): string {
  const url = part['image_url'];
  return `picture ${textOf(url) || textOf((url as Json | undefined)?.['url'])}`;
}

/** Of a file what is in it, however it came. */
function fileOf(file: Json): string {
  if (typeof file['file_url'] === 'string') return `file ${file['file_url']}`;
  return `file ${textOf(file['file_data']).replace(/^data:[^,]*,/, '')}`;
}

function partsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  return listOf(content).map((part) => {
    if ('image_url' in part) return urlOf(part);
    if (part['type'] === 'file') return fileOf(part['file'] as Json);
    if (part['type'] === 'input_file') return fileOf(part);
    return textOf(part['text']) || textOf(part['refusal']);
  });
}

function thoughtsIn(message: Json): string[] {
  const details = [...listOf(message['reasoning_details']), ...listOf(message['thinking_blocks'])];
  return details.flatMap((one) => {
    const isOurs = one['format'] === undefined || one['format'] === 'anthropic-claude-v1';
    const thought = one['text'] ?? one['thinking'];
    return isOurs && typeof thought === 'string' ? [thought] : [];
  });
}

/** The messages of a chat request. */
export function chatPieces(messages: readonly Json[]): Pieces {
  const found = new Gathering();
  let answered = 0;
  for (const message of messages) {
    const parts = partsOf(message['content']);
    switch (message['role']) {
      case 'system':
      case 'developer':
        for (const text of parts) found.say('system', text);
        break;
      case 'user':
        for (const text of parts) found.say('user', text);
        break;
      case 'tool':
        found.result(message['tool_call_id'], parts);
        break;
      case 'function':
        found.result(undefined, parts, answered);
        answered += 1;
        break;
      default:
        found.say('assistant', parts.join('') || textOf(message['refusal']));
        found.thoughts.push(...thoughtsIn(message));
        for (const call of listOf(message['tool_calls'])) {
          const custom = call['custom'] as Json | undefined;
          const called = custom ?? (call['function'] as Json);
          const args = custom === undefined ? inputOf(called['arguments']) : { input: custom['input'] };
          found.call(call['id'], called['name'], args);
        }
        if ('function_call' in message) {
          const called = message['function_call'] as Json;
          found.call(undefined, called['name'], inputOf(called['arguments']));
        }
    }
  }
  return found;
}

/** The input of a request of responses, or the output of a response. */
export function responsesPieces(input: unknown, instructions?: unknown): Pieces {
  const found = new Gathering();
  found.say('system', textOf(instructions));
  for (const item of typeof input === 'string' ? [{ role: 'user', content: input }] : listOf(input)) {
    switch (item['type']) {
      case 'function_call':
        found.call(item['call_id'], item['name'], inputOf(item['arguments']));
        break;
      case 'custom_tool_call':
        found.call(item['call_id'], item['name'], { input: item['input'] });
        break;
      case 'function_call_output':
      case 'custom_tool_call_output':
        found.result(item['call_id'], partsOf(item['output']));
        break;
      case 'reasoning': {
        const content = textOf(item['encrypted_content']);
        if (!content.startsWith('claude1.')) break;
        const kept = JSON.parse(Buffer.from(content.slice(8), 'base64url').toString()) as Json;
        if (typeof kept['thinking'] === 'string') found.thoughts.push(kept['thinking']);
        break;
      }
      default: {
        const role = item['role'] === 'developer' ? 'system' : String(item['role']);
        for (const text of partsOf(item['content'])) found.say(role, text);
      }
    }
  }
  return found;
}

function sourceOf(block: Json): string {
  const { type, media_type: media, data, url } = block['source'] as Json;
  if (block['type'] === 'image')
    return `picture ${type === 'url' ? String(url) : `data:${String(media)};base64,${String(data)}`}`;
  if (type === 'url') return `file ${String(url)}`;
  return `file ${type === 'text' ? Buffer.from(String(data)).toString('base64') : String(data)}`;
}

/** A request of the Messages API, or one of its answers as the only turn. */
export function messagesPieces({ system, messages }: Json): Pieces {
  const found = new Gathering();
  for (const { text } of listOf(system))
    if (!textOf(text).startsWith(jsonWish)) found.say('system', textOf(text));
  for (const turn of listOf(messages)) {
    const role = String(turn['role']);
    for (const block of listOf(turn['content'])) {
      switch (block['type']) {
        case 'text':
          if (!insertions.has(textOf(block['text']))) found.say(role, textOf(block['text']));
          break;
        case 'thinking':
          found.thoughts.push(textOf(block['thinking']));
          break;
        case 'tool_use':
          found.call(block['id'], block['name'], block['input']);
          break;
        case 'tool_result': {
          const parts = listOf(block['content']).map((part) =>
            part['type'] === 'text' ? textOf(part['text']) : sourceOf(part),
          );
          found.result(block['tool_use_id'], parts);
          break;
        }
        case 'image':
        case 'document':
          found.say(role, sourceOf(block));
          break;
        default:
      }
    }
  }
  return found;
}

/** The whole message that the events of a Messages stream make. */
export function messageIn(events: readonly Json[]): Json {
  let message: Json = {};
  const blocks: Json[] = [];
  const json = new Map<number, string>();
  for (const event of events) {
    const index = Number(event['index']);
    const delta = (event['delta'] ?? {}) as Json;
    const block = blocks[index];
    if (event['type'] === 'message_start') message = { ...(event['message'] as Json) };
    if (event['type'] === 'content_block_start') blocks[index] = { ...(event['content_block'] as Json) };
    if (event['type'] === 'content_block_delta' && block !== undefined) {
      for (const name of ['text', 'thinking', 'signature'])
        if (typeof delta[name] === 'string') block[name] = textOf(block[name]) + delta[name];
      json.set(index, (json.get(index) ?? '') + textOf(delta['partial_json']));
    }
    if (event['type'] === 'message_delta') {
      const told = Object.entries((event['usage'] ?? {}) as Json).filter(([, value]) => value !== null);
      message = {
        ...message,
        ...delta,
        usage: { ...(message['usage'] as Json), ...Object.fromEntries(told) },
      };
    }
  }
  const content = blocks.map((block, at) =>
    block['type'] === 'tool_use' && isSaid(json.get(at) ?? '')
      ? { ...block, input: JSON.parse(json.get(at) ?? '') as unknown }
      : block,
  );
  return { ...message, content };
}
