import { describe, expect, it } from 'bun:test';
import { refusedChats, refusedResponses, chatCases, responsesCases } from '../help/openai-requests.ts';
import { sent, translated } from '../help/an-openai-call.ts';
import { thrownBy } from '../help/a-failure.ts';

describe.each([
  ['chat', chatCases],
  ['responses', responsesCases],
] as const)('a request of %s becomes one of messages', (endpoint, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    (_, { request, sent: expected, absent = [], warning }) => {
      const body = sent(endpoint, request);
      expect(body).toMatchObject(expected);
      expect(absent.filter((name) => name in body)).toEqual([]);
      expect(translated(endpoint, request).warning).toBe(warning as string);
    },
  );
});

describe.each([
  ['chat', refusedChats],
  ['responses', refusedResponses],
] as const)('what cannot be honoured in a request of %s is refused by its name', (endpoint, cases) => {
  it.each(cases.map(([parameter, request]) => [parameter, request] as const))('%s', (parameter, request) => {
    const error = thrownBy(() => translated(endpoint, request));
    expect(error).toMatchObject({ code: 'bad_request' });
    expect((error as Error).message.split(': ', 1)[0]).toBe(parameter);
  });
});
