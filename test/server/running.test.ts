import { expect, test } from 'bun:test';
import { noFacts } from '../../src/proxy/trace.ts';
import { runningView } from '../../src/server/running.ts';

const underway = (target: string, facts = noFacts()) => ({
  call: { method: 'POST', target },
  trace: { requestId: 'req_1', startedAt: 1_000, facts },
});

test('of a call that has just come in, only that is told', () => {
  expect(runningView(underway('/v1/messages?beta=true'), 3_500.4)).toEqual({
    requestId: 'req_1',
    ms: 2_500,
    method: 'POST',
    path: '/v1/messages',
    client: 'unknown',
    clientId: 'unknown',
    session: null,
    model: null,
    isStream: false,
    account: null,
    accountId: null,
  });
});

test('what is learned on its way is told, and no query', () => {
  const facts = {
    ...noFacts(),
    client: { id: 'k', name: 'ann' },
    account: { id: 'a', name: 'work' },
    model: 'm',
  };
  expect(runningView(underway('/v1/messages?secret=1', facts), 1_000)).toMatchObject({
    client: 'ann',
    account: 'work',
    model: 'm',
    path: '/v1/messages',
  });
  expect(runningView(underway(`/${'x'.repeat(900)}`), 1_000).path).toHaveLength(200);
});
