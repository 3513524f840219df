import { describe, expect, test } from 'bun:test';
import { aMessage, ann, aSimulator, bob, type Reading } from './help.ts';

const marked = (text: string, ttl?: string): object => ({
  type: 'text',
  text,
  cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) },
});
const long = (letter: string): string => letter.repeat(8_000);

function usage(answer: Reading) {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, cache_creation } =
    answer.json.usage;
  return {
    fresh: input_tokens,
    read: cache_read_input_tokens,
    written: cache_creation_input_tokens,
    kinds: cache_creation,
  };
}

describe('the prompt cache', () => {
  const system = [marked(long('s'))];

  test('is written first and read afterwards', async () => {
    const { say } = aSimulator();
    const first = usage(await say('one', { system }));
    expect(first.read).toBe(0);
    expect(first.written).toBeGreaterThan(2_000);
    const second = usage(await say('two', { system }));
    expect(second.read).toBe(first.written);
    expect(second.written).toBe(0);
    expect(second.fresh).toBe(first.fresh);
  });

  test('is streamed in message_start and message_delta alike', async () => {
    const { say } = aSimulator();
    await say('one', { system });
    const answer = await say('two', { system, stream: true });
    const start = answer.events[0]?.data.message.usage;
    expect(start.cache_read_input_tokens).toBeGreaterThan(2_000);
    expect(answer.events.at(-2)?.data.usage.cache_read_input_tokens).toBe(start.cache_read_input_tokens);
  });

  test('grows with a conversation, whatever form its history takes', async () => {
    const { ask } = aSimulator();
    const turn = async (messages: object[]) => usage(await ask({ body: aMessage('', { system, messages }) }));
    const first = await turn([{ role: 'user', content: [marked(long('a'))] }]);
    const second = await turn([
      { role: 'user', content: long('a') },
      { role: 'assistant', content: 'fine' },
      { role: 'user', content: [marked(long('b'))] },
    ]);
    expect(second.read).toBe(first.written);
    expect(second.written).toBeGreaterThan(2_000);
  });

  test('does not know another organization, workspace or model', async () => {
    const cara = { ...ann, key: 'sk-ant-api03-cara', name: 'cara' };
    const dora = { ...ann, key: 'sk-ant-api03-dora', name: 'dora', workspace: 'wrkspc_d' };
    const { say } = aSimulator({ keys: [ann, bob, cara, dora] });
    await say('one', { system });
    const read = async (key: string, more: object = {}): Promise<number> =>
      usage(await say('two', { system, ...more }, { key })).read;
    expect(await read(bob.key)).toBe(0);
    expect(await read(dora.key)).toBe(0);
    expect(await read(ann.key, { model: 'claude-opus-5' })).toBe(0);
    expect(await read(cara.key)).toBeGreaterThan(2_000);
  });

  test('ends after five minutes or an hour, and is renewed by use', async () => {
    const { say, clock } = aSimulator();
    const read = async (blocks: object[]): Promise<boolean> =>
      usage(await say('x', { system: blocks })).read > 0;
    const short = [marked(long('s'))];
    const hour = [marked(long('h'), '1h')];
    await read(short);
    await read(hour);
    await clock.turn(299_000);
    expect(await read(short)).toBe(true);
    await clock.turn(299_000);
    expect(await read(short)).toBe(true);
    await clock.turn(300_000);
    expect(await read(short)).toBe(false);
    expect(await read(hour)).toBe(true);
    await clock.turn(3_600_000);
    expect(await read(hour)).toBe(false);
  });

  test('tells writes of five minutes and of an hour apart', async () => {
    const { say } = aSimulator();
    const { kinds, written } = usage(
      await say('x', { system: [marked(long('h'), '1h'), marked(long('s'))] }),
    );
    expect(kinds.ephemeral_1h_input_tokens).toBeGreaterThan(1_900);
    expect(kinds.ephemeral_5m_input_tokens).toBeGreaterThan(1_900);
    expect(kinds.ephemeral_1h_input_tokens + kinds.ephemeral_5m_input_tokens).toBe(written);
  });

  test('takes nothing that is too small, and looks back twenty blocks', async () => {
    const { say, ask } = aSimulator();
    expect(usage(await say('x', { system: [marked('short')] })).written).toBe(0);
    const grown = async (blocks: number) => {
      const content = Array.from({ length: blocks }, (_, at) => ({
        type: 'text',
        text: `${at}${long('c')}`,
      }));
      content[blocks - 1] = Object.assign({ cache_control: { type: 'ephemeral' } }, content[blocks - 1]);
      return usage(await ask({ body: aMessage('', { messages: [{ role: 'user', content }] }) }));
    };
    const small = await grown(2);
    expect((await grown(21)).read).toBe(small.written);
    expect((await grown(40)).read).toBeGreaterThan(0);
    expect((await grown(60)).read).toBe(0);
  });

  test('takes the whole prompt with one marker at the top', async () => {
    const { say } = aSimulator();
    const more = { system: long('s'), cache_control: { type: 'ephemeral' } };
    const first = usage(await say('one', more));
    expect([first.fresh, first.read]).toEqual([0, 0]);
    const again = usage(await say('one', more));
    expect([again.fresh, again.read]).toEqual([0, first.written]);
  });
});
