import { afterEach, describe, expect, it } from 'bun:test';
import OpenAI, { APIError } from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import * as z from 'zod';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { eventsOf, sseBytes, type Json } from '../help/an-openai-call.ts';
import { anUpstream, json, type Reply } from '../help/an-upstream.ts';
import { answerCases } from '../help/openai-answers.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const names = ['one', 'two'];
const model = 'gpt-5';
const behind = 'claude-opus-5-5';
const look = {
  type: 'function' as const,
  function: {
    name: 'look',
    description: 'Looks.',
    parameters: { type: 'object', properties: { where: { type: 'string' } } },
  },
};

interface Stage {
  client: OpenAI;
  proxy: Proxy;
  simulator: RunningSimulator['simulator'];
}

async function stage(): Promise<Stage> {
  const keys = names.map((name) => ({
    name,
    key: `sk-ant-api03-${name}`,
    organization: name,
    workspace: name,
  }));
  const running = await startSimulator({ keys, clock: wallClock, log: silentLog });
  await rooms.add(Promise.resolve({ close: () => running.close() }));
  const accounts = keys.map(({ name, key }) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: running.url,
    secret: key,
  }));
  const config = `[openai.models]\n"gpt-*" = "${behind}"\n"o-small" = "claude-haiku-4-5"\n`;
  const proxy = await rooms.add(aProxy({ accounts, keys: [{ name: 'openai' }], config }));
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: proxy.keys[0] ?? '', maxRetries: 0 });
  return { client, proxy, simulator: running.simulator };
}

const user = (content: string) => ({ role: 'user' as const, content });

/** What a promise of the client is rejected with. */
async function failure(promise: PromiseLike<unknown>): Promise<APIError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('it was answered');
}

describe('chat completions of the official OpenAI client', () => {
  it('are answered under the name of the model that was asked for', async () => {
    const { client, proxy, simulator } = await stage();
    const answer = await client.chat.completions.create({ model, messages: [user('[[say:hello]]')] });
    expect(answer).toMatchObject({ object: 'chat.completion', model });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'hello', refusal: null },
    });
    expect(answer.usage?.total_tokens).toBe(answer.usage!.prompt_tokens + answer.usage!.completion_tokens);
    expect(simulator.calls[0]).toMatchObject({ path: '/v1/messages', model: behind });
    // The ledger sees what the upstream said.
    expect(proxy.records[0]).toMatchObject({
      path: '/v1/chat/completions',
      purpose: 'messages',
      model: behind,
    });
    expect(proxy.records[0]?.usage?.output).toBe(answer.usage?.completion_tokens);
  });

  it('never send the client key on', async () => {
    const { client, proxy, simulator } = await stage();
    await client.chat.completions.create({ model, messages: [user('hello')] });
    expect(JSON.stringify(simulator.calls)).not.toContain(proxy.keys[0]!);
  });

  it('stream the same text in chunks, with the usage at the end', async () => {
    const { client } = await stage();
    const stream = client.chat.completions.stream({
      model,
      messages: [user('[[text:500]]')],
      stream_options: { include_usage: true },
    });
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    const whole = await stream.finalChatCompletion();
    expect(deltas.length).toBeGreaterThan(5);
    expect(whole.choices[0]?.message.content).toBe(deltas.join(''));
    expect(whole.choices[0]?.message.content).toHaveLength(500);
    expect(whole.usage?.completion_tokens).toBe(125);
  });

  it('run tools in a loop, and the thinking before a call comes back signed', async () => {
    for (const stream of [false, true]) {
      const { client, simulator } = await stage();
      const seen: string[] = [];
      const where = (args: { where: string }) => {
        seen.push(args.where);
        return `found in ${args.where}`;
      };
      const tool = { ...look, function: { ...look.function, function: where, parse: JSON.parse } };
      const runner = client.chat.completions.runTools({
        model,
        stream: stream as true,
        messages: [
          user(
            '[[think]] [[tool:look {"where":"there"}]] [[tool:look {"where":"here"}]] [[then]] [[say:done]]',
          ),
        ],
        reasoning_effort: 'high',
        tools: [tool as never],
      });
      expect(await runner.finalContent()).toBe('done');
      expect(seen).toEqual(['there', 'here']);
      expect(simulator.calls.map(({ status }) => status)).toEqual([200, 200]);
      const [, sent] = runner.messages;
      expect(sent).toHaveProperty('reasoning_details');
      await rooms.close();
    }
  });

  it('parse structured output', async () => {
    const { client } = await stage();
    const answer = z.object({ city: z.string(), size: z.enum(['small', 'large']) });
    const parsed = await client.chat.completions.parse({
      model,
      messages: [user('Which?')],
      response_format: zodResponseFormat(answer, 'answer'),
    });
    expect(answer.safeParse(parsed.choices[0]?.message.parsed).success).toBe(true);
  });

  it('tell errors as OpenAI does', async () => {
    const { client } = await stage();
    const ask = (content: string, more: object = {}) =>
      failure(client.chat.completions.create({ model, messages: [user(content)], ...more }));
    expect(await ask('x', { n: 2 })).toMatchObject({
      status: 400,
      param: 'n',
      type: 'invalid_request_error',
    });
    expect(await ask('x', { max_tokens: 10_000_000 })).toMatchObject({ status: 400, param: 'max_tokens' });
    expect(await ask('[[fault:error-529]]')).toMatchObject({
      status: 503,
      code: 'overloaded',
      type: 'server_error',
    });
    expect(await ask('x', { model: 'llama-9' })).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  });

  it('a wrong key is told as OpenAI does', async () => {
    const { proxy } = await stage();
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: `${proxy.keys[0]}x`, maxRetries: 0 });
    const error = await failure(client.chat.completions.create({ model, messages: [user('x')] }));
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('an error in the middle of a stream is thrown at the reader', async () => {
    const { client } = await stage();
    const stream = await client.chat.completions.create({
      model,
      messages: [user('[[text:400]] [[fault:error-event-text]]')],
      stream: true,
    });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    };
    expect(await failure(read())).toMatchObject({ code: 'overloaded' });
    expect(text.length).toBeGreaterThan(0);
  });

  it('move to another account before the first byte', async () => {
    const { client, simulator } = await stage();
    simulator.fault({ key: 'one', scenario: 'error-429;retry-after=60' });
    const answer = await client.chat.completions.create({ model, messages: [user('[[say:still here]]')] });
    expect(answer.choices[0]?.message.content).toBe('still here');
  });
});

