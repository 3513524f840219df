import { describe, expect, test } from 'bun:test';
import { aCall, aMessage, ann, aSimulator, bob, Reading } from './help.ts';

const bash = {
  name: 'Bash',
  description: 'Runs a command',
  input_schema: { type: 'object', properties: {} },
};

describe('a message', () => {
  test('is answered whole, with usage, owner and trace', async () => {
    const { say } = aSimulator();
    const answer = await say('hello');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      stop_reason: 'end_turn',
      stop_sequence: null,
      content: [{ type: 'text' }],
      usage: { output_tokens: 60, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    });
    expect(answer.json.id).toMatch(/^msg_01\w{22}$/);
    expect(answer.header('request-id')).toMatch(/^req_01\w{22}$/);
    expect(answer.header('anthropic-organization-id')).toBe('org-a');
    expect(answer.header('anthropic-workspace-id')).toBe('wrkspc_a');
    expect(answer.header('content-length')).toBe(String(answer.bytes.length));
  });

  test('is answered alike every time, but for its id', async () => {
    const { say } = aSimulator();
    const [first, second] = [await say('hello'), await say('hello')];
    expect({ ...first.json, id: '' }).toEqual({ ...second.json, id: '' });
    expect(first.json.id).not.toBe(second.json.id);
  });

  test('gets the same ids from the same seed', async () => {
    const ids = await Promise.all(
      [1, 1, 2].map(async (seed) => (await aSimulator({ seed }).say('hello')).json.id),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test('streams in the order of the API, with cumulative usage at the end', async () => {
    const { say } = aSimulator();
    const answer = await say('[[say:hello world]]', { stream: true });
    expect(answer.header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.names).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const [start] = answer.events;
    expect(start?.data.message).toMatchObject({
      content: [],
      stop_reason: null,
      usage: { output_tokens: 1 },
    });
    expect(answer.events.at(-2)?.data).toMatchObject({
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: start?.data.message.usage.input_tokens, output_tokens: 3 },
    });
    expect(answer.ended).toBe('end');
  });

  test('says the same streamed and whole', async () => {
    const { say } = aSimulator();
    const whole = await say('tell me');
    const streamed = await say('tell me', { stream: true });
    expect(streamed.said).toBe(whole.json.content[0].text);
  });

  test('keeps characters whole when it is cut into deltas', async () => {
    const { say } = aSimulator();
    const text = '🌍é漢😀'.repeat(40);
    const answer = await say(`[[say:${text}]]`, { stream: true });
    expect(answer.said).toBe(text);
    for (const { data } of answer.events) expect(JSON.stringify(data)).not.toMatch(/\\ud[89a-f]/i);
  });

  test('comes at the pace that is asked for', async () => {
    const { simulator, clock } = aSimulator({ pace: 100 });
    const answer = new Reading(
      await simulator.handle(aCall({ body: aMessage('[[events:3]]', { stream: true }) })),
    );
    expect(answer.names).toEqual(['message_start']);
    await clock.turn(99);
    expect(answer.names).toHaveLength(1);
    await clock.turn(1);
    expect(answer.names).toHaveLength(2);
    await clock.turn(100 * 7);
    expect(answer.names.at(-1)).toBe('message_stop');
    expect(answer.ended).toBe('end');
  });

  test('comes in one piece in a burst', async () => {
    const { say } = aSimulator({ pace: 'burst' });
    const answer = await say('[[events:50]]', { stream: true });
    expect(answer.chunks).toHaveLength(1);
    expect(answer.names.filter((name) => name === 'content_block_delta')).toHaveLength(50);
  });

  test('holds still while the reader pauses, and goes on', async () => {
    const { simulator } = aSimulator();
    const { body } = await simulator.handle(aCall({ body: aMessage('[[events:100]]', { stream: true }) }));
    if (body === undefined || body instanceof Uint8Array) throw new Error('a stream was expected');
    let chunks = 0;
    let ended = false;
    body.start({
      chunk() {
        chunks += 1;
        if (chunks === 10) body.pause();
      },
      end() {
        ended = true;
      },
      fail() {},
    });
    expect(chunks).toBe(10);
    expect(ended).toBe(false);
    body.resume();
    expect(chunks).toBe(106);
    expect(ended).toBe(true);
  });

  test('ends at max_tokens and says so', async () => {
    const { say } = aSimulator();
    const answer = await say('[[text:1000]]', { max_tokens: 10 });
    expect(answer.json.content[0].text).toHaveLength(40);
    expect(answer.json).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 10 } });
  });

  test('with max_tokens 0 is empty', async () => {
    const { say } = aSimulator();
    const answer = await say('warm up', { max_tokens: 0 });
    expect(answer.json).toMatchObject({
      content: [],
      stop_reason: 'max_tokens',
      usage: { output_tokens: 0 },
    });
  });

  test('ends before a stop sequence and names it', async () => {
    const { say } = aSimulator();
    const answer = await say('[[say:one STOP two]]', { stop_sequences: ['STOP'] });
    expect(answer.json).toMatchObject({
      content: [{ text: 'one ' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'STOP',
    });
  });

  test('is counted like it is billed', async () => {
    const { ask, say } = aSimulator();
    const more = { system: 'be brief', tools: [bash] };
    const body = { ...aMessage('how many', more), max_tokens: undefined };
    const counted = await ask({ target: '/v1/messages/count_tokens?beta=true', body });
    const billed = await say('how many', more);
    expect(counted.json.input_tokens).toBeGreaterThan(10);
    expect(counted.json.input_tokens).toBe(billed.json.usage.input_tokens);
  });
});

