import { expect, it } from 'bun:test';
import { wholeAsStream } from '../../src/openai/whole-as-stream.ts';
import { aMessage, dataOf, gathered, translated, type Json } from '../help/an-openai-call.ts';

const chat = { model: 'm', stream: true, stream_options: { include_usage: true } };
const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }];

const contents: readonly [what: string, content: Json[], more: Json][] = [
  ['text', [{ type: 'text', text: 'hello' }], {}],
  ['nothing', [], { stop_reason: 'refusal', stop_details: { explanation: 'No.' } }],
  [
    'thinking and calls',
    [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'ä' } },
      { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
    ],
    {},
  ],
];

it.each(contents)('a whole message of %s is said in the chunks of a chat', (_, content, more) => {
  const message = aMessage(content, more);
  const { speech } = translated('chat', { ...chat, tools, messages: [{ role: 'user', content: 'hi' }] });
  const said = wholeAsStream(message, speech.stream());
  expect(said).toEndWith('data: [DONE]\n\n');
  const [choice] = speech.whole(message)!['choices'] as Json[];
  expect(gathered(dataOf(said))).toMatchObject({
    message: choice!['message'] as Json,
    finish_reason: choice!['finish_reason'] as string,
    usage: { total_tokens: 67 },
  });
});

it.each(contents)('a whole message of %s is said in the events of a response', (_, content, more) => {
  const message = aMessage(content, more);
  const { speech } = translated('responses', { model: 'm', stream: true, input: 'hi' });
  const said = dataOf(wholeAsStream(message, speech.stream()));
  expect(said.map((event) => event['sequence_number'])).toEqual(said.map((_event, at) => at));
  expect(said.at(-1)!['response']).toEqual(speech.whole(message));
});