describe('responses of the official OpenAI client', () => {
  it('are answered with text, and say that nothing is stored', async () => {
    const { client } = await stage();
    const response = await client.responses.create({
      model,
      instructions: 'Be brief.',
      input: '[[say:hello]]',
    });
    expect(response).toMatchObject({ object: 'response', status: 'completed', model, store: false });
    expect(response.output_text).toBe('hello');
    expect(response.usage?.output_tokens).toBeGreaterThan(0);
  });

  it('stream every event in its order, numbered without a gap', async () => {
    const { client } = await stage();
    const input = '[[think]] [[text:100]] [[tool:look {"where":"there"}]]';
    const { function: definition } = look;
    const stream = client.responses.stream({
      model,
      input,
      reasoning: { effort: 'medium' },
      tools: [{ type: 'function', strict: null, ...definition }],
    });
    const events: { type: string; sequence_number: number }[] = [];
    for await (const event of stream) events.push(event);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, at) => at));
    expect(events.at(0)?.type).toBe('response.created');
    expect(events.at(-1)?.type).toBe('response.completed');
    const final = await stream.finalResponse();
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
    expect(final.output_text).toHaveLength(100);
  });

  it('a tool loop goes on with its items as they came, reasoning among them', async () => {
    const { client, simulator } = await stage();
    const { function: definition } = look;
    const tools = [{ type: 'function' as const, strict: null, ...definition }];
    const question = user('[[think]] [[tool:look {"where":"there"}]] [[then]] [[say:done]]');
    const first = await client.responses.create({
      model,
      input: [question],
      tools,
      reasoning: { effort: 'low' },
    });
    const call = first.output.find((item) => item.type === 'function_call');
    const result = { type: 'function_call_output' as const, call_id: call!.call_id, output: 'seen' };
    const last = await client.responses.create({
      model,
      input: [question, ...first.output, result] as never,
      tools,
    });
    expect(last.output_text).toBe('done');
    expect(simulator.calls.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('parse structured output', async () => {
    const { client } = await stage();
    const answer = z.object({ city: z.string() });
    const response = await client.responses.parse({
      model,
      input: 'Which?',
      text: { format: zodTextFormat(answer, 'answer') },
    });
    expect(answer.safeParse(response.output_parsed).success).toBe(true);
  });

  it('what would have to be stored is refused in words', async () => {
    const { client } = await stage();
    const error = await failure(
      client.responses.create({ model, input: 'x', previous_response_id: 'resp_1' }),
    );
    expect(error).toMatchObject({ status: 400, param: 'previous_response_id' });
    expect(await failure(client.responses.retrieve('resp_1'))).toMatchObject({ status: 404 });
  });
});

describe('every answer, streamed, is for the official client what the whole one is', () => {
  async function upstreamOf(message: Json): Promise<OpenAI> {
    const reply: Reply = ({ body }) =>
      body.includes('"stream":true')
        ? { status: 200, headers: ['content-type', 'text/event-stream'], body: sseBytes(eventsOf(message)) }
        : json(200, message);
    const up = await rooms.add(anUpstream(reply));
    const account = { name: 'one', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-one' };
    const proxy = await rooms.add(aProxy({ accounts: [account] }));
    return new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'anything', maxRetries: 0 });
  }

  /** Without what one has as nothing and the other not at all, and the moment; the client keeps the last piece of a member it does not know. */
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (name, inner: unknown) =>
        inner === null ||
        inner === '' ||
        name === 'reasoning_content' ||
        name === 'created' ||
        name === 'created_at' ||
        name.startsWith('parsed')
          ? undefined
          : inner,
      ),
    );

  it.each(answerCases.map((one) => [one.name, one] as const))('%s', async (_, { message }) => {
    const client = await upstreamOf(message);
    const chat = { model: behind, messages: [user('x')] };
    const [whole, stream] = [
      await client.chat.completions.create(chat),
      client.chat.completions.stream({ ...chat, stream_options: { include_usage: true } }),
    ];
    const { service_tier: _tier, ...told } = whole;
    expect(plain((await stream.finalChatCompletion()).choices)).toEqual(plain(told.choices));
    const responses = { model: behind, input: 'x' };
    const response = await client.responses.create(responses);
    const streamed = await client.responses.stream(responses).finalResponse();
    expect(plain(streamed)).toEqual(plain(response));
  });
});