describe('tools', () => {
  test('are called by a marker, and the result ends the turn', async () => {
    const { say, ask } = aSimulator();
    const prompt = 'please [[tool:Bash {"command":"echo [[hi]] }\\"","description":"x"}]]';
    const first = await say(prompt, { tools: [bash] });
    expect(first.json).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'Bash', input: { command: 'echo [[hi]] }"', description: 'x' } }],
    });
    const [use] = first.json.content;
    const second = await ask({
      body: aMessage(prompt, {
        tools: [bash],
        messages: [
          { role: 'user', content: prompt },
          { role: 'assistant', content: first.json.content },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'hi there' }] },
        ],
      }),
    });
    expect(second.json).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'The tool answered: hi there' }],
    });
  });

  test('stream their input as JSON pieces', async () => {
    const { say } = aSimulator();
    const answer = await say('[[tool:Bash {"command":"a command that is long enough for pieces"}]]', {
      tools: [bash],
      stream: true,
    });
    const json = answer.events.map(({ data }) => data?.delta?.partial_json ?? '').join('');
    expect(JSON.parse(json)).toEqual({ command: 'a command that is long enough for pieces' });
    expect(
      answer.events.find(({ name }) => name === 'content_block_start')?.data.content_block,
    ).toMatchObject({
      type: 'tool_use',
      name: 'Bash',
      input: {},
    });
    expect(answer.events.at(-2)?.data.delta.stop_reason).toBe('tool_use');
  });

  test('of an agent get what Claude Code expects', async () => {
    const { say } = aSimulator();
    const answer = await say('[[agent:look at [[tool:Bash {"command":"ls"}]] now]]', {
      tools: [bash, { ...bash, name: 'Agent' }],
    });
    expect(answer.json.content).toMatchObject([
      {
        name: 'Agent',
        input: {
          prompt: 'look at [[tool:Bash {"command":"ls"}]] now',
          subagent_type: 'general-purpose',
          run_in_background: false,
        },
      },
    ]);
  });

  test('go step by step with [[then]]', async () => {
    const { say, ask } = aSimulator();
    const prompt = '[[tool:Bash {"command":"1"}]][[then]][[tool:Bash {"command":"2"}]][[then]][[say:done]]';
    let messages: object[] = [{ role: 'user', content: prompt }];
    const seen: unknown[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const answer =
        turn === 0
          ? await say(prompt, { tools: [bash] })
          : await ask({ body: aMessage('', { tools: [bash], messages }) });
      const [block] = answer.json.content;
      seen.push(block.input?.command ?? block.text);
      messages = [
        ...messages,
        { role: 'assistant', content: answer.json.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: block.id, content: 'ok' }] },
      ];
    }
    expect(seen).toEqual(['1', '2', 'done']);
  });

  test('that the request does not offer are not called', async () => {
    const { say } = aSimulator();
    const answer = await say('[[tool:Nope {"a":1}]]', { tools: [bash] });
    expect(answer.json.stop_reason).toBe('end_turn');
    expect(answer.json.content[0].text).toContain('does not offer');
  });

  test('that must be called get an input that fits their schema', async () => {
    const { say } = aSimulator();
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string' },
        days: { type: 'integer', minimum: 3 },
        unit: { enum: ['c', 'f'] },
      },
      required: ['city', 'days', 'unit'],
    };
    const answer = await say('weather', {
      tools: [{ name: 'weather', input_schema: schema }],
      tool_choice: { type: 'tool', name: 'weather' },
    });
    expect(answer.json.content).toMatchObject([
      { type: 'tool_use', name: 'weather', input: { city: 'sample', days: 3, unit: 'c' } },
    ]);
  });

  test('a JSON schema for the answer is kept', async () => {
    const { say } = aSimulator();
    const schema = {
      type: 'object',
      properties: { ok: { type: 'boolean' }, list: { type: 'array', items: { $ref: '#/$defs/n' } } },
      $defs: { n: { type: 'number' } },
    };
    const answer = await say('json', { output_config: { format: { type: 'json_schema', schema } } });
    expect(JSON.parse(answer.json.content[0].text)).toEqual({ ok: true, list: [1] });
  });
});

