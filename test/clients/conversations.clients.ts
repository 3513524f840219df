import { afterAll, beforeAll, describe, expect, it } from 'bun:test';
import OpenAI, { APIError } from 'openai';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { sign } from '../../src/simulator/signatures.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { dataOf, type Json } from '../help/an-openai-call.ts';
import { anUpstream } from '../help/an-upstream.ts';
import { conversations, type PlayedConversation } from '../help/openai-conversations.ts';
import {
  chatPieces,
  messageIn,
  messagesPieces,
  responsesPieces,
  type Pieces,
} from '../help/openai-pieces.ts';

/**
 * Every conversation both ways: the official client asks, streamed and whole; what it asks goes up as messages to the
 * simulated API, as strict as the real one; what that says comes down; and the conversation goes on with the answer as
 * the client has it. In between stands somebody who writes down what was asked and said, and changes nothing.
 */
const organization = 'one';
const rooms = new Rooms();
let client: OpenAI;

/** What came upstream, and the message that was said to it. */
interface Heard {
  readonly request: Json;
  readonly message: Json;
}
const heard: Heard[] = [];

beforeAll(async () => {
  const keys = [{ name: 'one', key: 'sk-ant-api03-one', organization }];
  const running = await startSimulator({ keys, clock: wallClock, log: silentLog });
  await rooms.add(Promise.resolve({ close: () => running.close() }));
  const between = await rooms.add(
    anUpstream(async ({ method, target, headers, body }) => {
      const sent = headers.flatMap((name, at) =>
        at % 2 === 0 ? [[name, headers[at + 1] ?? ''] as const] : [],
      );
      const kept = sent.filter(
        ([name]) => !/^(host|content-length|connection|transfer-encoding|accept-encoding)$/i.test(name),
      );
      const answer = await fetch(running.url + target, { method, headers: Object.fromEntries(kept), body });
      const said = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get('content-type') ?? '';
      const isStream = type.startsWith('text/event-stream');
      heard.push({
        request: JSON.parse(body.toString()) as Json,
        message: isStream ? messageIn(dataOf(said.toString())) : (JSON.parse(said.toString()) as Json),
      });
      return { status: answer.status, headers: ['content-type', type], body: said };
    }),
  );
  const account = { name: 'one', kind: 'api-key' as const, baseUrl: between.url, secret: 'sk-ant-api03-one' };
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'anything', maxRetries: 0 });
});
afterAll(() => rooms.close());

/** The answer as the client has it: what it would send back, and what else it was told. */
interface Told {
  readonly pieces: Pieces;
  readonly refusal: string | undefined;
  readonly end: string;
  readonly tokens: readonly [input: number, output: number, cached: number];
  /** Messages, or items of a response. */
  readonly back: readonly Json[];
}

function toldInChat({ choices, usage }: OpenAI.ChatCompletion): Told {
  const [choice] = choices;
  if (choice === undefined) throw new Error('no choice');
  const { refusal } = choice.message;
  const message = JSON.parse(JSON.stringify(choice.message)) as Json;
  const { prompt_tokens: input = 0, completion_tokens: output = 0, prompt_tokens_details: of } = usage ?? {};
  return {
    // Why it refused stands beside what it said.
    pieces: chatPieces([{ ...message, refusal: null }]),
    refusal: refusal ?? undefined,
    end: choice.finish_reason,
    tokens: [input, output, of?.cached_tokens ?? 0],
    back: [message],
  };
}

function toldInResponse({ output: items, usage, status }: OpenAI.Responses.Response): Told {
  const output = JSON.parse(JSON.stringify(items)) as Json[];
  const isRefusal = (item: Json): boolean =>
    JSON.stringify(item['content'] ?? '').includes('"type":"refusal"');
  const refusal = output.find(isRefusal)?.['content'] as [Json] | undefined;
  return {
    pieces: responsesPieces(output.filter((item) => !isRefusal(item))),
    refusal: refusal?.[0]['refusal'] as string | undefined,
    end: status ?? '',
    tokens: [
      usage?.input_tokens ?? 0,
      usage?.output_tokens ?? 0,
      usage?.input_tokens_details.cached_tokens ?? 0,
    ],
    back: output,
  };
}

