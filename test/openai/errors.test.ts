import { describe, expect, it } from 'bun:test';
import { errorBody, errorOf, statusFor } from '../../src/openai/errors.ts';
import { anEffort } from '../help/an-effort.ts';

const invalid = (message: string): unknown => errorOf({ type: 'invalid_request_error', message });

describe('errorOf', () => {
  it.each([
    ['max_tokens: 5 > 3', 'max_tokens', null],
    ['messages.3.content.0: bad', 'messages.3.content.0', null],
    ['messages[3].content[0]: bad', 'messages[3].content[0]', null],
    ['prompt is too long: 3 tokens > 2 maximum', null, 'context_length_exceeded'],
    ['Something went wrong: really', null, null],
    ['no place', null, null],
  ])('finds the place in "%s"', (message, param, code) => {
    expect(invalid(message)).toEqual({ message, type: 'invalid_request_error', param, code });
  });

  it('a message of any length costs nothing', () => {
    const message = `${'a.a'.repeat(1_000_000)}: x`;
    const effort = anEffort();
    expect(invalid(message)).toMatchObject({ param: null });
    expect(effort()).toBeLessThan(1_000);
  });

  it('a model that is not there has a code of its own', () => {
    expect(errorOf({ type: 'not_found_error', message: 'model: gpt-9' })).toMatchObject({
      code: 'model_not_found',
      param: 'model',
    });
  });

  it('a type that nobody knows is a failure of the server', () => {
    expect(errorOf({ type: 'odd_error', message: 'x' })).toMatchObject({ type: 'server_error', code: null });
    expect(errorOf(undefined)).toMatchObject({ type: 'server_error' });
  });
});

describe('errorBody', () => {
  it.each(['', 'x', '[]', '{"error":"x"}', '<html>'])('makes an envelope of %p', (text) => {
    const body = JSON.parse(errorBody(Buffer.from(text), 502).toString()) as object;
    expect(body).toMatchObject({ error: { message: 'The upstream answered 502.', type: 'server_error' } });
  });
});

it('statuses that OpenAI does not have become those that its clients know', () => {
  expect([400, 402, 404, 429, 500, 503, 504, 529].map(statusFor)).toEqual([
    400, 429, 404, 429, 500, 503, 504, 503,
  ]);
});
