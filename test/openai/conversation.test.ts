import { describe, expect, it } from 'bun:test';
import { Conversation, toolResult, toolUse, type Block } from '../../src/openai/conversation.ts';

const text = (words: string): Block => ({ type: 'text', text: words });
const isMarked = (block: Block | undefined): boolean => block?.['cache_control'] !== undefined;

describe('markers of the prompt cache', () => {
  function grown(turns: number): Conversation {
    const conversation = new Conversation(true);
    conversation.system('be kind');
    for (let turn = 0; turn < turns; turn += 1) {
      conversation.user([text(`question ${turn}`), text('more')]);
      if (turn < turns - 1) conversation.assistant([text('answer')]);
    }
    return conversation;
  }

  it('stand behind the system prompt and at the last three turns of the user, never more than four', () => {
    const { system, messages } = grown(6).compose([{ name: 'look' }], '5m');
    expect(system.map(isMarked)).toEqual([true]);
    const marked = messages.map(({ content }) => content.map(isMarked));
    expect(marked.map((flags) => flags.includes(true))).toEqual([
      ...Array<boolean>(6).fill(false),
      true,
      false,
      true,
      false,
      true,
    ]);
    // At the last block of a turn: what is in front of it never changes.
    expect(marked.at(-1)).toEqual([false, true]);
  });

  it('stand behind the tools where there is no system prompt', () => {
    const conversation = new Conversation(true);
    conversation.user([text('x')]);
    const tools: Block[] = [{ name: 'a' }, { name: 'b' }];
    conversation.compose(tools, '1h');
    expect(tools.map(({ cache_control: control }) => control)).toEqual([
      undefined,
      { type: 'ephemeral', ttl: '1h' },
    ]);
  });

  it('are where the call before had one of its own', () => {
    const lastMarked = (turns: number): string => {
      const { messages } = grown(turns).compose([], '5m');
      const places = messages.flatMap(({ content }, at) => (content.some(isMarked) ? [at] : []));
      return JSON.stringify(places);
    };
    expect(lastMarked(3)).toBe('[0,2,4]');
    expect(lastMarked(4)).toBe('[2,4,6]');
  });
});

describe('calls and results', () => {
  it('an id that the API would not take becomes another, the same for both', () => {
    for (const id of ['functions.look:0', 'ä', 'x'.repeat(200), ' ']) {
      const use = toolUse(id, 'look', '{}')['id'];
      expect(use).toMatch(/^[\w-]{1,128}$/);
      expect(toolResult(id, 'x')['tool_use_id']).toBe(use);
    }
    expect(toolUse('a.b', 'x', '')['id']).not.toBe(toolUse('a:b', 'x', '')['id']);
    expect(toolUse('call_1', 'x', '')['id']).toBe('call_1');
  });

  it('arguments that are no object are kept as the text they are', () => {
    for (const args of ['{"a":', '[1]', '1', '"x"', 'null'])
      expect(toolUse('a', 'x', args)['input']).toEqual({ invalid_arguments: args });
    expect(toolUse('a', 'x', '  ')['input']).toEqual({});
  });
});
