import { expect, test } from 'bun:test';
import { objectIn, readRefusal } from '../../src/oauth/refusal.ts';

const refusal = (body: string, status = 400) =>
  readRefusal(new Response(body, { status }), ['s3cr3t-s3cr3t']);

test('an OAuth error is its code and the words of the provider', async () => {
  const body = { error: 'invalid_grant', error_description: 'Token\nexpired' };
  expect(await refusal(JSON.stringify(body))).toEqual({
    code: 'invalid_grant',
    reason: 'invalid_grant: Token expired',
  });
  expect(await refusal('{"error":"invalid_client"}')).toEqual({
    code: 'invalid_client',
    reason: 'invalid_client',
  });
});

test('a secret that the provider repeats is left out', async () => {
  const body = { error: 'invalid_grant', error_description: 'no such token: s3cr3t-s3cr3t' };
  expect((await refusal(JSON.stringify(body))).reason).toBe('invalid_grant: no such token: [secret]');
});

test('anything else is told by its status', async () => {
  for (const body of ['<html>', '', '[]', 'null', '{"error":{"message":"x"}}', '{"error":""}'])
    expect(await refusal(body, 502), body).toEqual({ code: '', reason: 'answered with status 502' });
  expect((await refusal('', 302)).reason).toBe('answered with status 302, a redirect, which is not followed');
});

test('only an object is one', async () => {
  expect(await objectIn(new Response('{"a":1}'))).toEqual({ a: 1 });
  for (const body of ['[1]', '1', 'null', '{', ''])
    expect(await objectIn(new Response(body)), body).toBeUndefined();
});
