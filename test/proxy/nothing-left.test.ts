import { describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { Pool, type Choice } from '../../src/accounts/pool.ts';
import type { Trouble } from '../../src/accounts/refresh-state.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import type { Lesson } from '../../src/accounts/standing.ts';
import { GatewayError } from '../../src/base/errors.ts';
import type { Answer } from '../../src/http/call.ts';
import { noAnswer, noChoice, type Failure } from '../../src/proxy/nothing-left.ts';
import type { AroundAccounts } from '../../src/proxy/budget.ts';
import type { Ending } from '../../src/proxy/outcome.ts';
import type { AroundPlans } from '../../src/proxy/plan-limit.ts';
import type { Work } from '../../src/proxy/work.ts';
import { aCall } from '../help/a-call.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

const clock = new HandClock();
const now = clock.now();

function around(...accounts: Account[]): AroundAccounts & AroundPlans {
  const pool = new Pool(clock, new Sessions(clock, 1_000, 10));
  pool.refill(accounts);
  return { pool, clock, budgets: { barred: () => undefined }, headroom: { learn: () => {}, of: () => [] } };
}

const one = around(anAccount('a'));
const two = around(anAccount('a'), anAccount('b'));

const work = (ask: Partial<Work['ask']> = {}): Work => ({
  call: aCall(),
  target: '/v1/messages',
  ask: { purpose: 'messages', own: false, ...ask },
  body: undefined,
  stream: false,
  isRepeatable: true,
});

const fine: Lesson = { is: 'fine' };
const refused: Lesson = { is: 'refused', reason: '401' };
const limited = (seconds: number): Lesson => ({ is: 'limited', until: now + seconds * 1000, reason: '429' });
const struggling: Lesson = { is: 'struggling', reason: 'could not be reached' };

function answered(status: number, lesson: Lesson, name = 'a'): Failure {
  const answer: Answer = { status, headers: ['request-id', `req_${name}`], body: Buffer.from(name) };
  return {
    account: anAccount(name),
    tried: { ending: { is: 'answered', status, headers: [] }, answer },
    lesson,
  };
}

const silent = (is: 'unreachable' | 'late' | 'lost', lesson: Lesson = struggling): Failure => {
  const ending: Ending = is === 'lost' ? { is, reused: false } : { is };
  return { account: anAccount('a'), tried: { ending, answer: undefined }, lesson };
};

type NoChoice = Exclude<Choice, { is: 'account' }>;

function error(
  choice: NoChoice,
  ask: Partial<Work['ask']> = {},
  gateway = two,
  failures: Failure[] = [],
): GatewayError {
  const ended = noChoice(choice, failures, work(ask), gateway);
  if (ended instanceof GatewayError) return ended;
  throw new Error(`expected an error, got ${ended.status}`);
}

function answer(failures: Failure[], choice: NoChoice, gateway = two): Answer {
  const ended = noChoice(choice, failures, work(), gateway);
  if (ended instanceof GatewayError) throw ended;
  return ended;
}

const restingFor = (seconds: number): NoChoice => ({ is: 'limited', readyAt: now + seconds * 1000 });

describe('when nobody can serve from the start', () => {
  it('a limit that ends soon is worth waiting for', () => {
    const { code, status, retryAfterSeconds, shouldRetry, message } = error(restingFor(45));
    expect([code, status, retryAfterSeconds, shouldRetry]).toEqual(['accounts_limited', 429, 45, undefined]);
    expect(message).toBe('Every account is at its limit; try again in 45 s (2026-11-22 12:00 UTC).');
  });

  it('a limit that ends later than any client waits ends its retries, and says when to come back', () => {
    const hours = error({ is: 'limited', readyAt: now + 5 * 3_600_000, name: 'work' });
    expect([hours.retryAfterSeconds, hours.shouldRetry]).toEqual([18_000, false]);
    expect(hours.message).toBe('The account work is at its limit; try again in 5 h (2026-11-22 17:00 UTC).');
    expect(error(restingFor(60)).shouldRetry).toBeUndefined();
    expect(error(restingFor(61)).shouldRetry).toBe(false);
    expect(error(restingFor(121)).message).toContain('in 3 min');
  });

  it('a limit without a moment is worth a few seconds, and one that has passed one', () => {
    expect(error({ is: 'limited', readyAt: undefined }).retryAfterSeconds).toBe(5);
    expect(error(restingFor(-10)).retryAfterSeconds).toBe(1);
    expect(error({ is: 'limited', readyAt: now + 1 }).retryAfterSeconds).toBe(1);
  });

  it('accounts that are signed out or switched off are trouble of ours that no retry cures', () => {
    const named = error({ is: 'unavailable', name: 'work', reason: '401 authentication_error' });
    expect([named.code, named.status, named.shouldRetry]).toEqual(['account_unavailable', 503, false]);
    expect(named.message).toContain('work cannot serve (401 authentication_error)');
    const all = error({ is: 'unavailable', reason: 'switched off' });
    expect(all.message).toContain('all are signed out or switched off (switched off)');
    expect(error({ is: 'unavailable' }).message).not.toContain('undefined');
  });

  it('an account nobody knows, or that this caller may not know, is not found', () => {
    const pinned = error({ is: 'unknown' }, { pinned: 'nobody' });
    expect([pinned.code, pinned.status]).toEqual(['account_not_found', 404]);
    expect(pinned.message).toContain('X-Account-Name');
    expect(error({ is: 'unknown' }, { bound: 'acc_gone' }).message).toContain('made this object');
  });

  it('no account at all is told with the command that adds one', () => {
    const none = error({ is: 'none', because: 'empty' });
    expect([none.code, none.status, none.shouldRetry]).toEqual(['no_account', 503, false]);
    expect(none.message).toContain('auth add NAME');
    expect(error({ is: 'none', because: 'empty' }, { own: true }).message).toContain(
      'No pass-through account',
    );
    expect(error({ is: 'none', because: 'model' }, { model: 'gpt-5' }).message).toContain(
      'allows the model gpt-5',
    );
    expect(error({ is: 'none', because: 'not-allowed' }).message).toContain('This client key may use none');
  });

  it('a caller without a login before a pass-through account is asked to sign in', () => {
    const passing = around(anAccount('p', { kind: 'passthrough' }));
    const unknown = error({ is: 'none', because: 'empty' }, {}, passing);
    expect([unknown.code, unknown.status, unknown.shouldRetry]).toEqual(['not_authenticated', 401, false]);
  });

  it('is never told as a 403, which clients take for the end of their sign-in', () => {
    const choices: NoChoice[] = [
      { is: 'unknown' },
      restingFor(5),
      { is: 'unavailable' },
      { is: 'none', because: 'empty' },
      { is: 'none', because: 'model' },
      { is: 'none', because: 'not-allowed' },
    ];
    for (const choice of choices) expect(error(choice).status).not.toBe(403);
  });
});

describe('when every attempt has failed', () => {
  it('a pool of one gives the upstream’s answer as it is', () => {
    const failure = answered(429, limited(3_600));
    expect(answer([failure], restingFor(3_600), one)).toBe(failure.tried.answer!);
    const unauthorized = answered(401, refused);
    expect(answer([unauthorized], { is: 'unavailable' }, one)).toBe(unauthorized.tried.answer!);
  });

  it('several accounts, all at their limits, give the soonest moment of all', () => {
    const failures = [answered(429, limited(60), 'a'), answered(429, limited(30), 'b')];
    const told = error(restingFor(30), {}, two, failures);
    expect([told.code, told.retryAfterSeconds]).toEqual(['accounts_limited', 30]);
  });

  it('an account whose credential was refused does not count: the others decide', () => {
    const told = error(restingFor(30), {}, two, [
      answered(429, limited(30), 'a'),
      answered(401, refused, 'b'),
    ]);
    expect(told.retryAfterSeconds).toBe(30);
    const overloaded = answered(529, struggling, 'a');
    expect(answer([overloaded, answered(401, refused, 'b')], restingFor(1))).toBe(overloaded.tried.answer!);
    const last = answered(403, refused, 'b');
    expect(answer([answered(401, refused, 'a'), last], { is: 'unavailable' })).toBe(last.tried.answer!);
  });

  it('several accounts whose share of one family of models is used up give the soonest of those moments', () => {
    const ofOpus = (seconds: number): Lesson => ({ ...limited(seconds), family: 'opus' }) as Lesson;
    const failures = [answered(429, ofOpus(90), 'a'), answered(429, ofOpus(45), 'b')];
    expect(error({ is: 'limited', readyAt: undefined }, {}, two, failures).retryAfterSeconds).toBe(45);
    expect(error(restingFor(20), {}, two, failures).retryAfterSeconds).toBe(20);
  });

  it('where all but those are resting, their soonest moment is what helps', () => {
    const unauthorized = answered(401, refused, 'a');
    const told = error(restingFor(30), {}, two, [unauthorized]);
    expect([told.code, told.retryAfterSeconds]).toEqual(['accounts_limited', 30]);
    // Nobody rests: who is left has been tried.
    const nobody: NoChoice = { is: 'limited', readyAt: undefined };
    expect(answer([unauthorized], nobody)).toBe(unauthorized.tried.answer!);
  });

  it('an answer that broke off before it began is given only where there is no other', () => {
    const said = answered(500, fine, 'a');
    const broken: Failure = {
      ...answered(200, struggling, 'b'),
      tried: { ...answered(200, fine, 'b').tried, ending: { is: 'lost', reused: false, hadBegun: true } },
    };
    expect(answer([said, broken], restingFor(1))).toBe(said.tried.answer!);
    expect(answer([broken], restingFor(1))).toBe(broken.tried.answer!);
    expect(answer([broken, silent('unreachable')], restingFor(1))).toBe(broken.tried.answer!);
  });

  it('failures of different kinds give the last answer of the upstream, unchanged', () => {
    const first = answered(429, limited(60), 'a');
    const last = answered(529, struggling, 'b');
    expect(answer([first, last], restingFor(60))).toBe(last.tried.answer!);
    expect(answer([last, first], restingFor(60))).toBe(first.tried.answer!);
  });

  it('an answer beats silence, whichever came first', () => {
    const said = answered(500, fine);
    expect(answer([said, silent('unreachable')], restingFor(1))).toBe(said.tried.answer!);
  });

  it('silence is told for what it was, without a word about the upstream’s address', () => {
    const told = (failure: Failure): [string, number] => {
      const { code, status, message } = error(restingFor(1), {}, two, [failure]);
      expect(message).not.toMatch(/\d+\.\d+|:\d+/);
      return [code, status];
    };
    expect(told(silent('unreachable'))).toEqual(['upstream_unreachable', 502]);
    expect(told(silent('lost'))).toEqual(['upstream_lost', 502]);
    expect(told(silent('late', fine))).toEqual(['upstream_timeout', 504]);
  });
});

describe('noAnswer', () => {
  it('has an error for every ending', () => {
    expect(noAnswer({ is: 'late' }, 0).status).toBe(504);
    expect(noAnswer({ is: 'unreachable' }, 0).status).toBe(502);
    expect(noAnswer({ is: 'redirected' }, 0)).toMatchObject({
      code: 'upstream_redirected',
      shouldRetry: false,
    });
    for (const ending of [
      { is: 'lost', reused: true },
      { is: 'answered', status: 500, headers: [] },
      undefined,
    ] as const)
      expect(noAnswer(ending, 0).code).toBe('upstream_lost');
  });

  const without = (trouble: Trouble) => noAnswer({ is: 'without-token', account: 'ann', trouble }, 1_000);

  it('without a token that only a sign-in brings, nobody should try again', () => {
    const error = without({ reason: 'invalid_grant', isFinal: true });
    expect(error).toMatchObject({ code: 'account_unavailable', status: 503, shouldRetry: false });
    expect(error.message).toContain('The account ann cannot serve (invalid_grant).');
  });

  it('without a token for now, it says when to try again, and whether that is worth waiting for', () => {
    const soon = without({ reason: 'provider down', isFinal: false, retryAt: 8_000 });
    expect(soon).toMatchObject({ status: 503, retryAfterSeconds: 7, shouldRetry: undefined });
    expect(soon.message).toContain('provider down');
    const late = without({ reason: 'provider down', isFinal: false, retryAt: 601_000 });
    expect(late).toMatchObject({ retryAfterSeconds: 600, shouldRetry: false });
  });
});
