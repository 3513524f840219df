import type { Json } from './an-openai-call.ts';

/** A conversation in OpenAI's words, and what the Messages API is to be told of it. */
export interface RequestCase {
  readonly name: string;
  readonly request: Json;
  /** Members of the request that goes out. */
  readonly sent: Json;
  /** Members that do not go out. */
  readonly absent?: readonly string[];
  /** What the warning header says; undefined for nothing. */
  readonly warning?: string;
}

const hi = { role: 'user', content: 'hi' };
const hiTurn = { role: 'user', content: [{ type: 'text', text: 'hi' }] };
const schema = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
};
const look = { type: 'function', function: { name: 'look', description: 'Looks.', parameters: schema } };
const lookTool = { name: 'look', description: 'Looks.', input_schema: schema };
const lark = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } };
const patchTool = {
  name: 'patch',
  description: 'Patches.\n\nIts input follows this grammar (lark):\nstart: "x"',
  input_schema: {
    type: 'object',
    properties: { input: { type: 'string' } },
    required: ['input'],
    additionalProperties: false,
  },
};
const png = 'iVBORw0KGgo=';
const call = (id: string, args: string) => ({
  id,
  type: 'function',
  function: { name: 'look', arguments: args },
});
const use = (id: string, input: Json) => ({ type: 'tool_use', id, name: 'look', input });
const result = (id: string, text: string) => ({
  type: 'tool_result',
  tool_use_id: id,
  content: [{ type: 'text', text }],
});

const old = 'claude-haiku-4-5';
const middle = 'claude-sonnet-4-6';
const newest = 'claude-opus-5-5';
const chat = (more: Json, messages: readonly object[] = [hi], model = newest): Json => ({
  model,
  messages,
  ...more,
});

