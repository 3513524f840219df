import { describe, expect, test } from 'bun:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { aMessage, aSimulator } from './help.ts';

const user = (content: unknown): object => ({ role: 'user', content });
const assistant = (content: unknown): object => ({ role: 'assistant', content });
const beta = (...values: string[]): string[] => ['anthropic-beta', values.join(',')];
const tool = { name: 'Bash', input_schema: { type: 'object' } };
const use = (id: string): object => ({ type: 'tool_use', id, name: 'Bash', input: {} });
const result = (id: string): object => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });

/** What the API says to a body that differs from a good one. */
async function verdict(change: object, headers: readonly string[] = []): Promise<string> {
  const { ask } = aSimulator();
  const answer = await ask({ body: aMessage('hi', change), headers });
  if (answer.status === 200) return 'ok';
  expect(answer.status).toBe(400);
  expect(answer.json.error.type).toBe('invalid_request_error');
  return answer.json.error.message;
}

describe('a request', () => {
  test('needs model, messages and max_tokens', async () => {
    for (const field of ['model', 'messages', 'max_tokens'])
      expect(await verdict({ [field]: undefined })).toBe(`${field}: Field required`);
  });

  test('needs values of the right kind', async () => {
    expect(await verdict({ max_tokens: '10' })).toBe('max_tokens: Input should be a valid integer');
    expect(await verdict({ max_tokens: -1 })).toBe('max_tokens: Input should be greater than or equal to 0');
    expect(await verdict({ messages: 'hi' })).toBe('messages: Input should be a valid list');
    expect(await verdict({ stream: 'yes' })).toBe('stream: Input should be a valid boolean');
    expect(await verdict({ model: 5 })).toBe('model: Input should be a valid string');
    expect(await verdict({ temperature: 1.5 })).toBe('temperature: Input should be less than or equal to 1');
    expect(await verdict({ stop_sequences: [' '] })).toContain('must contain non-whitespace');
    expect(await verdict({ metadata: { user_id: 'u', other: 1 } })).toBe(
      'metadata.other: Extra inputs are not permitted',
    );
    expect(await verdict({ output_config: { effort: 'heroic' } })).toContain('output_config.effort');
    expect(await verdict({ thinking: { type: 'enabled', budget_tokens: 100 } })).toContain(
      'greater than or equal to 1024',
    );
    expect(await verdict({ thinking: { type: 'enabled', budget_tokens: 1024 } })).toContain(
      '`max_tokens` must be greater',
    );
    expect(await verdict({ system: [{ type: 'image' }] })).toBe("system.0.type: Input should be 'text'");
  });

  test('is JSON of its own type', async () => {
    const { ask } = aSimulator();
    const say = async (body: Uint8Array, headers: string[] = []): Promise<string> => {
      const answer = await ask({ body, headers });
      expect(answer.status).toBe(400);
      return answer.json.error.message;
    };
    expect(await say(Buffer.from('{"model":'))).toBe('The request body is not valid JSON.');
    expect(await say(Buffer.from([0x22, 0xff, 0x22]))).toBe('The request body is not valid JSON.');
    expect(await say(Buffer.from('[]'))).toBe('The request body must be a JSON object.');
    expect(await say(Buffer.from('{}'), ['content-type', 'text/plain'])).toBe(
      'content-type: application/json is required',
    );
    expect(await say(Buffer.from('{}'), ['content-type', '-'])).toBe(
      'content-type: application/json is required',
    );
    const charset = await ask({
      body: aMessage('hi'),
      headers: ['content-type', 'application/json; charset=utf-16'],
    });
    expect(charset.json.error.details.error_code).toBe('unsupported_charset');
    const good = await ask({
      body: aMessage('hi'),
      headers: ['content-type', 'Application/JSON; charset=UTF-8'],
    });
    expect(good.status).toBe(200);
  });

  test('may come compressed, and is refused where it is not what it says', async () => {
    const { ask } = aSimulator();
    const body = Buffer.from(JSON.stringify(aMessage('hi')));
    for (const [coding, bytes] of [
      ['gzip', gzipSync(body)],
      ['br', brotliCompressSync(body)],
      ['zstd', zstdCompressSync(body)],
    ] as const)
      expect((await ask({ body: bytes, headers: ['content-encoding', coding] })).status).toBe(200);
    const code = async (bytes: Uint8Array, coding: string): Promise<[number, string]> => {
      const answer = await ask({ body: bytes, headers: ['content-encoding', coding] });
      return [answer.status, answer.json.error.details.error_code];
    };
    expect(await code(body, 'gzip')).toEqual([400, 'request_body_encoding_invalid']);
    expect(await code(body, 'compress')).toEqual([400, 'request_body_encoding_unsupported']);
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024));
    expect(await code(bomb, 'gzip')).toEqual([413, 'request_body_too_large_after_decoding']);
  });

  test('over 32 MB is refused before it is read', async () => {
    const { ask, simulator } = aSimulator();
    const answer = await ask({
      body: new Uint8Array(10),
      headers: ['content-length', String(32 * 1024 * 1024 + 1)],
    });
    expect(answer.status).toBe(413);
    expect(answer.json.error.type).toBe('request_too_large');
    expect(simulator.calls[0]?.size).toBe(0);
    const unannounced = await ask({
      body: new Uint8Array(32 * 1024 * 1024 + 1),
      headers: ['content-length', '-'],
    });
    expect(unannounced.status).toBe(413);
  });

  test('may have no field that nobody knows, unless a beta value brings it', async () => {
    expect(await verdict({ future: {} })).toBe('future: Extra inputs are not permitted');
    expect(await verdict({ future: {} }, beta('other-2026-01-01', 'future-2027-01-01'))).toBe('ok');
    expect(await verdict({ context_management: { edits: [] } })).toBe(
      'context_management: Extra inputs are not permitted',
    );
    expect(await verdict({ context_management: { edits: [] } }, beta('context-management-2025-06-27'))).toBe(
      'ok',
    );
    expect(await verdict({ mcp_servers: [] }, beta('mcp-client-2026-09-15'))).toBe('ok');
    expect(await verdict({ tags: {} }, beta('request-tags-2026-08-21'))).toBe('ok');
    expect(await verdict({ safeguards: {} }, beta('safeguards-2026-10-01'))).toBe('ok');
  });

  test('of the new version has no sampling, no documents of the model, no citations of the user', async () => {
    const now = ['anthropic-version', '2026-10-21'];
    for (const field of ['temperature', 'top_p', 'top_k']) {
      expect(await verdict({ [field]: 1 })).toBe('ok');
      expect(await verdict({ [field]: 1 }, now)).toBe(`${field}: Extra inputs are not permitted`);
    }
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } };
    const documented = { messages: [user('a'), assistant([document]), user('b')] };
    expect(await verdict(documented)).toBe('ok');
    expect(await verdict(documented, now)).toContain('`document` blocks cannot be in `assistant` messages');
    const cited = { messages: [user([{ type: 'text', text: 'a', citations: [{ type: 'char_location' }] }])] };
    expect(await verdict(cited)).toBe('ok');
    expect(await verdict(cited, now)).toContain('citations');
  });

  test('names a version that exists', async () => {
    expect(await verdict({}, ['anthropic-version', '-'])).toBe('anthropic-version: header is required');
    expect(await verdict({}, ['anthropic-version', '2020-01-01'])).toContain('is not a valid version');
  });

  test('names a model that is served', async () => {
    const { ask } = aSimulator();
    const unknown = await ask({ body: aMessage('hi', { model: 'gpt-5' }) });
    expect([unknown.status, unknown.json.error.type, unknown.json.error.message]).toEqual([
      404,
      'not_found_error',
      'model: gpt-5',
    ]);
    expect(await verdict({ model: 'claude-opus-99' })).toBe('ok');
    expect(await verdict({ model: 'claude-opus-4-5-20251101' })).toBe('ok');
    expect(await verdict({ max_tokens: 128_001 })).toBe(
      'max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for claude-opus-5-5',
    );
    const { ask: strict } = aSimulator({ openModels: ['vertex/'] });
    expect((await strict({ body: aMessage('hi', { model: 'claude-opus-99' }) })).status).toBe(404);
    expect((await strict({ body: aMessage('hi', { model: 'vertex/claude-x' }) })).status).toBe(200);
    expect((await strict({ body: aMessage('hi') })).status).toBe(200);
  });

  test('fits into the context window', async () => {
    const { ask } = aSimulator({ longestPrompt: 100 });
    const answer = await ask({ body: aMessage('x'.repeat(500)) });
    expect(answer.json.error.message).toMatch(/^prompt is too long: \d+ tokens > 100 maximum$/);
    const picture = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(6_000_000) },
    };
    expect(await verdict({ messages: [user([picture, { type: 'text', text: 'what is it' }])] })).toBe('ok');
  });
});