async function ask(endpoint: PlayedConversation['endpoint'], request: Json, stream: boolean): Promise<Told> {
  const { stream: _stream, ...body } = request;
  if (endpoint === 'chat') {
    if (!stream) return toldInChat(await client.chat.completions.create(body as never));
    const options = { ...body, stream_options: { include_usage: true } };
    return toldInChat(await client.chat.completions.stream(options as never).finalChatCompletion());
  }
  if (!stream) return toldInResponse(await client.responses.create(body as never));
  return toldInResponse(await client.responses.stream(body as never).finalResponse());
}

/** Thoughts that were made up are signed, as those of a model are. */
function signed(request: Json): Json {
  return JSON.parse(JSON.stringify(request), (name, value: unknown) => {
    if (typeof value === 'string' && name === 'encrypted_content' && value.startsWith('claude1.')) {
      const kept = signed(JSON.parse(Buffer.from(value.slice(8), 'base64url').toString()) as Json);
      return `claude1.${Buffer.from(JSON.stringify(kept)).toString('base64url')}`;
    }
    if (typeof value !== 'object' || value === null || !('signature' in value)) return value;
    const thought = 'thinking' in value ? value.thinking : Reflect.get(value, 'text');
    return { ...value, signature: sign(String(thought), organization) };
  }) as Json;
}

function asked(endpoint: PlayedConversation['endpoint'], request: Json): Pieces {
  if (endpoint === 'chat') return chatPieces(request['messages'] as Json[]);
  return responsesPieces(request['input'], request['instructions']);
}

/** One after the other, however often it was cut: thinking may stand between the pieces of a text. */
function joined(turns: readonly string[]): string[] {
  const whole: string[] = [];
  for (const piece of turns) {
    const last = whole.at(-1);
    if (piece.startsWith('assistant: ') && last?.startsWith('assistant: ') === true)
      whole[whole.length - 1] = last + piece.slice('assistant: '.length);
    else whole.push(piece);
  }
  return whole;
}

/** Results go right behind their calls, wherever a client had them. */
function inPlace(turns: readonly string[]): string[] {
  return [...turns].toSorted();
}

const isLegacy = (request: Json): boolean => 'functions' in request;