/** `POST /v1/chat/completions`. */
export const chatCases: readonly RequestCase[] = [
  {
    name: 'a single question',
    request: chat({}),
    sent: { model: newest, max_tokens: 32_000, messages: [hiTurn] },
  },
  {
    name: 'system and developer messages in front are the system prompt',
    request: chat({}, [
      { role: 'system', content: 'a' },
      { role: 'developer', content: [{ type: 'text', text: 'b' }] },
      hi,
    ]),
    sent: {
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      messages: [hiTurn],
    },
  },
  {
    name: 'an instruction between the turns stays there on models that read it',
    request: chat({}, [hi, { role: 'assistant', content: 'yo' }, { role: 'system', content: 'be kind' }, hi]),
    sent: {
      messages: [
        hiTurn,
        { role: 'assistant', content: [{ type: 'text', text: 'yo' }] },
        { role: 'system', content: [{ type: 'text', text: 'be kind' }] },
        hiTurn,
      ],
    },
  },
  {
    name: 'on others it goes to the front',
    request: chat(
      {},
      [hi, { role: 'assistant', content: 'yo' }, { role: 'system', content: 'be kind' }, hi],
      middle,
    ),
    sent: {
      system: [{ type: 'text', text: 'be kind' }],
      messages: [hiTurn, { role: 'assistant', content: [{ type: 'text', text: 'yo' }] }, hiTurn],
    },
  },
  {
    name: 'turns of one role in a row are one turn',
    request: chat({}, [hi, hi]),
    sent: { messages: [{ role: 'user', content: [...hiTurn.content, ...hiTurn.content] }] },
  },
  {
    name: 'a conversation that the assistant begins',
    request: chat({}, [{ role: 'assistant', content: 'Welcome!' }, hi]),
    sent: {
      messages: [
        { role: 'user', content: [{ type: 'text', text: '(The conversation begins here.)' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Welcome!' }] },
        hiTurn,
      ],
    },
  },
  {
    name: 'a conversation that the assistant ends is no prefill',
    request: chat({}, [hi, { role: 'assistant', content: 'yo ' }]),
    sent: {
      messages: [
        hiTurn,
        { role: 'assistant', content: [{ type: 'text', text: 'yo ' }] },
        { role: 'user', content: [{ type: 'text', text: '(Please go on.)' }] },
      ],
    },
  },
  {
    name: 'instructions and nothing else',
    request: chat({}, [{ role: 'system', content: 'Say hi.' }]),
    sent: {
      system: [{ type: 'text', text: 'Say hi.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: '(The conversation begins here.)' }] }],
    },
  },
  {
    name: 'texts that show nothing are left out',
    request: chat({}, [
      { role: 'system', content: '' },
      {
        role: 'user',
        content: [
          { type: 'text', text: ' ' },
          { type: 'text', text: 'x' },
        ],
      },
      { role: 'assistant', content: '' },
      hi,
    ]),
    sent: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'text', text: 'hi' },
          ],
        },
      ],
    },
  },
  {
    name: 'a picture inside, and one at an address that nobody here fetches',
    request: chat({}, [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'high' } },
          { type: 'image_url', image_url: { url: 'https://example.test/cat.jpg' } },
          { type: 'text', text: 'What is it?' },
        ],
      },
    ]),
    sent: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
            { type: 'image', source: { type: 'url', url: 'https://example.test/cat.jpg' } },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
    },
  },
  {
    name: 'a PDF as a data URL and as bare base64, and a text file',
    request: chat({}, [
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
          { type: 'file', file: { file_data: 'JVBERi0x' } },
          { type: 'file', file: { filename: 'a.md', file_data: Buffer.from('# ä').toString('base64') } },
        ],
      },
    ]),
    sent: {
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' },
              title: 'a.pdf',
            },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' } },
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: '# ä' },
              title: 'a.md',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'a tool loop with calls in parallel: the results are one turn',
    request: chat({ tools: [look] }, [
      hi,
      { role: 'assistant', content: null, tool_calls: [call('c1', '{"a":"1"}'), call('c2', '{"a":"2"}')] },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'two' }] },
    ]),
    sent: {
      tools: [lookTool],
      messages: [
        hiTurn,
        { role: 'assistant', content: [use('c1', { a: '1' }), use('c2', { a: '2' })] },
        { role: 'user', content: [result('c1', 'one'), result('c2', 'two')] },
      ],
    },
  },
  {
    name: 'a result without a word, words beside a call, and arguments that are no JSON',
    request: chat({ tools: [look] }, [
      hi,
      { role: 'assistant', content: 'Looking.', tool_calls: [call('c1', ''), call('c2', '{"a":')] },
      { role: 'tool', tool_call_id: 'c1', content: '' },
      { role: 'tool', tool_call_id: 'c2', content: 'x' },
    ]),
    sent: {
      messages: [
        hiTurn,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Looking.' },
            use('c1', {}),
            use('c2', { invalid_arguments: '{"a":' }),
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1' }, result('c2', 'x')] },
      ],
    },
  },
  {
    name: 'thinking comes back in its place, in front of the call',
    request: chat({ tools: [look], reasoning_effort: 'high' }, [
      hi,
      {
        role: 'assistant',
        content: null,
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
        ],
        tool_calls: [call('c1', '{"a":"1"}')],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
    ]),
    sent: {
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
      messages: [
        hiTurn,
        {
          role: 'assistant',
          content: [{ type: 'thinking', thinking: 'hm', signature: 's' }, use('c1', { a: '1' })],
        },
        { role: 'user', content: [result('c1', 'one')] },
      ],
    },
  },
  {
    name: 'thinking between texts and calls comes back where it was',
    request: chat({ tools: [look] }, [
      hi,
      {
        role: 'assistant',
        content: 'abcde',
        reasoning_details: [
          {
            type: 'reasoning.text',
            text: 'one',
            signature: 's1',
            format: 'anthropic-claude-v1',
            index: 1,
            layout: 't2kt3uku',
          },
          { type: 'reasoning.encrypted', data: 'd2', format: 'anthropic-claude-v1', index: 4 },
        ],
        tool_calls: [call('c1', '{}'), call('c2', '{}')],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'x' },
      { role: 'tool', tool_call_id: 'c2', content: 'y' },
    ]),
    sent: {
      messages: [
        hiTurn,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'ab' },
            { type: 'thinking', thinking: 'one', signature: 's1' },
            { type: 'text', text: 'cde' },
            use('c1', {}),
            { type: 'redacted_thinking', data: 'd2' },
            use('c2', {}),
          ],
        },
        { role: 'user', content: [result('c1', 'x'), result('c2', 'y')] },
      ],
    },
  },
  {
    name: 'thinking of another vendor is left out, and blocks of the API itself are taken',
    request: chat({}, [
      hi,
      {
        role: 'assistant',
        content: 'a',
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'x', format: 'openai-responses-v1' }],
      },
      hi,
      {
        role: 'assistant',
        content: 'b',
        thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }],
      },
      hi,
    ]),
    sent: {
      messages: [
        hiTurn,
        { role: 'assistant', content: [{ type: 'text', text: 'a' }] },
        hiTurn,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'text', text: 'b' },
          ],
        },
        hiTurn,
      ],
    },
  },
  {
    name: 'ids of calls that the API would not take become others, the same for call and result',
    request: chat({ tools: [look] }, [
      hi,
      { role: 'assistant', tool_calls: [call('functions.look:0', '{}')] },
      { role: 'tool', tool_call_id: 'functions.look:0', content: 'x' },
    ]),
    sent: {},
  },
  {
    name: 'the older form of calls',
    request: chat({ functions: [look.function], function_call: { name: 'look' } }, [
      hi,
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{"a":"1"}' } },
      { role: 'function', name: 'look', content: 'one' },
    ]),
    sent: {
      tools: [lookTool],
      tool_choice: { type: 'tool', name: 'look', disable_parallel_tool_use: true },
      messages: [
        hiTurn,
        { role: 'assistant', content: [use('function_1', { a: '1' })] },
        { role: 'user', content: [result('function_1', 'one')] },
      ],
    },
  },
  {
    name: 'no tool may be called',
    request: chat({ tools: [look], tool_choice: 'none' }),
    sent: { tool_choice: { type: 'none' } },
  },
  {
    name: 'some tool must be called',
    request: chat({ tools: [look], tool_choice: 'required' }),
    sent: { tool_choice: { type: 'any' } },
  },
  {
    name: 'one tool must be called',
    request: chat({ tools: [look], tool_choice: { type: 'function', function: { name: 'look' } } }),
    sent: { tool_choice: { type: 'tool', name: 'look' } },
  },
  {
    name: 'one of some tools',
    request: chat({
      tools: [look, { type: 'function', function: { name: 'other' } }],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'look' } }] },
      },
    }),
    sent: { tools: [lookTool], tool_choice: { type: 'any' } },
  },
  {
    name: 'one call at a time',
    request: chat({ tools: [look], parallel_tool_calls: false }),
    sent: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
  },
  {
    name: 'a function without parameters, and a strict one',
    request: chat({
      tools: [
        { type: 'function', function: { name: 'a' } },
        { type: 'function', function: { ...look.function, strict: true } },
      ],
    }),
    sent: {
      tools: [
        { name: 'a', input_schema: { type: 'object', properties: {} } },
        { ...lookTool, strict: true },
      ],
    },
  },
  {
    name: 'a custom tool takes its text as its one argument',
    request: chat(
      {
        tools: [{ type: 'custom', custom: { name: 'patch', description: 'Patches.', format: lark } }],
        tool_choice: { type: 'custom', custom: { name: 'patch' } },
      },
      [
        hi,
        {
          role: 'assistant',
          tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: '+"a"' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
      ],
    ),
    sent: {
      tools: [patchTool],
      tool_choice: { type: 'tool', name: 'patch' },
      messages: [
        hiTurn,
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'c1', name: 'patch', input: { input: '+"a"' } }],
        },
        { role: 'user', content: [result('c1', 'ok')] },
      ],
    },
    warning: 'tools: a grammar is told to the model, not enforced',
  },
  {
    name: 'an answer of a schema',
    request: chat({
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
    }),
    sent: { output_config: { format: { type: 'json_schema', schema } } },
  },
  {
    name: 'an answer that is some JSON is asked for in words',
    request: chat({ response_format: { type: 'json_object' } }),
    sent: {
      system: [
        {
          type: 'text',
          text: 'Answer with one valid JSON object and nothing else: no code fence, no words before or after it.',
        },
      ],
    },
    warning: 'response_format: json_object is asked for by an instruction, not enforced',
  },
  {
    name: 'limits and ends',
    request: chat({
      max_tokens: 5,
      max_completion_tokens: 7,
      stop: ['END', '\n'],
      stream: true,
      user: 'u',
      service_tier: 'default',
    }),
    sent: {
      max_tokens: 7,
      stop_sequences: ['END'],
      stream: true,
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
    },
    warning: 'stop: sequences of blanks alone are left out',
  },
  {
    name: 'a user whose name is too long for the API',
    request: chat({ user: 'u'.repeat(257) }),
    sent: { metadata: { user_id: new Bun.CryptoHasher('sha256').update('u'.repeat(257)).digest('hex') } },
  },
  {
    name: 'sampling on a model that takes one of the two',
    request: chat({ temperature: 1.4, top_p: 0.5 }, [hi], middle),
    sent: { temperature: 1 },
    warning: 'top_p: left out, the model takes temperature or top_p; temperature: 1 is the most here',
  },
  {
    name: 'sampling on a model that takes none',
    request: chat({ temperature: 0, top_p: 1 }),
    sent: {},
    absent: ['temperature', 'top_p'],
    warning: 'temperature: left out, the model does not take it',
  },
  {
    name: 'effort within a budget of tokens, and sampling that thinking does not take',
    request: chat({ reasoning_effort: 'medium', temperature: 0.2 }, [hi], old),
    sent: { thinking: { type: 'enabled', budget_tokens: 8_192 } },
    absent: ['temperature', 'output_config'],
    warning: 'temperature: left out, the model does not take it while it thinks',
  },
  {
    name: 'a budget that the output limit leaves no room for',
    request: chat({ reasoning_effort: 'medium', max_completion_tokens: 500 }, [hi], old),
    sent: { max_tokens: 500 },
    absent: ['thinking'],
    warning: 'reasoning_effort: the output limit leaves no room for thinking',
  },
  {
    name: 'a loop whose thinking did not come back goes on without',
    request: chat(
      { tools: [look], reasoning_effort: 'high' },
      [
        hi,
        { role: 'assistant', tool_calls: [call('c1', '{}')] },
        { role: 'tool', tool_call_id: 'c1', content: 'x' },
      ],
      old,
    ),
    sent: {},
    warning: 'reasoning_effort: the thinking before the tool call did not come back, so there is none',
  },
  {
    name: 'a forced tool is called without thinking',
    request: chat({ tools: [look], tool_choice: 'required', reasoning_effort: 'low' }),
    sent: { output_config: { effort: 'low' }, tool_choice: { type: 'any' } },
    warning: 'reasoning_effort: a forced tool is called without thinking',
  },
  {
    name: 'no thinking at all',
    request: chat({ reasoning_effort: 'none' }),
    sent: { thinking: { type: 'disabled' } },
  },
  {
    name: 'an effort that the model does not have',
    request: chat({ reasoning_effort: 'xhigh' }, [hi], middle),
    sent: { output_config: { effort: 'high' } },
    warning: 'reasoning_effort: the model has no effort xhigh, high is used',
  },
  {
    name: 'what is ignored is told where it would have changed something',
    request: chat({
      frequency_penalty: 0.5,
      presence_penalty: 0,
      seed: 1,
      store: true,
      metadata: { a: 'b' },
      logit_bias: {},
      logprobs: false,
      n: 1,
      top_k: 5,
      verbosity: 'low',
    }),
    sent: {},
    warning: 'frequency_penalty: ignored; top_k: not known here, ignored; verbosity: ignored',
  },
];

