import { expect, it } from 'bun:test';
import { lineOf, recordOf, type Passed } from '../../src/proxy/told.ts';
import { noFacts, type Facts } from '../../src/proxy/trace.ts';
import { Said } from '../../src/usage/tap/said.ts';
import { aCall } from '../help/a-call.ts';

const passed: Passed = {
  at: 10_000,
  ms: 250.26,
  firstByteMs: 100.04,
  bytes: 5,
  ended: 'complete',
  errorType: undefined,
};

const told = (more: Partial<Facts> = {}, said?: Said, how: Partial<Passed> = {}) => {
  const facts = { ...noFacts(), ...more };
  const trace = { requestId: 'req_1', startedAt: 0, isLocal: true, isThreaded: false, facts, onOver: [] };
  const call = aCall({ target: `/v1/${'x'.repeat(300)}?secret=1` });
  const answer = { status: 200, headers: ['request-id', 'r'.repeat(500)], body: undefined };
  return recordOf(call, answer, trace, { ...passed, ...how }, said);
};

it('a record has its times in tenths, and its beginning on the clock on the wall', () => {
  expect(told()).toMatchObject({ startedAt: 9_750, ms: 250.3, firstByteMs: 100 });
});

it('a record is bounded, and has no query', () => {
  const { path, upstreamRequestId } = told();
  expect([path.length, upstreamRequestId?.length]).toEqual([200, 200]);
  expect(path).not.toContain('secret');
});

it('a record names the model of the answer only where it is another one', () => {
  const said = new Said();
  said.message({ model: 'claude-x' });
  expect(told({ model: 'claude-x' }, said).answeredModel).toBeUndefined();
  expect(told({ model: 'claude-y' }, said).answeredModel).toBe('claude-x');
});

it('a caller that nobody knew is unknown in the record, and nobody in the line', () => {
  const record = told();
  expect([record.clientId, record.clientName]).toEqual(['unknown', 'unknown']);
  expect(lineOf(record)['client']).toBeUndefined();
  const known = told({ client: { id: 'local', name: 'local' } });
  expect(lineOf(known)['client']).toBe('local');
});

it('the line tells how it ended in words, and sums what was written to the cache', () => {
  const said = new Said();
  said.event({
    type: 'message_start',
    message: {
      usage: {
        input_tokens: 1,
        cache_creation_input_tokens: 5,
        cache_creation: { ephemeral_1h_input_tokens: 2 },
      },
    },
  });
  const move = { fromId: 'a', fromName: 'ann', toId: 'b', toName: 'bob', reason: '500 api_error' };
  const record = told({ move }, said, { ended: 'client-left', errorType: 'api_error' });
  expect(lineOf(record)).toMatchObject({
    ended: 'client left',
    error: 'api_error',
    moved: 'left ann (500 api_error)',
    cacheWrite: 5,
    estimated: true,
  });
});