describe('custom tools of the official client', () => {
  it('are called with the text that they take', async () => {
    const { client } = await stage();
    const ask = `[[tool:patch {"input":"+ \\"ä\\" 👩‍👧"}]]`;
    const chat = {
      model,
      messages: [user(ask)],
      tools: [{ type: 'custom' as const, custom: { name: 'patch' } }],
    };
    const whole = (await client.chat.completions.create(chat)).choices[0]?.message.tool_calls;
    expect(whole).toMatchObject([{ type: 'custom', custom: { name: 'patch', input: '+ "ä" 👩‍👧' } }]);
    const stream = await client.chat.completions.stream(chat).finalChatCompletion();
    expect(stream.choices[0]?.message.tool_calls).toMatchObject([{ custom: { input: '+ "ä" 👩‍👧' } }]);
    const responses = { model, input: ask, tools: [{ type: 'custom' as const, name: 'patch' }] };
    const streamed = await client.responses.stream(responses).finalResponse();
    expect(streamed.output).toMatchObject([{ type: 'custom_tool_call', name: 'patch', input: '+ "ä" 👩‍👧' }]);
  });
});

describe('models of the official OpenAI client', () => {
  it('are listed in its format, aliases among them', async () => {
    const { client } = await stage();
    const models = [];
    for await (const one of client.models.list()) models.push(one);
    expect(models.find(({ id }) => id === behind)).toMatchObject({ object: 'model', owned_by: 'anthropic' });
    expect(models.map(({ id }) => id)).toContain('o-small');
    expect(await client.models.retrieve('gpt-5')).toMatchObject({ id: 'gpt-5', object: 'model' });
  });
});
