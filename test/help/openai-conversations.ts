import type { Json } from './an-openai-call.ts';
import { chatCases, responsesCases } from './openai-requests.ts';

/** A conversation as a client of OpenAI's sends it, and what its model is to say to it. */
export interface PlayedConversation {
  readonly name: string;
  readonly endpoint: 'chat' | 'responses';
  readonly request: Json;
  /** Of the answer, streamed and whole; what is left out is whatever the model says. */
  readonly says?: {
    readonly text?: string;
    readonly calls?: readonly (readonly [name: string, args: Json])[];
    readonly end?: string;
    readonly refusal?: string;
    readonly thinks?: boolean;
    /** Tokens read from the cache are told, once somebody has written them. */
    readonly isCached?: boolean;
  };
  /** The parameter that is refused: nothing goes upstream. */
  readonly refused?: string;
}

const opus = 'claude-opus-5-5';
const png = 'iVBORw0KGgo=';
const picture = `data:image/png;base64,${png}`;
const pdf = 'data:application/pdf;base64,JVBERi0x';
const schema = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
};
const look = { name: 'look', description: 'Looks.', parameters: schema };
const tools = [{ type: 'function', function: look }];
const flatTools = [{ type: 'function', strict: null, ...look }];

const user = (content: unknown): Json => ({ role: 'user', content });
const assistant = (content: unknown, more: Json = {}): Json => ({ role: 'assistant', content, ...more });
const call = (id: string, args: Json): Json => ({
  id,
  type: 'function',
  function: { name: 'look', arguments: JSON.stringify(args) },
});
const result = (id: string, content: unknown): Json => ({ role: 'tool', tool_call_id: id, content });
const callItem = (id: string, args: Json): Json => ({
  type: 'function_call',
  call_id: id,
  name: 'look',
  arguments: JSON.stringify(args),
});
const outputItem = (id: string, output: unknown): Json => ({
  type: 'function_call_output',
  call_id: id,
  output,
});

const chat = (messages: readonly Json[], more: Json = {}): Json => ({ model: opus, messages, ...more });
const respond = (input: unknown, more: Json = {}): Json => ({ model: opus, input, ...more });

/** Every length of UTF-8, joiners, both directions, what JSON and lines of a stream have to escape. */
const unicode = 'Größe 数字 👩‍👩‍👧‍👦 é שלום \u2028\u2029 "quoted" \\ back \t\u0000\u{10ffff}';
/** What of it a marker takes. */
const said = unicode.replaceAll('\u0000', '');
/** Half of a character, as clients cut them. */
const halved = 'half \ud83d of one';
const rounds = Array.from({ length: 30 }, (_, at) => `call_${at}`);
const manyTools = Array.from({ length: 128 }, (_, at) => ({
  type: 'function',
  function: { ...look, name: `tool_${at}` },
}));
const longArgs = { a: `${said} `.repeat(400) };
const longSystem = 'All work and no play makes Jack a dull boy. '.repeat(600);
const thought = (thinking: string): Json => ({
  type: 'reasoning',
  id: `rs_${thinking}`,
  summary: [{ type: 'summary_text', text: thinking }],
  // The signature is put in by whoever plays it.
  encrypted_content: `claude1.${Buffer.from(JSON.stringify({ thinking, signature: 's' })).toString('base64url')}`,
});

