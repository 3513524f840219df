import { afterEach, describe, expect, it } from 'bun:test';
import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const names = ['one', 'two', 'three'];
const hello = { role: 'user' as const, content: 'hello' };
const ask = { model: 'claude-opus-5-5', max_tokens: 200, messages: [hello] };

async function stage(): Promise<{ client: Anthropic; simulator: RunningSimulator['simulator'] }> {
  const keys = names.map((name) => ({
    name,
    key: `sk-ant-api03-${name}`,
    organization: name,
    workspace: name,
  }));
  const running = await startSimulator({ keys, clock: wallClock, log: silentLog, batchMs: 1 });
  await rooms.add(Promise.resolve({ close: () => running.close() }));
  const accounts = keys.map(({ name, key }) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: running.url,
    secret: key,
  }));
  const proxy = await rooms.add(aProxy({ accounts, keys: [{ name: 'sdk' }] }));
  const client = new Anthropic({ baseURL: proxy.url, apiKey: proxy.keys[0] ?? '', maxRetries: 0 });
  return { client, simulator: running.simulator };
}

describe('the official SDK through the proxy', () => {
  it('gets a message', async () => {
    const { client } = await stage();
    const message = await client.messages.create(ask);
    expect(message.type).toBe('message');
    expect(message.stop_reason).toBe('end_turn');
  });

  it('streams a message', async () => {
    const { client } = await stage();
    const stream = client.messages.stream({
      ...ask,
      messages: [{ role: 'user', content: '[[think]] [[text:500]]' }],
    });
    const events: string[] = [];
    stream.on('streamEvent', ({ type }) => events.push(type));
    const message = await stream.finalMessage();
    expect(events.at(0)).toBe('message_start');
    expect(events.at(-1)).toBe('message_stop');
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  it('makes a tool round trip', async () => {
    const { client } = await stage();
    const tools = [{ name: 'look', input_schema: { type: 'object' as const } }];
    const question = { role: 'user' as const, content: '[[tool:look {"where":"there"}]]' };
    const first = await client.messages.create({ ...ask, tools, messages: [question] });
    expect(first.stop_reason).toBe('tool_use');
    const use = first.content.find((block) => block.type === 'tool_use');
    expect(use?.input).toEqual({ where: 'there' });
    const result = {
      role: 'user' as const,
      content: [{ type: 'tool_result' as const, tool_use_id: use!.id, content: 'seen' }],
    };
    const last = await client.messages.create({
      ...ask,
      tools,
      messages: [question, { role: 'assistant', content: first.content }, result],
    });
    expect(last.stop_reason).toBe('end_turn');
  });

  it('counts tokens', async () => {
    const { client } = await stage();
    const { model, messages } = ask;
    const count = await client.messages.countTokens({ model, messages });
    expect(count.input_tokens).toBeGreaterThan(0);
  });

  it('lists models', async () => {
    const { client } = await stage();
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toContain('claude-opus-5-5');
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('makes a batch and reads its results, on one account', async () => {
    const { client, simulator } = await stage();
    const batch = await client.messages.batches.create({ requests: [{ custom_id: 'a', params: ask }] });
    await client.messages.create(ask);
    while ((await client.messages.batches.retrieve(batch.id)).processing_status !== 'ended')
      await Bun.sleep(5);
    const results: string[] = [];
    for await (const { custom_id } of await client.messages.batches.results(batch.id))
      results.push(custom_id);
    expect(results).toEqual(['a']);
    const used = simulator.calls.filter(({ path }) => path.includes('batches')).map(({ key }) => key);
    expect(new Set(used).size).toBe(1);
  });

  it('uploads a file, names it in a message and downloads it unchanged', async () => {
    const { client, simulator } = await stage();
    const content = crypto.getRandomValues(new Uint8Array(60_000));
    const file = await client.beta.files.upload({
      file: await toFile(content, 'noise.bin', { type: 'application/octet-stream' }),
    });
    for (const text of ['a', 'b', 'c', 'd']) {
      await client.beta.messages.create({
        ...ask,
        betas: ['files-api-2025-04-14'],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'file', file_id: file.id } },
              { type: 'text', text },
            ],
          },
        ],
      });
    }
    const back = new Uint8Array(await (await client.beta.files.download(file.id)).arrayBuffer());
    expect(Buffer.from(back).equals(Buffer.from(content))).toBe(true);
    expect(new Set(simulator.calls.map(({ key }) => key)).size).toBe(1);
  });
});