const respond = (more: Json, input: unknown = 'hi'): Json => ({ model: newest, input, ...more });
const { function: definition } = look;

/** `POST /v1/responses`. */
export const responsesCases: readonly RequestCase[] = [
  {
    name: 'a text and instructions',
    request: respond({ instructions: 'Be brief.' }),
    sent: { system: [{ type: 'text', text: 'Be brief.' }], messages: [hiTurn] },
  },
  {
    name: 'messages in both forms, and instructions among them',
    request: respond({}, [
      { role: 'developer', content: 'a' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1',
        status: 'completed',
        content: [{ type: 'output_text', text: 'yo', annotations: [] }],
      },
      hi,
    ]),
    sent: {
      system: [{ type: 'text', text: 'a' }],
      messages: [hiTurn, { role: 'assistant', content: [{ type: 'text', text: 'yo' }] }, hiTurn],
    },
  },
  {
    name: 'pictures and files',
    request: respond({}, [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'auto' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
          { type: 'input_file', file_url: 'https://example.test/a.pdf' },
        ],
      },
    ]),
    sent: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' },
              title: 'a.pdf',
            },
            { type: 'document', source: { type: 'url', url: 'https://example.test/a.pdf' } },
          ],
        },
      ],
    },
  },
  {
    name: 'a tool loop with its reasoning',
    request: respond({ tools: [{ type: 'function', ...definition, strict: null }] }, [
      hi,
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [],
        encrypted_content: `claude1.${Buffer.from('{"thinking":"hm","signature":"s"}').toString('base64url')}`,
      },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"a":"1"}' },
      { type: 'function_call', call_id: 'c2', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'one' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [{ type: 'input_image', image_url: `data:image/png;base64,${png}` }],
      },
    ]),
    sent: {
      tools: [lookTool],
      messages: [
        hiTurn,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            use('c1', { a: '1' }),
            use('c2', {}),
          ],
        },
        {
          role: 'user',
          content: [
            result('c1', 'one'),
            {
              type: 'tool_result',
              tool_use_id: 'c2',
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }],
            },
          ],
        },
      ],
    },
  },
  {
    name: 'reasoning of another vendor is left out',
    request: respond({}, [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' }, hi]),
    sent: { messages: [hiTurn] },
  },
  {
    name: 'limits, effort, a schema and a named tool',
    request: respond({
      max_output_tokens: 100,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'x', schema, strict: true } },
      safety_identifier: 's',
    }),
    sent: {
      max_tokens: 100,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      metadata: { user_id: 's' },
    },
  },
  {
    name: 'what is ignored is told',
    request: respond({
      truncation: 'auto',
      store: true,
      include: ['reasoning.encrypted_content'],
      text: { verbosity: 'high' },
      max_tool_calls: 3,
    }),
    sent: { messages: [hiTurn] },
    warning: 'truncation: ignored; max_tool_calls: ignored; text.verbosity: ignored',
  },
  {
    name: 'one tool must be called',
    request: respond({
      tools: [{ type: 'function', ...definition }],
      tool_choice: { type: 'function', name: 'look' },
    }),
    sent: { tool_choice: { type: 'tool', name: 'look' } },
  },
  {
    name: 'a custom tool',
    request: respond(
      {
        tools: [
          {
            type: 'custom',
            name: 'patch',
            description: 'Patches.',
            format: { type: 'grammar', ...lark.grammar },
          },
        ],
      },
      [
        hi,
        { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: 'x' },
        { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
      ],
    ),
    sent: {
      tools: [patchTool],
      messages: [
        hiTurn,
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'c1', name: 'patch', input: { input: 'x' } }],
        },
        { role: 'user', content: [result('c1', 'ok')] },
      ],
    },
    warning: 'tools: a grammar is told to the model, not enforced',
  },
  {
    name: 'the web search of OpenAI is left out',
    request: respond({ tools: [{ type: 'web_search' }, { type: 'function', ...definition }] }),
    sent: { tools: [lookTool] },
    warning: 'tools: the web search of OpenAI is left out',
  },
];

