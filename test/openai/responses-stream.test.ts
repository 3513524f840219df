import { describe, expect, it } from 'bun:test';
import { responseOf } from '../../src/openai/responses-answer.ts';
import { ResponsesStream } from '../../src/openai/responses-stream.ts';
import { aMessage, dataOf, eventsOf, spokenStream, sseBytes, type Json } from '../help/an-openai-call.ts';
import { answerCases } from '../help/openai-answers.ts';

const asked = { stream: true, echo: { model: 'gpt-5', store: false }, custom: new Set<string>() };
const spoken = (events: readonly Json[], size?: number): Json[] =>
  dataOf(spokenStream(new ResponsesStream(asked, 5), sseBytes(events), size));
const cases = answerCases.map((one) => [one.name, one] as const);

/** The items as their events make them, without what the last event says. */
function itemsIn(events: readonly Json[]): Json[] {
  return events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item as Json);
}

describe('a stream of events makes the response of the whole answer', () => {
  it.each(cases)('%s', (_, { message, response }) => {
    const events = spoken(eventsOf(message));
    const whole = responseOf(message, asked, 5);
    expect(whole).toMatchObject(response);
    const { type, response: last } = events.at(-1)!;
    expect(type).toBe(`response.${String(whole['status'])}`);
    expect(last).toEqual(whole);
    expect(itemsIn(events)).toEqual(whole['output'] as Json[]);
  });

  it.each(cases)('%s, torn at every byte', (_, { message }) => {
    expect(spoken(eventsOf(message), 1)).toEqual(spoken(eventsOf(message)));
  });
});

describe('events', () => {
  const message = aMessage([
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'text', text: 'abcd' },
    { type: 'tool_use', id: 'a', name: 'look', input: { a: 1 } },
  ]);

  it('come in the order of OpenAI, numbered from 0 without a gap', () => {
    const events = spoken(eventsOf(message));
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, at) => at));
    expect(events.map(({ type }) => String(type).slice('response.'.length))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('name the item they belong to by one id', () => {
    const ids = spoken(eventsOf(message)).flatMap(
      ({ item_id: id, item }) => id ?? (item as Json | undefined)?.['id'] ?? [],
    );
    expect(new Set(ids)).toEqual(new Set(['rs_01abc_0', 'msg_01abc_1', 'fc_01abc_2']));
  });

  it('the reasoning of an answer holds all that the model wants to see again', () => {
    const [item] = itemsIn(spoken(eventsOf(message)));
    const content = String(item?.['encrypted_content']);
    expect(Buffer.from(content.replace('claude1.', ''), 'base64url').toString()).toBe(
      '{"thinking":"hm","signature":"s"}',
    );
  });

  it('of an item go out as they come, but for its last, which comes with the next event of the upstream', () => {
    const translator = new ResponsesStream(asked, 5);
    const types = eventsOf(message).map((event) =>
      dataOf(translator.event(event)).map(({ type }) => String(type).slice('response.'.length)),
    );
    const ends = eventsOf(message).flatMap(({ type }, at) => (type === 'content_block_stop' ? [at] : []));
    for (const end of ends) {
      expect(types[end]).not.toContain('output_item.done');
      expect(types[end + 1]?.[0]).toBe('output_item.done');
    }
  });

  it('a stream that fails behind an item tells that as whole', () => {
    const events = eventsOf(message);
    const end = events.findIndex(({ type }) => type === 'content_block_stop');
    const failed = spoken(events.slice(0, end + 1));
    expect(itemsIn(failed)).toMatchObject([{ type: 'reasoning', status: 'completed' }]);
    expect(failed.at(-1)).toMatchObject({ response: { status: 'failed', output: itemsIn(failed) } });
  });

  it('a stream that fails tells the error, and the response as failed', () => {
    const error = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } };
    const events = spoken([...eventsOf(message).slice(0, 5), error]);
    expect(events.at(-2)).toMatchObject({ type: 'error', code: 'rate_limit_exceeded', message: 'Slow down' });
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'rate_limit_exceeded' } },
    });
    expect(spoken(eventsOf(message).slice(0, 5)).at(-1)).toMatchObject({ type: 'response.failed' });
  });
});
