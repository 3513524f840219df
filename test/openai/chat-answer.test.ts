import { describe, expect, it } from 'bun:test';
import { chatCompletion } from '../../src/openai/chat-answer.ts';
import { aMessage, type Json } from '../help/an-openai-call.ts';
import { answerCases } from '../help/openai-answers.ts';

const asked = {
  model: 'gpt-5',
  stream: false,
  includesUsage: false,
  isLegacy: false,
  custom: new Set<string>(),
};

describe('a message as a chat completion', () => {
  it.each(answerCases.map((one) => [one.name, one] as const))('%s', (_, { message, choice }) => {
    const { choices } = chatCompletion(message, asked, 5) as { choices: Json[] };
    expect(choices).toHaveLength(1);
    expect(choices[0]).toMatchObject({ index: 0, logprobs: null, ...choice });
  });

  it('has an id made of the message’s, the model as asked, and every token counted', () => {
    expect(chatCompletion(aMessage([]), asked, 5)).toMatchObject({
      id: 'chatcmpl-01abc',
      object: 'chat.completion',
      created: 5,
      model: 'gpt-5',
      service_tier: 'default',
      usage: {
        prompt_tokens: 60,
        completion_tokens: 7,
        total_tokens: 67,
        prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 20 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    });
  });

  it('answers functions in the older form', () => {
    const message = aMessage([{ type: 'tool_use', id: 'a', name: 'look', input: { a: 1 } }]);
    expect(chatCompletion(message, { ...asked, isLegacy: true }, 5)).toMatchObject({
      choices: [
        {
          finish_reason: 'function_call',
          message: { function_call: { name: 'look', arguments: '{"a":1}' } },
        },
      ],
    });
  });
});
