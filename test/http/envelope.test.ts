import { describe, expect, it } from 'bun:test';
import { GatewayError } from '../../src/base/errors.ts';
import type { Answer } from '../../src/http/call.ts';
import { errorAnswer, jsonAnswer } from '../../src/http/envelope.ts';
import { header } from '../../src/http/headers.ts';

function bodyOf({ body }: Answer): unknown {
  if (!(body instanceof Uint8Array)) throw new Error('expected bytes');
  return JSON.parse(Buffer.from(body).toString());
}

describe('errorAnswer', () => {
  it('is the envelope of the Anthropic API', () => {
    const answer = errorAnswer(new GatewayError('bad_request', 'model: a model name is required.'), 'req_1');
    expect(answer.status).toBe(400);
    expect(header(answer.headers, 'content-type')).toBe('application/json');
    expect(bodyOf(answer)).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'model: a model name is required.' },
      request_id: 'req_1',
    });
  });

  it('leaves out what is not known', () => {
    const answer = errorAnswer(new GatewayError('internal', 'x'));
    expect(bodyOf(answer)).toEqual({ type: 'error', error: { type: 'api_error', message: 'x' } });
    for (const name of ['retry-after', 'x-should-retry', 'allow'])
      expect(header(answer.headers, name)).toBeUndefined();
  });

  it('tells when and whether to try again', () => {
    const { headers } = errorAnswer(
      new GatewayError('accounts_limited', 'x', { retryAfterSeconds: 90, shouldRetry: false }),
    );
    expect(header(headers, 'retry-after')).toBe('90');
    expect(header(headers, 'x-should-retry')).toBe('false');
    const again = errorAnswer(new GatewayError('overloaded_here', 'x', { shouldRetry: true }));
    expect(header(again.headers, 'x-should-retry')).toBe('true');
  });

  it('carries the headers that its reason has', () => {
    const error = new GatewayError('budget_used_up', 'Used up.', { headers: ['x-one', '1', 'x-two', '2'] });
    const { status, headers } = errorAnswer(error);
    expect([status, headers.slice(-4)]).toEqual([429, ['x-one', '1', 'x-two', '2']]);
  });

  it('tells SDKs of a lost thread in the word they look for, so that they send the conversation again', () => {
    expect(bodyOf(errorAnswer(new GatewayError('thread_not_found', 'x')))).toEqual({
      type: 'error',
      error: { type: 'not_found_error', message: 'x', details: { error_code: 'thread_not_found' } },
    });
  });

  it('says of a wrong method which would be right', () => {
    const post = errorAnswer(new GatewayError('method_not_allowed', 'x'));
    expect(header(post.headers, 'allow')).toBe('POST');
    const other = errorAnswer(new GatewayError('method_not_allowed', 'x', { allow: 'GET, POST' }));
    expect(header(other.headers, 'allow')).toBe('GET, POST');
  });

  it('never tells the cause', () => {
    const cause = new Error('connect ECONNREFUSED 10.1.2.3:443');
    const answer = errorAnswer(new GatewayError('upstream_unreachable', 'Not reached.', { cause }), 'r');
    expect(JSON.stringify([answer.headers, bodyOf(answer)])).not.toContain('10.1.2.3');
  });

  it('keeps a message of any characters one JSON text', () => {
    const message = 'a "b" \u0000 \n \ud800 größe';
    expect(bodyOf(errorAnswer(new GatewayError('bad_request', message)))).toMatchObject({
      error: { message },
    });
  });
});

describe('jsonAnswer', () => {
  it('is any value with a status and headers of its own', () => {
    const answer = jsonAnswer(201, { a: [1] }, ['x-more', 'yes']);
    expect(answer.status).toBe(201);
    expect(answer.headers).toEqual(['content-type', 'application/json', 'x-more', 'yes']);
    expect(bodyOf(answer)).toEqual({ a: [1] });
  });
});
