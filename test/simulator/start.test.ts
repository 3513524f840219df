import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import Anthropic, { NotFoundError, RateLimitError, toFile } from '@anthropic-ai/sdk';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { failureOf } from '../help/a-failure.ts';
import { aMessage, ann, bob } from './help.ts';

let running: RunningSimulator;

beforeAll(async () => {
  running = await startSimulator({
    clock: wallClock,
    log: silentLog,
    keys: [ann, bob],
    batchMs: 20,
    admin: true,
  });
});
afterAll(() => running.close());
beforeEach(() => {
  running.simulator.forget();
  running.simulator.clearFaults();
});

const client = (key = ann.key, path = ''): Anthropic =>
  new Anthropic({ apiKey: key, baseURL: `${running.url}${path}`, maxRetries: 0 });
const hello = (content = 'hello') =>
  ({
    model: 'claude-opus-5-5',
    max_tokens: 1024,
    messages: [{ role: 'user', content }],
  }) satisfies Anthropic.MessageCreateParams;

describe('the official SDK', () => {
  test('gets a message, whole and streamed', async () => {
    const whole = await client().messages.create(hello());
    expect(whole).toMatchObject({ type: 'message', stop_reason: 'end_turn' });
    const stream = client().messages.stream(hello('[[think]] [[text:500]]'));
    const names: string[] = [];
    for await (const { type } of stream) names.push(type);
    const final = await stream.finalMessage();
    expect(names[0]).toBe('message_start');
    expect(final.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    expect(final.usage.output_tokens).toBe(125 + 30);
  });

  test('runs a tool to its end, over a message thread', async () => {
    const { simulator } = running;
    const ran: unknown[] = [];
    const final = await client().beta.messages.toolRunner({
      model: 'claude-opus-5-5',
      max_tokens: 1024,
      messages: [{ role: 'user', content: '[[tool:add {"a":1,"b":2}]]' }],
      tools: [
        {
          type: 'custom',
          name: 'add',
          description: 'adds',
          input_schema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
          run: (input: unknown) => {
            ran.push(input);
            return '3';
          },
          parse: (input: unknown) => input,
        },
      ],
    });
    expect(ran).toEqual([{ a: 1, b: 2 }]);
    expect(final.content).toMatchObject([{ type: 'text', text: 'The tool answered: 3' }]);
    expect(simulator.calls.map(({ status }) => status)).toEqual([200, 200]);
    expect(simulator.calls[0]?.headers.join()).toContain('message-threads-2026-08-12');
  });

  test('goes on with a thread, and begins anew on another key', async () => {
    const thread = client().beta.messages.thread({ model: 'claude-opus-5-5', max_tokens: 1024 });
    await thread.send({ role: 'user', content: 'one' });
    const second = await thread.send({ role: 'user', content: '[[say:two]]' });
    expect(second.content).toMatchObject([{ text: 'two' }]);
    const foreign = client(bob.key).beta.messages.create({
      ...hello(),
      betas: ['message-threads-2026-08-12'],
      thread: { type: 'continue', previous_message_id: second.id },
    });
    expect(await failureOf(foreign)).toMatchObject({ status: 404, errorCode: 'thread_not_found' });
  });

  test('counts tokens and lists models', async () => {
    const { input_tokens: tokens } = await client().messages.countTokens({
      model: 'claude-opus-5-5',
      messages: hello().messages,
    });
    expect(tokens).toBeGreaterThan(0);
    const ids: string[] = [];
    for await (const { id } of client().models.list({ limit: 5 })) ids.push(id);
    expect(ids.length).toBeGreaterThan(10);
    expect((await client().models.retrieve('claude-haiku-5-5')).display_name).toBe('Claude Haiku 5.5');
  });

  test('makes a batch and reads its results', async () => {
    const { batches } = client().messages;
    const { id } = await batches.create({ requests: [{ custom_id: 'one', params: hello('[[say:first]]') }] });
    let batch = await batches.retrieve(id);
    while (batch.processing_status !== 'ended') batch = await batches.retrieve(id);
    expect(batch.request_counts.succeeded).toBe(1);
    const results = [];
    for await (const result of await batches.results(id)) results.push(result);
    expect(results).toMatchObject([
      { custom_id: 'one', result: { type: 'succeeded', message: { content: [{ text: 'first' }] } } },
    ]);
    expect((await batches.delete(id)).type).toBe('message_batch_deleted');
  });

  test('moves a file of several megabytes up and down', async () => {
    const bytes = new Uint8Array(5_000_000).map((_, at) => (at * 7) & 0xff);
    const { files } = client();
    const file = await files.upload({
      file: await toFile(bytes, 'big.bin', { type: 'application/octet-stream' }),
    });
    expect(file.size_bytes).toBe(bytes.length);
    const down = new Uint8Array(await (await files.download(file.id)).arrayBuffer());
    expect(Buffer.compare(down, bytes)).toBe(0);
    const listed = [];
    for await (const { id } of files.list()) listed.push(id);
    expect(listed).toContain(file.id);
    await files.delete(file.id);
    expect(await failureOf(files.retrieveMetadata(file.id))).toBeInstanceOf(NotFoundError);
  });

  test('talks with a managed session', async () => {
    const { sessions } = client().beta;
    const session = await sessions.create({ agent: 'agent_1', environment_id: 'env_1' });
    const events = await sessions.events.stream(session.id);
    await sessions.events.send(session.id, {
      events: [{ type: 'user.message', content: [{ type: 'text', text: 'hello' }] }],
    });
    const seen: string[] = [];
    for await (const { type } of events) {
      seen.push(type);
      if (type === 'session.status_idle') break;
    }
    expect(seen).toEqual(['user.message', 'session.status_running', 'agent.message', 'session.status_idle']);
    await running.simulator.until(({ calls }) => calls.some(({ ended }) => ended === 'client-left'));
  });

  test('sees errors as its own kinds', async () => {
    const limited = client(ann.key, '/s/error-429;retry-after=3').messages.create(hello());
    const error = await failureOf(limited);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({
      status: 429,
      type: 'rate_limit_error',
      requestID: expect.stringMatching(/^req_/),
    });
    const held = await failureOf(client(ann.key, '/s/organization_on_hold').messages.create(hello()));
    expect(held).toMatchObject({ status: 400, errorCode: 'organization_on_hold' });
  });

  test('reads every compression, whole and streamed', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
      const compressed = client(ann.key, `/s/compress-${coding}`);
      expect((await compressed.messages.create(hello())).content).toHaveLength(1);
      const streamed = await compressed.messages.stream(hello('[[text:3000]]')).finalMessage();
      expect(streamed.content).toMatchObject([{ text: expect.stringMatching(/^.{3000}$/) }]);
    }
  });
});

