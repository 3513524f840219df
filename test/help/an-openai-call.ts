import { newVersion } from '../../src/simulator/fields.ts';
import { readRequest } from '../../src/simulator/validate.ts';
import { eventReader } from '../../src/openai/translating.ts';
import { translate, type Spoken } from '../../src/openai/speeches.ts';
import type { StreamTranslator } from '../../src/openai/stream.ts';
import type { Around } from '../../src/openai/request.ts';

export type Json = Record<string, unknown>;

/** What is said of the settings unless a test says otherwise. */
export const around: Around = { aliases: {}, cache: 'off', version: '2023-06-01' };

/** The moment of every translation here (ms). */
export const moment = 1_790_000_000_000;

export function translated(
  endpoint: 'chat' | 'responses',
  request: object,
  more: Partial<Around> = {},
): Spoken {
  return translate(endpoint, Buffer.from(JSON.stringify(request)), { ...around, ...more }, moment);
}

/** The request of the Messages API that `request` becomes; the simulated API has to take it. */
export function sent(endpoint: 'chat' | 'responses', request: object, more: Partial<Around> = {}): Json {
  const body = JSON.parse(translated(endpoint, request, more).body.toString()) as Json;
  const version = more.version === newVersion ? newVersion : '2023-06-01';
  readRequest(body, { version, betas: [] }, 'messages');
  return body;
}

/** A whole answer of the Messages API. */
export function aMessage(content: readonly Json[], more: Json = {}): Json {
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 20,
    cache_read_input_tokens: 30,
    output_tokens: 7,
    output_tokens_details: { thinking_tokens: 3 },
    service_tier: 'standard',
  };
  return {
    id: 'msg_01abc',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content,
    stop_reason: content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    stop_details: null,
    usage,
    ...more,
  };
}

/** The events in which the API would stream `message`, its texts cut by `cut`. */
export function eventsOf(message: Json, cut: (text: string) => string[] = inThrees): Json[] {
  const content = message['content'] as Json[];
  const start = { ...message, content: [], stop_reason: null, stop_details: null };
  const { stop_reason, stop_sequence, stop_details, usage } = message;
  return [
    { type: 'message_start', message: { ...start, usage: { ...(usage as Json), output_tokens: 1 } } },
    { type: 'ping' },
    ...content.flatMap((block, index) => blockEvents(block, index, cut)),
    { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details }, usage },
    { type: 'message_stop' },
  ];
}

function inThrees(text: string): string[] {
  return Array.from(text)
    .map((_, at, all) => (at % 3 === 0 ? all.slice(at, at + 3).join('') : ''))
    .filter((piece) => piece !== '');
}

function blockEvents(block: Json, index: number, cut: (text: string) => string[]): Json[] {
  const deltas = (type: string, name: string, text: string): Json[] =>
    cut(text).map((piece) => ({ type: 'content_block_delta', index, delta: { type, [name]: piece } }));
  const inside = (): { begun: Json; events: Json[] } => {
    switch (block['type']) {
      case 'text':
        return { begun: { ...block, text: '' }, events: deltas('text_delta', 'text', String(block['text'])) };
      case 'thinking':
        return {
          begun: { ...block, thinking: '', signature: '' },
          events: [
            ...deltas('thinking_delta', 'thinking', String(block['thinking'])),
            ...deltas('signature_delta', 'signature', String(block['signature'])),
          ],
        };
      case 'tool_use':
        return {
          begun: { ...block, input: {} },
          events: deltas('input_json_delta', 'partial_json', JSON.stringify(block['input'])),
        };
      default:
        return { begun: block, events: [] };
    }
  };
  const { begun, events } = inside();
  return [
    { type: 'content_block_start', index, content_block: begun },
    ...events,
    { type: 'content_block_stop', index },
  ];
}

/** Events as their bytes. */
export function sseBytes(events: readonly Json[]): Buffer {
  return Buffer.from(
    events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

/** What a stream says in pieces, when its bytes come in pieces of `size`. */
export function spokenStream(translator: StreamTranslator, bytes: Buffer, size = bytes.length): string {
  let text = '';
  const reader = eventReader(translator, (piece) => (text += piece));
  for (let at = 0; at < bytes.length; at += size) reader.chunk(bytes.subarray(at, at + size));
  reader.end();
  return text;
}

/** The data of the events in a text of server-sent events; `[DONE]` is left out. */
export function dataOf(text: string): Json[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice('data: '.length)) as Json);
}

function textOf(object: Json, name: string): string {
  const text = object[name];
  return typeof text === 'string' ? text : '';
}

interface Chunk {
  id: string;
  created: number;
  model: string;
  choices: { delta: Json; finish_reason: string | null }[];
  usage?: Json | null;
}

/** The message that the chunks of a chat completion make, as clients put them together. */
export function gathered(chunks: readonly Json[]): Json {
  const message: Json = {};
  const calls: { id?: unknown; type?: unknown; function: { name: string; arguments: string } }[] = [];
  let finish: string | null = null;
  let usage: Json | null | undefined;
  for (const chunk of chunks as unknown as Chunk[]) {
    usage = chunk.usage ?? usage;
    const [choice] = chunk.choices;
    if (choice === undefined) continue;
    finish = choice.finish_reason ?? finish;
    for (const [name, value] of Object.entries(choice.delta)) {
      if (name === 'tool_calls') {
        for (const one of value as { index: number; id?: string; type?: string; function: Json }[]) {
          const call = (calls[one.index] ??= { function: { name: '', arguments: '' } });
          if (one.id !== undefined) Object.assign(call, { id: one.id, type: one.type });
          call.function.name += textOf(one.function, 'name');
          call.function.arguments += textOf(one.function, 'arguments');
        }
      } else if (name === 'function_call') {
        const before = (message['function_call'] ?? { name: '', arguments: '' }) as {
          name: string;
          arguments: string;
        };
        const more = value as Json;
        message['function_call'] = {
          name: before.name + textOf(more, 'name'),
          arguments: before.arguments + textOf(more, 'arguments'),
        };
      } else if (typeof value === 'string' && name !== 'role') message[name] = textOf(message, name) + value;
      else if (value !== null || message[name] === undefined) message[name] = value;
    }
  }
  if (calls.length > 0) message['tool_calls'] = calls;
  const isSilent =
    message['content'] === '' &&
    (calls.length > 0 || message['refusal'] !== null || 'function_call' in message);
  return {
    message: { ...message, ...(isSilent && { content: null }) },
    finish_reason: finish,
    ...(usage && { usage }),
  };
}
