import { describe, expect, it } from 'bun:test';
import * as fc from 'fast-check';
import { chatCompletion } from '../../src/openai/chat-answer.ts';
import { ChatStream } from '../../src/openai/chat-stream.ts';
import { responseOf } from '../../src/openai/responses-answer.ts';
import { chatParameters, responsesParameters } from '../../src/openai/parameters.ts';
import { ResponsesStream } from '../../src/openai/responses-stream.ts';
import {
  aMessage,
  dataOf,
  eventsOf,
  gathered,
  sent,
  spokenStream,
  sseBytes,
  translated,
  type Json,
} from '../help/an-openai-call.ts';

const words = fc.string({ unit: 'grapheme', maxLength: 30 });
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const models = fc.constantFrom(
  'claude-opus-5-5',
  'claude-sonnet-4-6',
  'claude-haiku-4-5',
  'claude-opus-4-5',
  'gpt-4o',
);
const aliases = { 'gpt-*': 'claude-sonnet-5-5' };
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined | null> =>
  fc.option(fc.option(arbitrary, { nil: undefined }), { nil: null });

const part = fc.oneof(
  words.map((text) => ({ type: 'text', text })),
  fc.constantFrom(
    { type: 'image_url', image_url: { url: 'https://example.test/a.png' } },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    { type: 'file', file: { filename: 'a.pdf', file_data: 'JVBERi0x' } },
  ),
);
const user = fc.oneof(words, fc.array(part, { maxLength: 4 })).map((content) => [{ role: 'user', content }]);
const instruction = fc
  .tuple(fc.constantFrom('system', 'developer'), words)
  .map(([role, content]) => [{ role, content }]);
const thoughts = fc.array(
  fc.oneof(
    words.map((text) => ({
      type: 'reasoning.text',
      text,
      signature: 's',
      format: 'anthropic-claude-v1',
      index: 0,
    })),
    fc.constant({ type: 'reasoning.encrypted', data: 'd', format: 'anthropic-claude-v1', index: 0 }),
    fc.constant({ type: 'reasoning.summary', summary: 'x' }),
  ),
  { maxLength: 2 },
);
const assistant = fc
  .tuple(maybe(words), fc.option(thoughts, { nil: undefined }))
  .map(([content, details]) => [
    { role: 'assistant', content: content ?? null, ...(details && { reasoning_details: details }) },
  ]);

/** A turn with calls and, right behind it, the result of each. */
const loop = fc
  .tuple(
    fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
    maybe(words),
    fc.oneof(fc.json(), words),
    words,
    fc.option(thoughts, { nil: undefined }),
  )
  .map(([ids, content, args, result, details]) => [
    {
      role: 'assistant',
      content: content ?? null,
      tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'look', arguments: args } })),
      ...(details && { reasoning_details: details }),
    },
    ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: result })),
  ]);

const messages = fc
  .array(fc.oneof(user, instruction, assistant, loop), { minLength: 1, maxLength: 8 })
  .map((turns) => uniqueCalls(turns.flat() as Json[]));

/** No id of a call stands twice in a conversation. */
function uniqueCalls(list: Json[]): Json[] {
  let turn = 0;
  return list.map((message) => {
    if (message['role'] === 'assistant') turn += 1;
    const renamed = (id: unknown): string => `${turn}:${String(id)}`;
    const calls = message['tool_calls'] as Json[] | undefined;
    if (message['role'] === 'tool') return { ...message, tool_call_id: renamed(message['tool_call_id']) };
    return calls === undefined
      ? message
      : { ...message, tool_calls: calls.map((call) => ({ ...call, id: renamed(call['id']) })) };
  });
}

const tools = [
  { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } },
];