describe('over a socket', () => {
  const post = (
    scenario: string,
    body: object = aMessage('[[text:400]]', { stream: true }),
    init: RequestInit = {},
  ): Promise<Response> =>
    fetch(`${running.url}/s/${scenario}/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': ann.key,
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      ...init,
    });

  /** What arrives before the body ends or breaks. */
  async function received(response: Response): Promise<{ text: string; broke: boolean }> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
      return { text, broke: false };
    } catch {
      return { text, broke: true };
    }
  }

  test('a cut breaks the connection after the events before it have arrived', async () => {
    const cut = await received(await post('cut-block'));
    expect(cut.broke).toBe(true);
    expect(cut.text).toEndWith('"index":0}\n\n');
    const head = await received(await post('cut-head'));
    expect(head).toEqual({ text: '', broke: true });
    const json = await received(await post('cut', aMessage('hi')));
    expect(json.broke).toBe(true);
  });

  test('a reset breaks it before the head', async () => {
    await failureOf(post('reset'));
    await running.simulator.until(({ calls }) => calls[0]?.ended === 'reset');
  });

  test('a clean end without message_stop is clean', async () => {
    const short = await received(await post('end-text'));
    expect(short.broke).toBe(false);
    expect(short.text).not.toContain('message_stop');
  });

  test('a client that leaves is seen at once', async () => {
    const { simulator } = running;
    const leaving = new AbortController();
    const response = await post('silence-start', undefined, { signal: leaving.signal });
    const reading = received(response);
    expect(simulator.state().open).toBe(1);
    leaving.abort();
    await simulator.until(({ calls }) => calls[0]?.ended === 'client-left');
    expect((await reading).broke).toBe(true);
    const never = new AbortController();
    const waiting = post('silent', undefined, { signal: never.signal });
    await simulator.until(({ calls }) => calls.length === 2);
    never.abort();
    await failureOf(waiting);
    await simulator.until(({ calls }) => calls[1]?.ended === 'client-left');
    expect(simulator.state().open).toBe(0);
  });

  test('a reader that stops reading holds the stream', async () => {
    const { simulator } = running;
    const body = JSON.stringify(
      aMessage('hi', { stream: true, max_tokens: 1_000_000, model: 'claude-unknown' }),
    );
    const socket = connect(running.port, '127.0.0.1');
    socket.write(
      `POST /s/huge-4000000+split-100000/v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${ann.key}\r\n` +
        'anthropic-version: 2023-06-01\r\ncontent-type: application/json\r\n' +
        `connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    // The first bytes are there and nobody reads them. A stream that did not mind would be over by now.
    await new Promise((resolve) => socket.once('readable', resolve));
    expect(simulator.calls[0]?.ended).toBe('open');
    let seen = '';
    for await (const bytes of socket) seen += String(bytes);
    expect(seen).toContain('event: message_stop');
    expect(simulator.calls[0]?.ended).toBe('complete');
  });

  test('a redirect leads to the same call without the scenario', async () => {
    const response = await post('redirect');
    expect(response.status).toBe(200);
    expect(running.simulator.calls.map(({ status }) => status)).toEqual([307, 200]);
  });

  test('the admin calls answer this machine', async () => {
    const made = await fetch(`${running.url}/_sim/faults`, {
      method: 'POST',
      body: JSON.stringify({ scenario: 'error-529', times: 1 }),
    });
    expect(made.status).toBe(201);
    expect((await post('ok')).status).toBe(200);
    const plain = await fetch(`${running.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bob.key}`,
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body: JSON.stringify(aMessage('hi')),
    });
    expect(plain.status).toBe(529);
  });

  test('a hundred paced streams keep their pace together', async () => {
    const streams = await Promise.all(
      Array.from({ length: 100 }, () => post('ok', aMessage('[[events:20]] [[pace:5]]', { stream: true }))),
    );
    const all = await Promise.all(streams.map(received));
    for (const { text, broke } of all) {
      expect(broke).toBe(false);
      expect(text.match(/event: content_block_delta/g)).toHaveLength(20);
    }
    expect(running.simulator.state().open).toBe(0);
  });
});