const chats: readonly Omit<PlayedConversation, 'endpoint'>[] = [
  {
    name: 'calls in parallel whose pictures come with the next words of the user',
    request: chat(
      [
        user('Which of the two? [[then]][[say:The left one.]]'),
        assistant(null, { tool_calls: [call('c1', { a: 'left' }), call('c2', { a: 'right' })] }),
        result('c1', 'see the picture'),
        result('c2', 'see the picture'),
        user([
          { type: 'image_url', image_url: { url: picture } },
          { type: 'image_url', image_url: { url: 'https://example.test/right.jpg' } },
          { type: 'text', text: 'left, then right' },
        ]),
      ],
      { tools },
    ),
    says: { text: 'The left one.', end: 'stop' },
  },
  {
    name: 'a tool loop of thirty rounds',
    request: chat(
      [
        user('Go on until you have it.'),
        ...rounds.flatMap((id, at) => [
          assistant(at % 2 === 0 ? null : `Round ${at}.`, { tool_calls: [call(id, { a: String(at) })] }),
          result(id, `found ${at}`),
        ]),
      ],
      { tools },
    ),
    says: { text: 'The tool answered: found 29', end: 'stop' },
  },
  {
    name: 'thinking, words and calls in parallel',
    request: chat([user('[[think:40]][[say:Looking.]][[tool:look {"a":"1"}]][[tool:look {"a":"2"}]]')], {
      tools,
      reasoning_effort: 'high',
    }),
    says: {
      text: 'Looking.',
      thinks: true,
      end: 'tool_calls',
      calls: [
        ['look', { a: '1' }],
        ['look', { a: '2' }],
      ],
    },
  },
  {
    name: 'a developer who speaks in the middle, and a system that does at the end',
    request: chat([
      { role: 'developer', content: 'Be brief.' },
      user('hi'),
      assistant('yo'),
      { role: 'developer', content: 'Now be long.' },
      user('[[say:Very long.]]'),
      { role: 'system', content: 'And kind.' },
    ]),
    says: { text: 'Very long.' },
  },
  {
    name: 'results that come late, in another order, with words between',
    request: chat(
      [
        user('both [[then]][[say:Both are there.]]'),
        assistant(null, { tool_calls: [call('c1', { a: '1' }), call('c2', { a: '2' })] }),
        user('any news?'),
        result('c2', 'two'),
        result('c1', 'one'),
        user('well?'),
      ],
      { tools },
    ),
    says: { text: 'Both are there.' },
  },
  {
    name: 'a conversation that goes on after a refusal',
    request: chat([
      user('do it'),
      assistant(null, { refusal: 'I will not.' }),
      user('Why not? [[say:Because.]]'),
    ]),
    says: { text: 'Because.', end: 'stop' },
  },
  {
    name: 'a refusal behind words',
    request: chat([user('[[say:I begin]][[stop:refusal]]')]),
    says: { text: 'I begin', end: 'content_filter', refusal: 'The model declined to answer.' },
  },
  {
    name: 'an answer of a schema, filled',
    request: chat([user('Which?')], {
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
    }),
    says: { text: '{"a":"sample"}', end: 'stop' },
  },
  {
    name: 'JSON without a schema, asked for by a developer as well',
    request: chat([{ role: 'developer', content: 'JSON, please.' }, user('[[say:{"b":[1]}]]')], {
      response_format: { type: 'json_object' },
    }),
    says: { text: '{"b":[1]}' },
  },
  {
    name: 'a stop sequence that comes, and one that does not',
    request: chat([user('[[say:one STOP two]]')], { stop: ['NEVER', 'STOP'] }),
    says: { text: 'one ', end: 'stop' },
  },
  {
    name: 'an output limit in the middle of a text',
    request: chat([user('[[text:400]]')], { max_completion_tokens: 10 }),
    says: { end: 'length' },
  },
  {
    name: 'a prompt that is in the cache',
    request: chat([{ role: 'system', content: longSystem }, user('[[say:Read.]]')]),
    says: { text: 'Read.', isCached: true },
  },
  {
    name: 'contents of nothing wherever they may stand',
    request: chat(
      [
        { role: 'system', content: [] },
        user(''),
        assistant(''),
        user([{ type: 'text', text: '' }]),
        assistant(null, { tool_calls: [call('c1', {})] }),
        result('c1', ''),
        assistant([{ type: 'text', text: '\n' }]),
        user('still there?'),
      ],
      { tools },
    ),
    says: { text: 'The tool answered: ' },
  },
  {
    name: 'an answer of nothing',
    request: chat([user('[[text:0]]')]),
    says: { text: '', end: 'stop' },
  },
  {
    name: 'characters of every kind, said back',
    request: chat(
      [
        { role: 'system', content: unicode },
        user(`${unicode} [[then]][[say:${said}]]`),
        assistant(unicode, { tool_calls: [call('c1', { a: unicode })] }),
        result('c1', unicode),
        user(halved),
      ],
      { tools },
    ),
    says: { text: said },
  },
  {
    name: 'very long arguments',
    request: chat([user(`[[tool:look ${JSON.stringify(longArgs)}]]`)], { tools }),
    says: { calls: [['look', longArgs]], end: 'tool_calls' },
  },
  {
    name: 'as many tools as OpenAI takes, of which the last is called',
    request: chat([user('[[tool:tool_127 {"a":"x"}]]')], { tools: manyTools }),
    says: { calls: [['tool_127', { a: 'x' }]] },
  },
  {
    name: 'rounds of the older form of calls, and one more',
    request: chat(
      [
        user('twice [[then]][[then]][[tool:look {"a":"3"}]]'),
        assistant(null, { function_call: { name: 'look', arguments: '{"a":"1"}' } }),
        { role: 'function', name: 'look', content: 'one' },
        assistant(null, { function_call: { name: 'look', arguments: '{"a":"2"}' } }),
        { role: 'function', name: 'look', content: 'two' },
        user('again'),
      ],
      { functions: [look] },
    ),
    says: { calls: [['look', { a: '3' }]], end: 'function_call' },
  },
  {
    name: 'ids of other vendors, short and long',
    request: chat(
      [
        user('three'),
        assistant(null, {
          tool_calls: [
            call('functions.look:0', { a: '0' }),
            call(`call_${'x'.repeat(200)}`, { a: '1' }),
            call('ä', { a: '2' }),
          ],
        }),
        result('functions.look:0', 'zero'),
        result(`call_${'x'.repeat(200)}`, 'one'),
        result('ä', 'two'),
      ],
      { tools },
    ),
  },
  {
    name: 'a picture, a PDF and a text file among words',
    request: chat([
      user([
        { type: 'text', text: 'Compare' },
        { type: 'image_url', image_url: { url: picture, detail: 'low' } },
        { type: 'text', text: 'with' },
        { type: 'file', file: { filename: 'a.pdf', file_data: pdf } },
        { type: 'file', file: { filename: 'a.txt', file_data: Buffer.from('plain').toString('base64') } },
        { type: 'text', text: '[[say:Alike.]]' },
      ]),
    ]),
    says: { text: 'Alike.' },
  },
  { name: 'two answers to one call', request: chat([user('hi')], { n: 2 }), refused: 'n' },
  { name: 'probabilities', request: chat([user('hi')], { logprobs: true }), refused: 'logprobs' },
  {
    name: 'words that are heard',
    request: chat([
      user([
        { type: 'text', text: 'What is said here?' },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      ]),
    ]),
    refused: 'messages[0].content[1]',
  },
];