/** What is refused: a request, and the parameter that the error names. */
export const refusedChats: readonly (readonly [parameter: string, request: Json])[] = [
  ['model', { messages: [hi] }],
  ['messages', { model: newest }],
  ['messages', chat({}, [])],
  ['messages[0].role', chat({}, [{ role: 'oracle', content: 'x' }])],
  ['messages[0].content[0].type', chat({}, [{ role: 'user', content: [{ type: 'video' }] }])],
  [
    'messages[0].content[0]',
    chat({}, [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }]),
  ],
  [
    'messages[0].content[0].image_url',
    chat({}, [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }]),
  ],
  [
    'messages[0].content[0].file',
    chat({}, [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }]),
  ],
  [
    'messages[1].tool_calls[0]',
    chat({}, [hi, { role: 'assistant', tool_calls: [{ id: 'c', type: 'odd', odd: {} }] }]),
  ],
  ['messages[1].name', chat({}, [hi, { role: 'function', name: 'x', content: 'y' }])],
  ['n', chat({ n: 2 })],
  ['logprobs', chat({ logprobs: true })],
  ['top_logprobs', chat({ top_logprobs: 3 })],
  ['logit_bias', chat({ logit_bias: { 5: 1 } })],
  ['modalities', chat({ modalities: ['text', 'audio'] })],
  ['audio', chat({ audio: { voice: 'alloy', format: 'mp3' } })],
  ['web_search_options', chat({ web_search_options: {} })],
  ['moderation', chat({ moderation: { model: 'x' } })],
  ['max_tokens', chat({ max_tokens: 0 })],
  ['temperature', chat({ temperature: 3 })],
  ['reasoning_effort', chat({ reasoning_effort: 'enormous' })],
  ['stop', chat({ stop: [1] })],
  ['stream', chat({ stream: 'yes' })],
  ['tools[0]', chat({ tools: [{ type: 'odd', odd: { name: 'x' } }] })],
  ['tool_choice', chat({ tool_choice: 'required' })],
  ['tool_choice', chat({ tools: [look], tool_choice: { type: 'function', function: { name: 'none' } } })],
  [
    'response_format',
    chat(
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } },
      [hi],
      'claude-3-haiku',
    ),
  ],
];

export const refusedResponses: readonly (readonly [parameter: string, request: Json])[] = [
  ['previous_response_id', respond({ previous_response_id: 'resp_1' })],
  ['conversation', respond({ conversation: 'conv_1' })],
  ['background', respond({ background: true })],
  ['prompt', respond({ prompt: { id: 'p' } })],
  ['tools[0]', respond({ tools: [{ type: 'file_search' }] })],
  ['input[0]', respond({}, [{ type: 'item_reference', id: 'msg_1' }])],
  ['input[0].type', respond({}, [{ type: 'computer_call' }])],
  [
    'input[0].content[0]',
    respond({}, [{ role: 'user', content: [{ type: 'input_image', file_id: 'file-1' }] }]),
  ],
];