describe('a conversation', () => {
  test('has messages with known roles, the first of a user', async () => {
    expect(await verdict({ messages: [] })).toBe('messages: at least one message is required');
    expect(await verdict({ messages: [{ content: 'a' }] })).toBe('messages.0.role: Field required');
    expect(await verdict({ messages: [{ role: 'tool', content: 'a' }] })).toContain(
      'messages.0.role: Input should be',
    );
    expect(await verdict({ messages: [assistant('a'), user('b')] })).toBe(
      'messages: first message must use the "user" role',
    );
    expect(await verdict({ messages: [{ role: 'system', content: 'a' }] })).toBe(
      'messages: at least one message is required',
    );
    expect(
      await verdict(
        { messages: [assistant([{ type: 'compaction', content: 'x' }]), user('b')] },
        beta('compact-2026-09-04'),
      ),
    ).toBe('ok');
  });

  test('may repeat a role and may have system messages in it', async () => {
    expect(
      await verdict({ messages: [user('a'), user('b'), assistant('c'), assistant('d'), user('e')] }),
    ).toBe('ok');
    expect(await verdict({ messages: [user('a'), { role: 'system', content: 'be kind' }] })).toBe('ok');
    const turned = {
      messages: [
        user('a'),
        { role: 'system', content: [{ type: 'text', text: 'x' }], output_config: { effort: 'low' } },
      ],
    };
    expect(await verdict(turned)).toBe('messages.1.output_config: Extra inputs are not permitted');
    expect(await verdict(turned, beta('per-turn-control-2026-07-01'))).toBe('ok');
    expect(await verdict({ messages: [{ ...user('a'), name: 'me' }] })).toBe(
      'messages.0.name: Extra inputs are not permitted',
    );
  });

  test('has content in every message but the last of the model', async () => {
    expect(await verdict({ messages: [user('')] })).toContain('must have non-empty content');
    expect(await verdict({ messages: [user([])] })).toContain('must have non-empty content');
    expect(await verdict({ messages: [user([{ type: 'text', text: '' }])] })).toBe(
      'messages: text content blocks must be non-empty',
    );
    expect(await verdict({ messages: [{ role: 'user' }] })).toBe('messages.0.content: Field required');
    expect(await verdict({ messages: [user([{ text: 'a' }])] })).toBe(
      'messages.0.content.0.type: Field required',
    );
    expect(await verdict({ messages: [user([{ type: 'image' }])] })).toBe(
      'messages.0.content.0.image.source: Field required',
    );
    const old = { model: 'claude-sonnet-4-5' };
    expect(await verdict({ ...old, messages: [user('a'), assistant('')] })).toBe('ok');
  });

  test('has blocks of a type that is known', async () => {
    const odd = { messages: [user([{ type: 'txt', text: 'a' }])] };
    expect(await verdict(odd)).toContain("Input tag 'txt' found using 'type'");
    expect(await verdict({ messages: [user([{ type: 'novelty' }])] }, beta('novelty-2027-01-01'))).toBe('ok');
    expect(await verdict({ messages: [user([use('a')])] })).toContain('can only be in `assistant` messages');
    expect(await verdict({ messages: [user('a'), assistant([result('a')]), user('b')] })).toContain(
      'can only be in `user` messages',
    );
  });

  test('answers every tool call in the next turn', async () => {
    const asked = [user('a'), assistant([use('t1'), use('t2')])];
    expect(await verdict({ messages: [...asked, user([result('t1'), result('t2')])] })).toBe('ok');
    expect(await verdict({ messages: [...asked, user([result('t1')]), user([result('t2')])] })).toBe('ok');
    expect(
      await verdict({
        messages: [...asked, { role: 'system', content: 'x' }, user([result('t1'), result('t2')])],
      }),
    ).toBe('ok');
    expect(await verdict({ messages: [...asked, user([result('t1')])] })).toStartWith(
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2.',
    );
    expect(await verdict({ messages: [...asked, user('no')] })).toContain('immediately after: t1, t2');
    expect(await verdict({ messages: [...asked, assistant('b'), user([result('t1'), result('t2')])] })).toBe(
      'ok',
    );
    expect(await verdict({ messages: [user([result('t9')])] })).toStartWith(
      'messages.0: unexpected `tool_use_id` found in `tool_result` blocks: t9.',
    );
    expect(await verdict({ messages: asked })).toContain('without `tool_result`');
  });

  test('may end with words of the model only where the model goes on from them', async () => {
    const messages = [user('a'), assistant('The answer is')];
    expect(await verdict({ messages })).toBe(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
    expect(await verdict({ messages, model: 'claude-haiku-4-5' })).toBe('ok');
    expect(await verdict({ messages: [user('a'), assistant('x ')], model: 'claude-haiku-4-5' })).toContain(
      'trailing whitespace',
    );
  });

  test('has at most four breakpoints of the right form', async () => {
    const marked = (ttl?: string): object => ({
      type: 'text',
      text: 'a',
      cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) },
    });
    expect(await verdict({ messages: [user([marked(), marked('1h'), marked('5m'), marked()])] })).toBe('ok');
    expect(
      await verdict({ system: [marked()], messages: [user([marked(), marked(), marked(), marked()])] }),
    ).toBe('A maximum of 4 blocks with cache_control may be provided. Found 5.');
    expect(await verdict({ messages: [user([marked('2h')])] })).toContain('cache_control.ttl');
  });
});