describe('every conversation, both ways', () => {
  it('there are sixty at least', () => {
    expect(conversations.length).toBeGreaterThanOrEqual(60);
    expect(new Set(conversations.map(({ name, endpoint }) => `${endpoint} ${name}`)).size).toBe(
      conversations.length,
    );
  });

  const played = conversations.filter(({ refused }) => refused === undefined);
  it.each(played.map((one) => [`${one.endpoint}: ${one.name}`, one] as const))('%s', async (_, one) => {
    const { endpoint, says } = one;
    const request = signed(one.request);
    const told: Told[] = [];
    for (const stream of [false, true]) {
      heard.length = 0;
      const answer = await ask(endpoint, request, stream);
      told.push(answer);
      // Up: all that was said so far, in its order, and nothing else.
      const [call] = heard;
      if (call === undefined) throw new Error('nothing went upstream');
      const [before, up] = [asked(endpoint, request), messagesPieces(call.request)];
      expect(inPlace(up.system)).toEqual(inPlace(before.system));
      expect(up.thoughts).toEqual([...before.thoughts]);
      expect(inPlace(joined(up.turns))).toEqual(inPlace(joined(before.turns)));
      const words = (turns: readonly string[]): string[] =>
        turns.filter((piece) => !piece.startsWith('result'));
      expect(words(joined(up.turns))).toEqual(words(joined(before.turns)));
      // Down: all that the model said; in the older form one call, since a client of that takes no more.
      const { content, usage } = call.message as { content: Json[]; usage: Json };
      const said = messagesPieces({ messages: [{ role: 'assistant', content }] });
      expect(joined(answer.pieces.turns)).toEqual(
        joined(said.turns).slice(0, isLegacy(request) ? 1 : undefined),
      );
      expect(answer.pieces.thoughts).toEqual(said.thoughts);
      const read = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'];
      const input = read.reduce((sum, name) => sum + Number(usage[name] ?? 0), 0);
      expect(answer.tokens.slice(0, 2)).toEqual([input, Number(usage['output_tokens'])]);
      expect(answer.tokens[2]).toBe(Number(usage['cache_read_input_tokens']));
      await goesOn(one, request, answer, content);
    }
    const [whole, streamed] = told;
    if (whole === undefined || streamed === undefined) throw new Error('unreachable');
    expect({ ...streamed, back: [], tokens: streamed.tokens.slice(0, 2) }).toEqual({
      ...whole,
      back: [],
      tokens: whole.tokens.slice(0, 2),
    });
    if (says === undefined) return;
    const { pieces, end, refusal } = streamed;
    const text = joined(pieces.turns).find((piece) => piece.startsWith('assistant: '));
    if (says.text !== undefined) expect(text?.slice('assistant: '.length) ?? '').toBe(says.text);
    if (says.end !== undefined) expect(end).toBe(says.end);
    expect(refusal).toBe(says.refusal);
    if (says.thinks === true) expect(pieces.thoughts).toHaveLength(1);
    const calls = pieces.turns.filter((piece) => piece.startsWith('call '));
    expect(calls).toEqual(
      (says.calls ?? []).map(([name, args], at) => `call ${at} ${name} ${JSON.stringify(args)}`),
    );
    if (says.isCached === true) expect(streamed.tokens[2]).toBeGreaterThan(1_000);
  });

  /** The answer goes back as the client has it, with results for its calls: it is taken, and is what the model said. */
  async function goesOn(
    { endpoint }: PlayedConversation,
    request: Json,
    { back }: Told,
    content: readonly Json[],
  ): Promise<void> {
    const next = user('And now?');
    const more = back.flatMap((one) => resultsFor(one));
    const before = endpoint === 'chat' ? 'messages' : 'input';
    const earlier = request[before];
    const list = typeof earlier === 'string' ? [user(earlier)] : (earlier as Json[]);
    heard.length = 0;
    await ask(endpoint, { ...request, [before]: [...list, ...back, ...more, next] }, false);
    const messages = heard[0]?.request['messages'] as { role: string; content: Json[] }[];
    const turn = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
    const visible = content.filter(({ text }) => typeof text !== 'string' || /\S/.test(text));
    const plain = (blocks: readonly Json[]): Json[] =>
      blocks.map(({ type, text, thinking, signature, data, name, input, id }) =>
        JSON.parse(
          JSON.stringify({
            type,
            text,
            thinking,
            signature,
            data,
            name,
            input,
            id: isLegacy(request) ? 0 : id,
          }),
        ),
      );
    // Turns of one role in a row are one turn: what the model said is the end of it. Of a refusal stays the reason.
    const end = plain(turn).slice(-visible.length || turn.length);
    if (visible.length > 0 && back.every((one) => !JSON.stringify(one).includes('declined')))
      expect(end.slice(0, isLegacy(request) ? 1 : undefined)).toEqual(
        plain(visible).slice(0, isLegacy(request) ? 1 : undefined),
      );
  }

  function resultsFor(one: Json): Json[] {
    const calls = (one['tool_calls'] ?? []) as Json[];
    const single = one['function_call'] as Json | undefined;
    if (one['type'] === 'function_call')
      return [{ type: 'function_call_output', call_id: one['call_id'], output: 'seen' }];
    if (one['type'] === 'custom_tool_call')
      return [{ type: 'custom_tool_call_output', call_id: one['call_id'], output: 'seen' }];
    if (single !== undefined) return [{ role: 'function', name: single['name'], content: 'seen' }];
    return calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'seen' }));
  }

  const user = (content: string): Json => ({ role: 'user', content });

  it.each(
    conversations
      .filter(({ refused }) => refused !== undefined)
      .map((one) => [`${one.endpoint}: ${one.name}`, one] as const),
  )('%s, is refused in words, streamed and whole', async (_, { endpoint, request, refused }) => {
    heard.length = 0;
    for (const stream of [false, true]) {
      const error: unknown = await ask(endpoint, request, stream).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(APIError);
      expect(error).toMatchObject({ status: 400, param: refused, type: 'invalid_request_error' });
    }
    expect(heard).toEqual([]);
  });
});
