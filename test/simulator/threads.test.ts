import { describe, expect, test } from 'bun:test';
import { aCall, aMessage, aSimulator, bob, Reading } from './help.ts';

const threads = ['anthropic-beta', 'message-threads-2026-08-12'];

function aThread() {
  const { simulator, clock, ask } = aSimulator();
  const turn = (
    text: string,
    thread: object | undefined,
    more: object = {},
    key?: string,
  ): Promise<Reading> => ask({ body: aMessage(text, { ...more, thread }), headers: threads, key });
  const create = (text: string, more?: object): Promise<Reading> => turn(text, { type: 'create' }, more);
  const go = (id: string, text: string, more?: object, key?: string): Promise<Reading> =>
    turn(text, { type: 'continue', previous_message_id: id }, more, key);
  return { simulator, clock, ask, create, go };
}

const code = (answer: Reading): [number, string] => [answer.status, answer.json.error.details?.error_code];

describe('a message thread', () => {
  test('goes on with only the new messages, and counts the whole', async () => {
    const { create, go } = aThread();
    const first = await create('a'.repeat(4_000), { system: 'be brief' });
    const second = await go(first.json.id, '[[say:second]]');
    expect(second.json.content[0].text).toBe('second');
    expect(second.json.usage.input_tokens).toBeGreaterThan(first.json.usage.input_tokens);
    const third = await go(second.json.id, 'third');
    expect(third.status).toBe(200);
  });

  test('needs its beta value', async () => {
    const { ask } = aThread();
    const answer = await ask({ body: aMessage('a', { thread: { type: 'create' } }) });
    expect(answer.json.error.message).toBe('thread: Extra inputs are not permitted');
  });

  test('is not found by another key, after an unthreaded message, or with an unknown id', async () => {
    const { ask, create, go } = aThread();
    const first = await create('a');
    const plain = await ask({ body: aMessage('a') });
    for (const answer of [
      await go(first.json.id, 'b', {}, bob.key),
      await go(plain.json.id, 'b'),
      await go('msg_nothing', 'b'),
    ])
      expect(code(answer)).toEqual([404, 'thread_not_found']);
    expect((await go(first.json.id, 'b')).status).toBe(200);
  });

  test('is forgotten after five idle minutes, and an hour after it began', async () => {
    const { create, go, clock } = aThread();
    const idle = await create('a');
    await clock.turn(300_001);
    expect(code(await go(idle.json.id, 'b'))).toEqual([404, 'thread_not_found']);
    let last = await create('a');
    for (let minutes = 0; minutes < 60; minutes += 4) {
      await clock.turn(240_000);
      last = await go(last.json.id, 'b');
      expect(last.status).toBe(200);
    }
    await clock.turn(1);
    expect(code(await go(last.json.id, 'b'))).toEqual([404, 'thread_not_found']);
  });

  test('goes on only once from each answer', async () => {
    const { create, go } = aThread();
    const first = await create('a');
    await go(first.json.id, 'b');
    expect(code(await go(first.json.id, 'c'))).toEqual([400, 'thread_already_continued']);
  });

  test('is busy while a turn streams, and free again when that breaks', async () => {
    const { simulator, create, go, clock } = aThread();
    const first = await create('a');
    const body = aMessage('b', {
      stream: true,
      thread: { type: 'continue', previous_message_id: first.json.id },
    });
    const streaming = new Reading(
      await simulator.handle(aCall({ body, headers: [...threads, 'x-sim-pace', '100'] })),
    );
    await clock.turn(200);
    expect(code(await go(first.json.id, 'c'))).toEqual([400, 'thread_continue_in_flight']);
    streaming.leave();
    expect((await go(first.json.id, 'c')).status).toBe(200);
  });

  test('streamed to its end can be gone on from', async () => {
    const { create, go } = aThread();
    const first = await create('a', { stream: true });
    expect((await go(first.events[0]?.data.message.id, 'b')).status).toBe(200);
  });

  test('does not take what threads do not support, nor other tools', async () => {
    const { create, go } = aThread();
    const refused = await create('a', { cache_control: { type: 'ephemeral' } });
    expect(refused.json.error.details).toEqual({
      error_code: 'thread_unsupported_request',
      unsupported: ['cache_control'],
    });
    const first = await create('a', { system: 'be brief' });
    expect(code(await go(first.json.id, 'b', { system: 'be long' }))).toEqual([
      400,
      'thread_fingerprint_mismatch',
    ]);
    expect((await go(first.json.id, 'b', { system: 'be brief' })).status).toBe(400);
    expect((await go(first.json.id, 'b')).status).toBe(200);
  });

  test('keeps the rules of a conversation over its turns', async () => {
    const { create, go, ask } = aThread();
    const tools = [{ name: 'Bash', input_schema: { type: 'object' } }];
    const first = await create('[[tool:Bash {"command":"ls"}]]', { tools });
    expect(first.json.stop_reason).toBe('tool_use');
    expect((await go(first.json.id, 'not the result')).json.error.message).toContain('without `tool_result`');
    const result = { type: 'tool_result', tool_use_id: first.json.content[0].id, content: 'files' };
    const second = await ask({
      headers: threads,
      body: aMessage('', {
        messages: [{ role: 'user', content: [result] }],
        thread: { type: 'continue', previous_message_id: first.json.id },
      }),
    });
    expect(second.json.content[0].text).toBe('The tool answered: files');
  });
});