describe('thinking', () => {
  test('comes first, signed, and is accepted when it comes back', async () => {
    const { say, ask } = aSimulator();
    const first = await say('[[think:50]] why');
    expect(first.json.content.map(({ type }: { type: string }) => type)).toEqual(['thinking', 'text']);
    expect(first.json.usage.output_tokens_details.thinking_tokens).toBe(13);
    const again = await ask({
      body: aMessage('', {
        messages: [
          { role: 'user', content: 'why' },
          { role: 'assistant', content: first.json.content },
          { role: 'user', content: 'and?' },
        ],
      }),
    });
    expect(again.status).toBe(200);
  });

  test('is streamed with a signature_delta, and without its text where that is omitted', async () => {
    const { say } = aSimulator();
    const shown = await say('[[think]] why', { stream: true });
    const hidden = await say('[[think]] why', {
      stream: true,
      thinking: { type: 'adaptive', display: 'omitted' },
    });
    const kinds = (answer: typeof shown): Set<string> =>
      new Set(answer.events.map(({ data }) => data?.delta?.type));
    expect(kinds(shown)).toContain('thinking_delta');
    expect(kinds(shown)).toContain('signature_delta');
    expect(kinds(hidden)).not.toContain('thinking_delta');
    expect(kinds(hidden)).toContain('signature_delta');
  });

  const history = (content: unknown): object => ({
    model: 'claude-sonnet-5-5',
    messages: [
      { role: 'user', content: 'why' },
      { role: 'assistant', content },
      { role: 'user', content: 'and?' },
    ],
  });

  test('of another organization is dropped without a word, and listed only on request', async () => {
    const { say, ask, simulator } = aSimulator();
    const first = await say('[[think]] why', { model: 'claude-sonnet-5-5' });
    const body = aMessage('', history(first.json.content));
    const moved = await ask({ body, key: bob.key });
    expect(moved.status).toBe(200);
    expect(moved.json.input_transformations).toBeUndefined();
    expect(simulator.calls.at(-1)?.thinkingDropped).toBe(1);
    const told = await ask({
      body,
      key: bob.key,
      headers: ['anthropic-beta', 'thinking-binding-controls-2026-08-01'],
    });
    expect(told.json.input_transformations).toEqual([
      { type: 'thinking_dropped', path: 'messages.1.content.0', reason: 'organization_binding_mismatch' },
    ]);
    const home = await ask({ body, key: ann.key });
    expect(home.status).toBe(200);
    expect(simulator.calls.at(-1)?.thinkingDropped).toBe(0);
  });

  test('with a changed text or an invented signature is refused', async () => {
    const { say, ask } = aSimulator();
    const first = await say('[[think]] why');
    const [block] = first.json.content;
    for (const forged of [
      { ...block, thinking: 'other' },
      { ...block, signature: 'EqQB' },
    ]) {
      const answer = await ask({ body: aMessage('', history([forged])) });
      expect(answer.status).toBe(400);
      expect(answer.json.error.message).toContain('Invalid `signature` in `thinking` block');
    }
  });
});

describe('markers', () => {
  test('give lengths, event counts, stop reasons and numbers', async () => {
    const { say } = aSimulator();
    expect((await say('[[text:500]]')).json.content[0].text).toHaveLength(500);
    const events = await say('[[events:200]]', { stream: true });
    expect(events.names.filter((name) => name === 'content_block_delta')).toHaveLength(200);
    expect((await say('[[stop:refusal]]')).json).toMatchObject({
      stop_reason: 'refusal',
      stop_details: { type: 'refusal' },
    });
    const numbers = await say('[[usage:input=7,read=120000,write5m=5,write1h=6,output=9]]');
    expect(numbers.json.usage).toMatchObject({
      input_tokens: 7,
      cache_read_input_tokens: 120000,
      cache_creation_input_tokens: 11,
      cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 6 },
      output_tokens: 9,
    });
  });

  test('are read from the last text of the user, not from the history', async () => {
    const { ask } = aSimulator();
    const answer = await ask({
      body: aMessage('', {
        messages: [
          { role: 'user', content: '[[say:old]]' },
          { role: 'assistant', content: 'old' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'reminder' },
              { type: 'text', text: '[[say:new]]' },
            ],
          },
          { role: 'system', content: 'something in between' },
        ],
      }),
    });
    expect(answer.json.content[0].text).toBe('new');
  });

  test('that are not whole are plain text', async () => {
    const { say } = aSimulator();
    for (const text of ['[[say:never closed', '[[unknown:x]]', '[[', ']]', '[[tool:Bash {"a"]]'])
      expect((await say(text)).status).toBe(200);
  });
});
