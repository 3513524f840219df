import { afterEach, describe, expect, it } from 'bun:test';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, json } from '../help/an-upstream.ts';

/*
 * The attack: an upstream (one that is broken, or does not like its guests) says that an answer took 2^53 tokens. A
 * thousand such rows are more than SQLite adds up: `usage --by session` would fail until they are a year old. One of
 * them is more money than a double can hold beside cents, and uses up every budget there is.
 */

const rooms = new Rooms();
afterEach(() => rooms.close());

async function usageOf(usage: object) {
  const up = await rooms.add(
    anUpstream(() => json(200, { id: 'msg_1', type: 'message', stop_reason: 'end_turn', usage })),
  );
  const account = { name: 'ann', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-ann' } as const;
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const body = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 1, messages: [] });
  await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body })).text();
  await until(() => proxy.records.length === 1);
  return proxy.records[0]?.usage;
}

describe('a count beyond all reason', () => {
  it('is no count: the others of its answer stand', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(
      await usageOf({ input_tokens: most, output_tokens: 5, cache_read_input_tokens: most }),
    ).toMatchObject({
      input: 0,
      output: 5,
      cacheRead: 0,
    });
  });

  it('says nothing where there is no other', async () => {
    expect(await usageOf({ input_tokens: 1_000_000_001 })).toBeUndefined();
  });

  it('begins at a thousand times what the largest prompts have', async () => {
    expect(await usageOf({ input_tokens: 1_000_000_000 })).toMatchObject({ input: 1_000_000_000 });
  });
});
