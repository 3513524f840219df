import { describe, expect, it } from 'bun:test';
import * as fc from 'fast-check';
import { chatCompletion } from '../../src/openai/chat-answer.ts';
import { ChatStream } from '../../src/openai/chat-stream.ts';
import { CustomInput, customArguments, customText } from '../../src/openai/custom-tools.ts';
import { responseOf } from '../../src/openai/responses-answer.ts';
import { ResponsesStream } from '../../src/openai/responses-stream.ts';
import { aMessage, dataOf, eventsOf, spokenStream, sseBytes, type Json } from '../help/an-openai-call.ts';

const text = '*** Begin "Patch"\n+\\ä 👩‍👩‍👧 \u2028\u0007';
const custom = new Set(['patch']);
const block = (input: unknown): Json => ({ type: 'tool_use', id: 'c1', name: 'patch', input });
const inputs: [string, unknown][] = [
  ['a text', { input: text }],
  ['no text', { input: '' }],
  ['another argument behind it', { input: 'x', more: 1 }],
  ['another argument in front', { more: 1, input: 'x' }],
  ['none of it', { other: 1 }],
  ['nothing', {}],
  ['a number', { input: 5 }],
];

describe('CustomInput', () => {
  it('takes any text out of its arguments, in whatever pieces they come', () => {
    const words = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 9 }), (whole, size) => {
        const json = customArguments(whole);
        const input = new CustomInput();
        let told = '';
        for (let at = 0; at < json.length; at += size) told += input.add(json.slice(at, at + size));
        expect(told).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('never gives half of a character that is written in two halves', () => {
    const input = new CustomInput();
    expect([input.add('{ "input" :"a\\ud83d'), input.add('\\ude00'), input.add('"}')]).toEqual([
      'a',
      '😀',
      '',
    ]);
  });
});

describe('a call of a custom tool', () => {
  it.each(inputs)('in a chat, with %s', (_, input) => {
    const asked = { model: 'm', stream: true, includesUsage: false, isLegacy: false, custom };
    const message = aMessage([block(input)]);
    const { choices } = chatCompletion(message, asked, 5) as { choices: { message: Json }[] };
    const called = { id: 'c1', type: 'custom', custom: { name: 'patch', input: customText(input) } };
    expect(choices[0]?.message['tool_calls']).toEqual([called]);
    const chunks = dataOf(spokenStream(new ChatStream(asked, 5), sseBytes(eventsOf(message)), 3));
    const deltas = (chunks as { choices: { delta: Json }[] }[]).flatMap(
      ({ choices: [choice] }) =>
        (choice?.delta['tool_calls'] ?? []) as { id?: string; custom: { input: string } }[],
    );
    expect(deltas.map((delta) => delta.custom.input).join('')).toBe(customText(input));
    expect(deltas[0]).toEqual({ index: 0, ...called, custom: { name: 'patch', input: '' } } as never);
  });

  it.each(inputs)('in a response, with %s', (_, input) => {
    const asked = { stream: true, echo: {}, custom };
    const message = aMessage([block(input)]);
    const whole = responseOf(message, asked, 5);
    expect(whole['output']).toEqual([
      {
        id: 'ctc_01abc_0',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'c1',
        name: 'patch',
        input: customText(input),
      },
    ]);
    const events = dataOf(spokenStream(new ResponsesStream(asked, 5), sseBytes(eventsOf(message)), 3));
    expect(events.at(-1)?.['response']).toEqual(whole);
    const deltas = events.filter(({ type }) => type === 'response.custom_tool_call_input.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe(customText(input));
    expect(events.filter(({ type }) => type === 'response.custom_tool_call_input.done')).toHaveLength(1);
  });
});