const request = fc.record({
  model: models,
  messages,
  tools: fc.constant(tools),
  tool_choice: maybe(
    fc.constantFrom('auto', 'none', 'required', { type: 'function', function: { name: 'look' } }),
  ),
  parallel_tool_calls: maybe(fc.boolean()),
  max_completion_tokens: maybe(fc.integer({ min: 1, max: 60_000 })),
  temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
  top_p: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  stop: maybe(fc.oneof(words, fc.array(words, { maxLength: 4 }))),
  reasoning_effort: maybe(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  response_format: maybe(
    fc.constantFrom(
      { type: 'text' },
      { type: 'json_object' },
      {
        type: 'json_schema',
        json_schema: { name: 'x', schema: { type: 'object', properties: {}, additionalProperties: false } },
      },
    ),
  ),
  user: maybe(words),
  service_tier: maybe(fc.constantFrom('auto', 'default', 'flex', 'priority')),
  stream: maybe(fc.boolean()),
});

const runs = { numRuns: 300 };

describe('any request that OpenAI takes', () => {
  for (const version of ['2023-06-01', '2026-10-21'])
    it(`becomes one that the API takes, in its version ${version}`, () => {
      const cache = fc.constantFrom('off' as const, '5m' as const, '1h' as const);
      fc.assert(
        fc.property(request, cache, (body, cached) => {
          sent('chat', body, { aliases, cache: cached, version });
        }),
        runs,
      );
    });

  it('of responses too', () => {
    const item = fc.oneof(
      words.map((content) => ({ role: 'user', content })),
      words.map((text) => ({ role: 'user', content: [{ type: 'input_text', text }] })),
      words.map((content) => ({ role: 'developer', content })),
      words.map((text) => ({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text, annotations: [] }],
      })),
      fc.constant({ type: 'reasoning', id: 'r', summary: [], encrypted_content: 'gAAA' }),
    );
    fc.assert(
      fc.property(
        models,
        fc.oneof(words, fc.array(item, { maxLength: 8 })),
        maybe(words),
        (model, input, instructions) => {
          sent('responses', { model, input, instructions }, { aliases, cache: '5m' });
        },
      ),
      runs,
    );
  });
});

const block = fc.oneof(
  words.map((text) => ({ type: 'text', text })),
  fc.tuple(words, someText).map(([thinking, signature]) => ({ type: 'thinking', thinking, signature })),
  someText.map((data) => ({ type: 'redacted_thinking', data })),
  fc
    .tuple(fc.uuid(), fc.dictionary(words, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }))
    // What a schema names `__proto__` is no key of an object that is written out again.
    .map(([id, input]) => ({
      type: 'tool_use',
      id,
      name: 'look',
      input: JSON.parse(JSON.stringify(input)) as Json,
    })),
);
const stops = fc.constantFrom(undefined, 'end_turn', 'max_tokens', 'refusal', 'stop_sequence');
const message = fc
  .tuple(fc.array(block, { maxLength: 6 }), stops)
  .map(([content, stop]) => aMessage(content as Json[], stop === undefined ? {} : { stop_reason: stop }));

/** Cuts a text into pieces of up to `size` characters, never through one. */
const cutBy =
  (size: number) =>
  (text: string): string[] => {
    const characters = Array.from(text);
    return characters.flatMap((_, at) => (at % size === 0 ? [characters.slice(at, at + size).join('')] : []));
  };

