import { expect, it } from 'bun:test';
import { attemptRecord, reasonOf, type Attempted } from '../../src/proxy/attempt-record.ts';
import { judge, type Ending } from '../../src/proxy/outcome.ts';
import { anAccount } from '../help/an-account.ts';

const now = Date.UTC(2026, 10, 22, 12);

const attempted = (ending: Ending, more: Partial<Attempted> = {}): Attempted => ({
  account: anAccount('ann'),
  startedAt: 1_000.04,
  endedAt: 1_250.31,
  ending,
  verdict: judge(ending, now),
  isTaught: true,
  ...more,
});

const overloaded: Ending = {
  is: 'answered',
  status: 529,
  headers: ['request-id', 'req_up'],
  error: { type: 'overloaded_error', code: 'compaction_unavailable', message: 'nobody’s business' },
};

it('an attempt that was answered well is told with its times and no more', () => {
  const ending: Ending = { is: 'answered', status: 200, headers: ['request-id', 'req_up'] };
  expect(attemptRecord(attempted(ending), 900)).toEqual({
    accountId: anAccount('ann').id,
    accountName: 'ann',
    atMs: 100,
    ms: 250.3,
    ending: 'answered',
    status: 200,
    upstreamRequestId: 'req_up',
    lesson: 'fine',
  });
});

it('an error answer is told with type, code, whom it is about and what was learned, never with its message', () => {
  const record = attemptRecord(attempted(overloaded), 900);
  expect(record).toMatchObject({
    status: 529,
    errorType: 'overloaded_error',
    errorCode: 'compaction_unavailable',
    scope: 'upstream',
    lesson: 'struggling',
    reason: 'answered 529',
  });
  expect(JSON.stringify(record)).not.toContain('nobody');
});

it('a lesson is told with the header it stands on, and with nothing of a body', () => {
  const headers = ['anthropic-ratelimit-requests-remaining', '0', 'retry-after', '30'];
  const limited: Ending = { is: 'answered', status: 429, headers, error: { type: 'rate_limit_error' } };
  const { evidence } = attemptRecord(attempted(limited), 900);
  expect(evidence).toEqual({ header: 'retry-after', value: '30' });
  expect(attemptRecord(attempted(limited, { isTaught: false }), 900).evidence).toBeUndefined();
  const said: Attempted = {
    ...attempted(limited),
    verdict: {
      scope: 'account',
      lesson: {
        is: 'refused',
        reason: 'x',
        evidence: { in: 'body', name: 'error.message', value: 'nobody’s' },
      },
    },
  };
  expect(JSON.stringify(attemptRecord(said, 900))).not.toContain('nobody');
});

it('a lesson that the account was not taught is none', () => {
  expect(attemptRecord(attempted(overloaded, { isTaught: false }), 900).lesson).toBe('fine');
});

it('an attempt without an answer is told by how it ended', () => {
  for (const ending of [{ is: 'late' }, { is: 'unreachable' }, { is: 'lost', reused: false }] as const)
    expect(attemptRecord(attempted(ending), 900)).toMatchObject({
      ending: ending.is,
      reason: expect.any(String),
    });
});

it('an attempt that was given up is told as cancelled', () => {
  const verdict = { lesson: { is: 'fine' }, scope: 'client' } as const;
  const record = attemptRecord(
    { ...attempted(overloaded), ending: undefined, verdict, isTaught: false },
    900,
  );
  expect(record).toMatchObject({ ending: 'cancelled', scope: 'client', lesson: 'fine' });
  expect(record.status).toBeUndefined();
});

it('what an upstream calls its errors is told only where it is a plain word', () => {
  const ending: Ending = { ...overloaded, error: { type: '\u001b[2J', code: 'x'.repeat(100) } };
  const record = attemptRecord(attempted(ending), 900);
  expect([record.errorType, record.errorCode]).toEqual([undefined, undefined]);
});

it('a reason names what was learned, else the error, else the status', () => {
  const answered = (error: object): Ending => ({ is: 'answered', status: 500, headers: [], error });
  expect(reasonOf(answered({}), { is: 'refused', reason: '401 authentication_error' })).toBe(
    '401 authentication_error',
  );
  expect(reasonOf(answered({ type: 'api_error' }), { is: 'fine' })).toBe('500 api_error');
  expect(reasonOf(answered({}), { is: 'fine' })).toBe('answered 500');
  expect(reasonOf({ is: 'late' }, { is: 'fine' })).toBe('late');
});
