import { aMessage, type Json } from './an-openai-call.ts';

const text = (words: string): Json => ({ type: 'text', text: words });
const use = (id: string, input: Json, name = 'look'): Json => ({ type: 'tool_use', id, name, input });
const thought = (words: string, signature = 'c2lnbmVk'): Json => ({
  type: 'thinking',
  thinking: words,
  signature,
});

const unicode = 'Größe 数字 👩‍👩‍👧‍👦 \u2028 "quoted" \\ back \n\t end';
const long = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`key_${at}`, `${unicode} ${at}`]));

/** An answer of the Messages API, and what it is in a chat completion (`choice`) and in a response (`response`). */
export interface AnswerCase {
  readonly name: string;
  readonly message: Json;
  readonly choice: Json;
  readonly response: Json;
}

const details = (block: Json, index: number, more: Json = {}): Json => ({
  type: 'reasoning.text',
  text: block['thinking'],
  signature: block['signature'],
  format: 'anthropic-claude-v1',
  index,
  ...more,
});

const called = (id: string, input: Json, name = 'look'): Json => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});

const item = (index: number, words: string, status = 'completed'): Json => ({
  id: `msg_01abc_${index}`,
  type: 'message',
  status,
  role: 'assistant',
  content: [{ type: 'output_text', text: words, annotations: [], logprobs: [] }],
});

const callItem = (index: number, id: string, input: Json): Json => ({
  id: `fc_01abc_${index}`,
  type: 'function_call',
  status: 'completed',
  call_id: id,
  name: 'look',
  arguments: JSON.stringify(input),
});

