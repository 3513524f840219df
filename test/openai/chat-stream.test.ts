import { describe, expect, it } from 'bun:test';
import { chatCompletion } from '../../src/openai/chat-answer.ts';
import { ChatStream } from '../../src/openai/chat-stream.ts';
import {
  aMessage,
  dataOf,
  eventsOf,
  gathered,
  spokenStream,
  sseBytes,
  type Json,
} from '../help/an-openai-call.ts';
import { answerCases } from '../help/openai-answers.ts';

const asked = {
  model: 'gpt-5',
  stream: true,
  includesUsage: true,
  isLegacy: false,
  custom: new Set<string>(),
};
const stream = (more: Partial<typeof asked> = {}): ChatStream => new ChatStream({ ...asked, ...more }, 5);
const spoken = (message: Json, size?: number, more: Partial<typeof asked> = {}): string =>
  spokenStream(stream(more), sseBytes(eventsOf(message)), size);

/** What a client makes of a whole answer. */
function whole(message: Json, isLegacy = false): Json {
  const completion = chatCompletion(message, { ...asked, isLegacy }, 5) as { choices: [Json]; usage: Json };
  const [{ message: said, finish_reason }] = completion.choices;
  return { message: said, finish_reason, usage: completion.usage };
}

describe('a stream of chunks makes the message of the whole answer', () => {
  it.each(answerCases.map((one) => [one.name, one] as const))('%s', (_, { message }) => {
    expect(gathered(dataOf(spoken(message)))).toEqual(whole(message));
  });

  it.each(answerCases.map((one) => [one.name, one] as const))('%s, torn at every byte', (_, { message }) => {
    const bytes = sseBytes(eventsOf(message));
    const sizes = bytes.length < 20_000 ? [1, 2, 3, 7] : [1];
    for (const size of sizes) expect(spoken(message, size)).toBe(spoken(message));
  });

  it('in the older form too', () => {
    const message = aMessage([{ type: 'tool_use', id: 'a', name: 'look', input: { a: 'xyz' } }]);
    expect(gathered(dataOf(spoken(message, undefined, { isLegacy: true })))).toEqual(whole(message, true));
  });
});

describe('chunks', () => {
  it('begin with the role, share id, model and moment, finish once, and end in [DONE]', () => {
    const text = spoken(aMessage([{ type: 'text', text: 'hello' }]));
    const chunks = dataOf(text) as {
      id: string;
      choices: { index: number; delta: Json; finish_reason: unknown }[];
    }[];
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    for (const chunk of chunks)
      expect(chunk).toMatchObject({
        id: 'chatcmpl-01abc',
        object: 'chat.completion.chunk',
        created: 5,
        model: 'gpt-5',
      });
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices.every(({ index }) => index === 0)).toBe(true);
    expect(choices.filter(({ finish_reason: finish }) => finish !== null)).toHaveLength(1);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('tell the usage in a last one without a choice, and only where it was asked for', () => {
    const chunks = dataOf(spoken(aMessage([])));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 67 } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    const without = dataOf(spoken(aMessage([]), undefined, { includesUsage: false }));
    expect(without.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('name a call once, with its place among the calls, and add to its arguments', () => {
    const block = (id: string): Json => ({ type: 'tool_use', id, name: 'look', input: { a: 'xyz' } });
    const chunks = dataOf(spoken(aMessage([block('a'), block('b')]))) as { choices: { delta: Json }[] }[];
    const calls = chunks.flatMap(({ choices }) => (choices[0]?.delta['tool_calls'] ?? []) as Json[]);
    expect(calls.filter(({ id }) => id !== undefined)).toEqual([
      { index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: '' } },
      { index: 1, id: 'b', type: 'function', function: { name: 'look', arguments: '' } },
    ]);
  });

  it('are there as soon as the event is: nothing is held back for the next one', () => {
    const translator = stream();
    const silent = eventsOf(aMessage([{ type: 'text', text: 'hello there' }])).filter(
      (event) => translator.event(event) === '',
    );
    expect(silent.map(({ type }) => type)).toEqual(['content_block_start', 'content_block_stop']);
  });

  it('a ping is a comment, which keeps the connection alive and is no chunk', () => {
    expect(stream().event({ type: 'ping' })).toBe(': ping\n\n');
  });
});

describe('a stream that fails', () => {
  const begun = eventsOf(aMessage([{ type: 'text', text: 'hello' }])).slice(0, 4);

  it('ends in an error, without [DONE]', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const text = spokenStream(stream(), sseBytes([...begun, error, { type: 'message_stop' }]));
    expect(dataOf(text).at(-1)).toEqual({
      error: { message: 'Overloaded', type: 'server_error', param: null, code: 'overloaded' },
    });
    expect(text).not.toContain('[DONE]');
  });

  it('and so does one that ends before its answer', () => {
    const text = spokenStream(stream(), sseBytes(begun));
    expect(dataOf(text).at(-1)).toMatchObject({ error: { type: 'server_error' } });
    expect(text).not.toContain('[DONE]');
  });

  it('an error in the first place is all there is', () => {
    const error = { type: 'error', error: { type: 'api_error', message: 'No' } };
    expect(dataOf(spokenStream(stream(), sseBytes([error])))).toHaveLength(1);
  });

  it('events nobody knows, or out of their order, say nothing', () => {
    const odd = [
      { type: 'future' },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } },
    ];
    expect(odd.map((event) => stream().event(event))).toEqual(['', '']);
  });
});