const responses: readonly Omit<PlayedConversation, 'endpoint'>[] = [
  {
    name: 'calls in parallel with pictures and files in their results',
    request: respond(
      [
        user('Show me. [[then]][[say:Seen.]]'),
        callItem('c1', { a: '1' }),
        callItem('c2', { a: '2' }),
        outputItem('c1', [
          { type: 'input_text', text: 'the first' },
          { type: 'input_image', image_url: picture },
        ]),
        outputItem('c2', [{ type: 'input_file', filename: 'b.pdf', file_data: pdf }]),
        user('Well?'),
      ],
      { tools: flatTools },
    ),
    says: { text: 'Seen.', end: 'completed' },
  },
  {
    name: 'a loop of several rounds, each with its reasoning, and one more',
    request: respond(
      [
        user('Think. [[think:40]][[then]][[then]][[think:40]][[tool:look {"a":"3"}]]'),
        thought('first'),
        callItem('c1', { a: '1' }),
        outputItem('c1', 'one'),
        thought('second'),
        callItem('c2', { a: '2' }),
        outputItem('c2', 'two'),
      ],
      { tools: flatTools, reasoning: { effort: 'high' } },
    ),
    says: { calls: [['look', { a: '3' }]], thinks: true, end: 'completed' },
  },
  {
    name: 'items as an answer that was cut has them',
    request: respond(
      [
        user('Tell me.'),
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'incomplete',
          content: [{ type: 'output_text', text: 'Once upon', annotations: [], logprobs: [] }],
        },
        user('Go on. [[text:400]]'),
      ],
      { max_output_tokens: 10 },
    ),
    says: { end: 'incomplete' },
  },
  {
    name: 'a refusal behind words',
    request: respond('[[say:I begin]][[stop:refusal]]'),
    says: { text: 'I begin', end: 'incomplete', refusal: 'The model declined to answer.' },
  },
  {
    name: 'an answer of a schema',
    request: respond('Which?', {
      text: { format: { type: 'json_schema', name: 'x', schema, strict: true } },
    }),
    says: { text: '{"a":"sample"}' },
  },
  {
    name: 'instructions in front and in the middle, and characters of every kind',
    request: respond(
      [
        user(unicode),
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'one ', annotations: [] },
            { type: 'output_text', text: unicode, annotations: [] },
          ],
        },
        { role: 'developer', content: [{ type: 'input_text', text: 'In the middle.' }] },
        user(`${halved} [[say:${said}]]`),
      ],
      { instructions: 'In front.' },
    ),
    says: { text: said },
  },
  {
    name: 'a custom tool in a loop that calls it again',
    request: respond(
      [
        user('Patch it. [[then]][[tool:patch {"input":"+ \\"b\\"\\n"}]]'),
        { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: `+ ${unicode}` },
        { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
        user('Once more.'),
      ],
      { tools: [{ type: 'custom', name: 'patch', description: 'Patches.' }] },
    ),
    says: { calls: [['patch', { input: '+ "b"\n' }]] },
  },
  {
    name: 'a conversation that is stored elsewhere',
    request: respond('go on', { previous_response_id: 'resp_1' }),
    refused: 'previous_response_id',
  },
];

/** Every conversation there is: those of which each request is written out, and those that are longer. */
export const conversations: readonly PlayedConversation[] = [
  ...chatCases.map(({ name, request }) => ({ name, request, endpoint: 'chat' as const })),
  ...responsesCases.map(({ name, request }) => ({ name, request, endpoint: 'responses' as const })),
  ...chats.map((one) => ({ ...one, endpoint: 'chat' as const })),
  ...responses.map((one) => ({ ...one, endpoint: 'responses' as const })),
];