describe('tools', () => {
  test('have a name, a schema and nothing unknown', async () => {
    expect(await verdict({ tools: [tool] })).toBe('ok');
    expect(await verdict({ tools: [{ input_schema: {} }] })).toBe('tools.0.custom.name: Field required');
    expect(await verdict({ tools: [{ ...tool, name: 'a b' }] })).toContain(
      'tools.0.custom.name: String should match pattern',
    );
    expect(await verdict({ tools: [{ name: 'a' }] })).toBe('tools.0.custom.input_schema: Field required');
    expect(await verdict({ tools: [{ name: 'a', input_schema: { type: 'string' } }] })).toContain(
      "Input should be 'object'",
    );
    expect(await verdict({ tools: [{ ...tool, colour: 'red' }] })).toBe(
      'tools.0.custom.colour: Extra inputs are not permitted',
    );
    expect(await verdict({ tools: [tool, tool] })).toBe('tools: Tool names must be unique.');
    expect(await verdict({ tools: [{ type: 'web_search_20260318', name: 'web_search', max_uses: 3 }] })).toBe(
      'ok',
    );
  });

  test('are loaded later only with the beta value', async () => {
    const later = { tools: [{ ...tool, defer_loading: true }] };
    expect(await verdict(later)).toBe('tools.0.custom.defer_loading: Extra inputs are not permitted');
    expect(await verdict(later, beta('advanced-tool-use-2025-11-20'))).toBe('ok');
    expect(await verdict(later, ['anthropic-version', '2026-10-21'])).toBe('ok');
  });

  test('are chosen among those that are there', async () => {
    expect(await verdict({ tool_choice: { type: 'auto' } })).toContain('while providing tools');
    expect(await verdict({ tools: [tool], tool_choice: { type: 'tool', name: 'Nope' } })).toContain(
      "Tool 'Nope' not found",
    );
    expect(await verdict({ tools: [tool], tool_choice: { type: 'sometimes' } })).toContain(
      'tool_choice.type',
    );
  });
});

test('count_tokens takes what it needs and no max_tokens', async () => {
  const { ask } = aSimulator();
  const target = '/v1/messages/count_tokens';
  const good = await ask({
    target,
    body: { model: 'claude-opus-5-5', messages: [user('hi')], tools: [tool] },
  });
  expect(good.json).toEqual({ input_tokens: expect.any(Number) });
  const bad = await ask({ target, body: aMessage('hi') });
  expect([bad.status, bad.json.error.message]).toEqual([400, 'max_tokens: Extra inputs are not permitted']);
});