describe('whatever a stranger sends', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const like = (names: readonly string[]): fc.Arbitrary<Json> =>
    fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }) as fc.Arbitrary<Json>;
  const piece = like([
    'type',
    'role',
    'content',
    'text',
    'tool_calls',
    'function',
    'id',
    'call_id',
    'output',
    'file',
  ]);
  const typed = fc
    .tuple(
      fc.constantFrom('message', 'user', 'assistant', 'tool', 'function_call', 'reasoning', 'image_url'),
      piece,
    )
    .map(([word, rest]) => ({ type: word, role: word, ...rest }));

  it.each([
    ['chat', Object.keys(chatParameters)],
    ['responses', Object.keys(responsesParameters)],
  ] as const)('to %s is translated, or refused in words', (endpoint, names) => {
    const body = fc
      .tuple(like(names), fc.array(fc.oneof(typed, value), { maxLength: 4 }))
      .map(([rest, list]) => ({ messages: list, input: list, ...rest, model: 'claude-opus-5-5' }));
    fc.assert(
      fc.property(body, (request) => {
        try {
          translated(endpoint, request);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('an upstream may say anything in its events: nothing breaks by it', () => {
    const names = [
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
    ];
    const event = fc
      .tuple(
        fc.constantFrom(...names, 'message_stop', 'ping', 'error', 'other'),
        like(['index', 'message', 'content_block', 'delta', 'usage', 'error']),
      )
      .map(([type, rest]) => ({ ...rest, type }));
    const asked = {
      model: 'm',
      stream: true,
      includesUsage: true,
      isLegacy: false,
      custom: new Set<string>(),
    };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 10 }), (events) => {
        const begun = [{ type: 'message_start', message: { id: 'msg_1' } }, ...events];
        for (const translator of [
          new ChatStream(asked, 5),
          new ResponsesStream({ stream: true, echo: {}, custom: new Set<string>() }, 5),
        ])
          dataOf(spokenStream(translator, sseBytes(begun)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('any answer, cut into any events and any bytes', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 200 }));

  it('is the same chat completion as in one piece', () => {
    const asked = {
      model: 'm',
      stream: true,
      includesUsage: true,
      isLegacy: false,
      custom: new Set<string>(),
    };
    fc.assert(
      fc.property(message, sizes, (answer, [cut, size]) => {
        const { choices, usage } = chatCompletion(answer, asked, 5) as { choices: [Json]; usage: Json };
        const text = spokenStream(new ChatStream(asked, 5), sseBytes(eventsOf(answer, cutBy(cut))), size);
        const [{ message: said, finish_reason }] = choices;
        expect(gathered(dataOf(text))).toEqual({ message: said, finish_reason, usage } as Json);
      }),
      runs,
    );
  });

  it('is the same response as in one piece', () => {
    const asked = { stream: true, echo: { model: 'm' }, custom: new Set<string>() };
    fc.assert(
      fc.property(message, sizes, (answer, [cut, size]) => {
        const text = spokenStream(
          new ResponsesStream(asked, 5),
          sseBytes(eventsOf(answer, cutBy(cut))),
          size,
        );
        expect(dataOf(text).at(-1)?.['response']).toEqual(responseOf(answer, asked, 5));
      }),
      runs,
    );
  });

  it('comes back as the blocks it was, thinking and calls in their places', () => {
    fc.assert(
      fc.property(message, (answer) => {
        const asked = {
          model: 'm',
          stream: false,
          includesUsage: false,
          isLegacy: false,
          custom: new Set<string>(),
        };
        const { choices } = chatCompletion(answer, asked, 5) as { choices: { message: Json }[] };
        const said = choices[0]!.message;
        if (said['refusal'] !== null) return;
        const results = ((said['tool_calls'] ?? []) as Json[]).map(({ id }) => ({
          role: 'tool',
          tool_call_id: id,
          content: 'x',
        }));
        const hi = { role: 'user', content: 'hi' };
        const back = sent('chat', { model: 'claude-opus-5-5', messages: [hi, said, ...results, hi], tools });
        const turn = (back['messages'] as { role: string; content: Json[] }[]).find(
          ({ role }) => role === 'assistant',
        );
        const content = answer['content'] as Json[];
        const hasThinking = content.some(({ type }) => type === 'thinking' || type === 'redacted_thinking');
        const visible = content.filter((one) => one['type'] !== 'text' || /\S/.test(String(one['text'])));
        if (hasThinking && visible.length === content.length) expect(turn?.content ?? []).toEqual(content);
      }),
      runs,
    );
  });
});