export const answerCases: readonly AnswerCase[] = [
  {
    name: 'a text',
    message: aMessage([text('hello')]),
    choice: { finish_reason: 'stop', message: { role: 'assistant', content: 'hello', refusal: null } },
    response: { status: 'completed', output: [item(0, 'hello')] },
  },
  {
    name: 'nothing at all',
    message: aMessage([]),
    choice: { finish_reason: 'stop', message: { content: '' } },
    response: { status: 'completed', output: [] },
  },
  {
    name: 'an empty text',
    message: aMessage([text('')]),
    choice: { finish_reason: 'stop', message: { content: '' } },
    response: { output: [item(0, '')] },
  },
  {
    name: 'characters of every length',
    message: aMessage([text(unicode)]),
    choice: { message: { content: unicode } },
    response: { output: [item(0, unicode)] },
  },
  {
    name: 'two texts',
    message: aMessage([text('one '), text('two')]),
    choice: { message: { content: 'one two' } },
    response: { output: [item(0, 'one '), item(1, 'two')] },
  },
  {
    name: 'a call',
    message: aMessage([use('toolu_1', { where: 'there' })]),
    choice: {
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [called('toolu_1', { where: 'there' })] },
    },
    response: { status: 'completed', output: [callItem(0, 'toolu_1', { where: 'there' })] },
  },
  {
    name: 'a call without arguments',
    message: aMessage([use('toolu_1', {})]),
    choice: { message: { tool_calls: [called('toolu_1', {})] } },
    response: { output: [callItem(0, 'toolu_1', {})] },
  },
  {
    name: 'calls in parallel behind words',
    message: aMessage([text('Looking.'), use('toolu_1', { a: 1 }), use('toolu_2', { a: unicode })]),
    choice: {
      finish_reason: 'tool_calls',
      message: {
        content: 'Looking.',
        tool_calls: [called('toolu_1', { a: 1 }), called('toolu_2', { a: unicode })],
      },
    },
    response: {
      output: [item(0, 'Looking.'), callItem(1, 'toolu_1', { a: 1 }), callItem(2, 'toolu_2', { a: unicode })],
    },
  },
  {
    name: 'very long arguments',
    message: aMessage([use('toolu_1', long)]),
    choice: { message: { tool_calls: [called('toolu_1', long)] } },
    response: { output: [callItem(0, 'toolu_1', long)] },
  },
  {
    name: 'thinking before a text',
    message: aMessage([thought('hm'), text('yes')]),
    choice: {
      message: { content: 'yes', reasoning_content: 'hm', reasoning_details: [details(thought('hm'), 0)] },
    },
    response: {
      output: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] }, item(1, 'yes')],
    },
  },
  {
    name: 'thinking without its text',
    message: aMessage([thought(''), use('toolu_1', {})]),
    choice: { message: { content: null, reasoning_details: [details(thought(''), 0)] } },
    response: { output: [{ type: 'reasoning', summary: [] }, callItem(1, 'toolu_1', {})] },
  },
  {
    name: 'thinking between words and calls',
    message: aMessage([
      text('ab'),
      thought('one', 's1'),
      use('toolu_1', {}),
      thought('two', 's2'),
      use('toolu_2', {}),
    ]),
    choice: {
      message: {
        content: 'ab',
        reasoning_content: 'one\n\ntwo',
        reasoning_details: [
          details(thought('one', 's1'), 1, { layout: 't2kuku' }),
          details(thought('two', 's2'), 3),
        ],
      },
    },
    response: {
      output: [
        { type: 'message' },
        { type: 'reasoning' },
        { type: 'function_call' },
        { type: 'reasoning' },
        { type: 'function_call' },
      ],
    },
  },
  {
    name: 'thinking that nobody may read',
    message: aMessage([{ type: 'redacted_thinking', data: 'secret' }, text('x')]),
    choice: {
      message: {
        content: 'x',
        reasoning_details: [
          { type: 'reasoning.encrypted', data: 'secret', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
    },
    response: { output: [{ type: 'reasoning', summary: [] }, item(1, 'x')] },
  },
  {
    name: 'blocks that OpenAI has no word for',
    message: aMessage([{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, text('x')]),
    choice: { message: { content: 'x' } },
    response: { output: [item(1, 'x')] },
  },
  {
    name: 'an end at a stop sequence',
    message: aMessage([text('a')], { stop_reason: 'stop_sequence', stop_sequence: 'END' }),
    choice: { finish_reason: 'stop' },
    response: { status: 'completed', incomplete_details: null },
  },
  ...['max_tokens', 'model_context_window_exceeded'].map((stop_reason) => ({
    name: `an end by ${stop_reason}`,
    message: aMessage([text('a')], { stop_reason }),
    choice: { finish_reason: 'length' },
    response: {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [item(0, 'a', 'incomplete')],
    },
  })),
  {
    name: 'a call that was cut off behind words that were not',
    message: aMessage([text('Looking.'), use('toolu_1', { a: 1 })], { stop_reason: 'max_tokens' }),
    choice: { finish_reason: 'length' },
    response: {
      status: 'incomplete',
      output: [item(0, 'Looking.'), { ...callItem(1, 'toolu_1', { a: 1 }), status: 'incomplete' }],
    },
  },
  {
    name: 'a refusal with its reason',
    message: aMessage([text('No')], {
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'cyber', explanation: 'Not that.' },
    }),
    choice: { finish_reason: 'content_filter', message: { content: 'No', refusal: 'Not that.' } },
    response: {
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
      output: [
        item(0, 'No', 'incomplete'),
        { type: 'message', status: 'completed', content: [{ type: 'refusal', refusal: 'Not that.' }] },
      ],
    },
  },
  {
    name: 'a refusal without a word',
    message: aMessage([], { stop_reason: 'refusal' }),
    choice: {
      finish_reason: 'content_filter',
      message: { content: null, refusal: 'The model declined to answer.' },
    },
    response: { output: [{ type: 'message', content: [{ type: 'refusal' }] }] },
  },
  {
    name: 'a pause',
    message: aMessage([text('a')], { stop_reason: 'pause_turn' }),
    choice: { finish_reason: 'stop' },
    response: { status: 'completed' },
  },
  {
    name: 'a stop that nobody knows yet',
    message: aMessage([text('a')], { stop_reason: 'somehow' }),
    choice: { finish_reason: 'stop' },
    response: { status: 'completed' },
  },
];
