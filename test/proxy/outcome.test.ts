import { describe, expect, it } from 'bun:test';
import type { HeaderList } from '../../src/http/headers.ts';
import { hasFoundNothing, judge, type Ending, type Verdict } from '../../src/proxy/outcome.ts';
import type { UpstreamError } from '../../src/proxy/upstream-error.ts';
import { codedError, errorCodes } from '../../src/simulator/error-codes.ts';
import { errorStatuses } from '../../src/simulator/errors.ts';
import type { Scope } from '../../src/usage/call-record.ts';

const now = Date.UTC(2026, 10, 22, 12);
const inSeconds = (seconds: number): number => now + seconds * 1000;
const hour = 3_600;

const answered = (status: number, error?: UpstreamError, headers: HeaderList = []): Ending => ({
  is: 'answered',
  status,
  headers,
  ...(error !== undefined && { error }),
});

const withoutToken = (isFinal: boolean): Ending => ({
  is: 'without-token',
  account: 'ann',
  trouble: { reason: 'x', isFinal },
});

/** A verdict as one line of the table: what the account learns, and who may try again. */
function line(ending: Ending): string {
  const { lesson, again } = judge(ending, now);
  const until = lesson.is === 'limited' ? ` ${(lesson.until - now) / 1000}` : '';
  const family = lesson.is === 'limited' && lesson.family !== undefined ? ` for ${lesson.family}` : '';
  return `${lesson.is}${until}${family} → ${again}`;
}

const verdictOf = (ending: Ending): Verdict => judge(ending, now);
const unified = (fields: Record<string, string | number>): HeaderList =>
  Object.entries(fields).flatMap(([name, value]) => [`anthropic-ratelimit-unified-${name}`, String(value)]);
const epoch = (seconds: number): number => inSeconds(seconds) / 1000;
const iso = (seconds: number): string => new Date(inSeconds(seconds)).toISOString();
const noRetry = ['x-should-retry', 'false'];
const code = (text: string, type = 'invalid_request_error'): UpstreamError => ({
  type,
  code: text,
  message: 'x',
});
const says = (message: string, type = 'permission_error'): UpstreamError => ({ type, message });

function table(rows: readonly [what: string, ending: Ending, expected: string][]): void {
  for (const [what, ending, expected] of rows) {
    it(`${what}: ${expected}`, () => {
      expect(line(ending)).toBe(expected);
    });
  }
}

describe('an answer that is the client’s', () => {
  table([
    ['200', answered(200), 'fine → no'],
    ['204', answered(204), 'fine → no'],
    ['a redirect that leads nowhere', answered(307), 'fine → no'],
    [
      '400 about the request',
      answered(400, says('prompt is too long: 210000 tokens > 200000 maximum', 'invalid_request_error')),
      'fine → no',
    ],
    [
      '400 that Claude Code repairs itself',
      answered(400, says('Invalid `signature` in `thinking` block', 'invalid_request_error')),
      'fine → no',
    ],
    ['400 without a readable body', answered(400), 'fine → no'],
    ['404', answered(404, says('model: claude-x', 'not_found_error')), 'fine → no'],
    ['404 of a thread', answered(404, code('thread_not_found', 'not_found_error')), 'fine → no'],
    ['405', answered(405), 'fine → no'],
    ['408', answered(408), 'fine → no'],
    ['409', answered(409, says('x', 'conflict_error')), 'fine → no'],
    ['413', answered(413, says('x', 'request_too_large')), 'fine → no'],
    ['413 after decoding', answered(413, code('request_body_too_large_after_decoding')), 'fine → no'],
    ['422', answered(422), 'fine → no'],
    ['501', answered(501), 'fine → no'],
  ]);
});

describe('error codes about the client', () => {
  const codes = [
    'claude_code_version_too_old',
    'request_body_encoding_invalid',
    'request_body_encoding_unsupported',
    'request_body_timeout',
    'unsupported_charset',
    'image_dimensions_too_large',
    'available_tools_limit_exceeded',
    'tool_name_conflict',
    'compaction_failed',
    'thread_already_continued',
    'thread_continue_in_flight',
    'thread_fingerprint_mismatch',
    'thread_unsupported_request',
    'something_nobody_knows_yet',
  ];
  table(codes.map((each) => [`400 ${each}`, answered(400, code(each)), 'fine → no']));
  table([
    [
      '403 sandbox_egress_restricted',
      answered(403, code('sandbox_egress_restricted', 'permission_error')),
      'fine → no',
    ],
  ]);
});

describe('a credential or an account that is out', () => {
  table([
    ['401', answered(401, says('invalid x-api-key', 'authentication_error')), 'refused → next'],
    ['401 without a body', answered(401), 'refused → next'],
    ['401 that says not to try again', answered(401, undefined, noRetry), 'refused → next'],
    ['400 of a held organization', answered(400, code('organization_on_hold')), 'refused → next'],
    [
      '400 of a key whose maker left',
      answered(400, code('claude_code_key_creator_not_member')),
      'refused → next',
    ],
    ['400 of a key that encrypts no more', answered(400, code('cmek_key_disabled')), 'refused → next'],
    ['400 of a network that is blocked', answered(400, code('cmek_key_network_blocked')), 'refused → next'],
    [
      '403 of OAuth not allowed',
      answered(403, code('oauth_not_allowed_for_organization', 'permission_error')),
      'refused → next',
    ],
    [
      '403 of OAuth not allowed, in words',
      answered(403, says('OAuth authentication is currently not allowed for this organization.')),
      'refused → next',
    ],
    [
      '403 of a revoked token',
      answered(403, says('OAuth token has been revoked. Please obtain a new token.')),
      'refused → next',
    ],
    ['403 of a disabled key', answered(403, says('This API key has been disabled.')), 'refused → next'],
    [
      '400 of a disabled organization',
      answered(400, says('This organization has been disabled.', 'invalid_request_error')),
      'refused → next',
    ],
  ]);
});

describe('a 403 about the request', () => {
  table([
    ['no body', answered(403), 'fine → no'],
    [
      'what this key may not use',
      answered(403, says('Your API key does not have permission to use the specified resource.')),
      'fine → no',
    ],
    [
      'a scope that is missing',
      answered(403, says('OAuth token does not meet scope requirement org:create_api_key')),
      'fine → no',
    ],
    [
      'a model',
      answered(403, says('This organization does not have access to claude-opus-5-5.')),
      'fine → no',
    ],
    ['a network that inspects', answered(403, says('Request not allowed')), 'fine → no'],
    [
      'a code nobody knows',
      answered(403, { code: 'new_code', message: 'This organization has been disabled.' }),
      'fine → no',
    ],
    [
      'words of the client',
      answered(403, says('You may not use the model "This organization has been disabled."')),
      'fine → no',
    ],
    [
      'words of the client in the next line',
      answered(403, says('Not allowed:\nThis API key has been revoked')),
      'fine → no',
    ],
  ]);

  it('the same words of a client do no harm in a 400 either', () => {
    for (const message of [
      'model: "This organization has been disabled."',
      'x\nYour credit balance is too low',
      'tools.0: You have reached your specified API usage limits',
    ])
      expect(line(answered(400, says(message, 'invalid_request_error')))).toBe('fine → no');
  });
});

describe('what another organization may be able to do', () => {
  table(
    [
      'organization_type_not_supported',
      'organization_not_enrolled_in_beta',
      'parent_organization_required',
    ].map((each) => [`400 ${each}`, answered(400, code(each)), 'fine → next']),
  );
});

describe('money', () => {
  const spent = (rest: string): Ending =>
    answered(400, says(`You have reached your specified API usage limits.${rest}`, 'invalid_request_error'));
  table([
    [
      '400 of a spend limit with its end',
      spent(' You will regain access on 2026-12-01 at 00:00 UTC.'),
      `limited ${8.5 * 24 * hour} → next`,
    ],
    [
      '400 of a spend limit with a day',
      spent(' You will regain access on 2026-11-23.'),
      `limited ${12 * hour} → next`,
    ],
    ['400 of a spend limit without an end', spent(''), `limited ${hour} → next`],
    [
      '400 of a spend limit whose end has passed',
      spent(' You will regain access on 2026-11-01 at 00:00 UTC.'),
      `limited ${hour} → next`,
    ],
    [
      '400 of a spend limit with no date',
      spent(' You will regain access on 2026-99-99 at 99:99 UTC.'),
      `limited ${hour} → next`,
    ],
    [
      '400 of an empty balance',
      answered(
        400,
        says(
          'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.',
          'invalid_request_error',
        ),
      ),
      `limited ${hour} → next`,
    ],
    ['400 billing_error', answered(400, says('x', 'billing_error')), `limited ${hour} → next`],
    ['402', answered(402, says('x', 'billing_error')), `limited ${hour} → next`],
    [
      '402 of a linked organization',
      answered(402, code('linked_organization_spend_limit_reached', 'billing_error')),
      `limited ${hour} → next`,
    ],
    [
      '402 of its billing',
      answered(402, code('linked_organization_billing_unavailable', 'billing_error')),
      `limited ${hour} → next`,
    ],
    ['402 with retry-after', answered(402, undefined, ['retry-after', '120']), 'limited 120 → next'],
    [
      '402 with a retry-after that has passed',
      answered(402, undefined, ['retry-after', 'Sun, 06 Nov 1994 08:49:37 GMT']),
      `limited ${hour} → next`,
    ],
    [
      '429 of a monthly tier',
      answered(429, code('enforced_spend_limit_reached', 'rate_limit_error')),
      `limited ${hour} → next`,
    ],
    [
      '429 of a contract',
      answered(429, code('contract_spend_limit_reached', 'rate_limit_error')),
      `limited ${hour} → next`,
    ],
    ['429 of a gateway’s own cap', answered(429, says('x', 'billing_error')), `limited ${hour} → next`],
  ]);
});

describe('a 429', () => {
  const limit = (...headers: string[]): Ending => answered(429, says('x', 'rate_limit_error'), headers);
  const left = (bucket: string, amount: string): string[] => [
    `anthropic-ratelimit-${bucket}-remaining`,
    amount,
  ];
  table([
    ['without any header', limit(), 'fine → next'],
    ['without a body', answered(429), 'fine → next'],
    ['without a header, and not to be tried again', limit(...noRetry), 'fine → no'],
    ['that says so in capitals', limit('X-Should-Retry', 'False'), 'fine → no'],
    ['with retry-after', limit('retry-after', '13'), 'limited 13 → next'],
    ['with hours of it', limit('Retry-After', '13262'), 'limited 13262 → next'],
    [
      'with retry-after, and not to be tried again',
      limit('retry-after', '13', ...noRetry),
      'limited 13 → next',
    ],
    ['with a date', limit('retry-after', new Date(inSeconds(90)).toUTCString()), 'limited 90 → next'],
    ['with milliseconds', limit('retry-after-ms', '1500'), 'limited 1.5 → next'],
    [
      'of fast mode alone',
      limit('retry-after', '20', 'anthropic-fast-input-tokens-remaining', '0', ...left('input-tokens', '9')),
      'fine → next',
    ],
    [
      'of fast mode and the account',
      limit('retry-after', '20', 'Anthropic-Fast-Input-Tokens-Remaining', '0', ...left('input-tokens', '0')),
      'limited 20 → next',
    ],
    [
      'of fast mode and out of money',
      answered(429, code('enforced_spend_limit_reached'), ['anthropic-fast-input-tokens-remaining', '0']),
      `limited ${hour} → next`,
    ],
    ['of a ramp', answered(429, code('ramp_limit_exceeded'), ['retry-after', '20']), 'limited 20 → next'],
    ['with retry-after nought', limit('retry-after', '0'), 'limited 0 → next'],
    [
      'with a date that has passed',
      limit('retry-after', 'Sun, 06 Nov 1994 08:49:37 GMT'),
      'limited 0 → next',
    ],
    ['with nonsense', limit('retry-after', 'soon'), 'fine → next'],
    ['with a negative one', limit('retry-after', '-5'), 'fine → next'],
    [
      'with an absurd one, which the pool cuts',
      limit('retry-after', '99999999999'),
      'limited 99999999999 → next',
    ],
    [
      'with an empty bucket',
      limit('anthropic-ratelimit-requests-remaining', '0', 'anthropic-ratelimit-requests-reset', iso(30)),
      'limited 30 → next',
    ],
    [
      'with two empty buckets',
      limit(
        'anthropic-ratelimit-requests-remaining',
        '0',
        'anthropic-ratelimit-requests-reset',
        iso(30),
        'anthropic-ratelimit-input-tokens-remaining',
        '0',
        'anthropic-ratelimit-input-tokens-reset',
        iso(50),
      ),
      'limited 50 → next',
    ],
    [
      'with a bucket that is not empty',
      limit('anthropic-ratelimit-requests-remaining', '7', 'anthropic-ratelimit-requests-reset', iso(30)),
      'fine → next',
    ],
    [
      'with a bucket whose reset has passed',
      limit('anthropic-ratelimit-requests-remaining', '0', 'anthropic-ratelimit-requests-reset', iso(-30)),
      'fine → next',
    ],
    [
      'with a bucket that is full again later than its retry-after says',
      limit(
        'retry-after',
        '6',
        'anthropic-ratelimit-requests-remaining',
        '0',
        'anthropic-ratelimit-requests-reset',
        iso(60),
      ),
      'limited 6 → next',
    ],
  ]);
});

describe('a 429 with unified windows', () => {
  const window = (fields: Record<string, string | number>, ...more: string[]): Ending =>
    answered(429, says('x', 'rate_limit_error'), [...unified(fields), ...more]);
  const five = { '5h-status': 'rejected', '5h-reset': epoch(2 * hour) };
  const seven = { '7d-status': 'rejected', '7d-reset': epoch(50 * hour) };
  table([
    [
      'one rejected',
      window({ status: 'rejected', reset: epoch(2 * hour), 'representative-claim': 'five_hour', ...five }),
      `limited ${2 * hour} → next`,
    ],
    [
      'several rejected: the latest is the real one',
      window({
        status: 'rejected',
        reset: epoch(2 * hour),
        'representative-claim': 'five_hour',
        ...five,
        ...seven,
      }),
      `limited ${50 * hour} → next`,
    ],
    [
      'one rejected, one allowed that ends later',
      window({ ...five, '7d-status': 'allowed', '7d-reset': epoch(50 * hour) }),
      `limited ${2 * hour} → next`,
    ],
    [
      'rejected, with a shorter retry-after',
      window({ ...five }, 'retry-after', '60'),
      `limited ${2 * hour} → next`,
    ],
    [
      'rejected, with a longer retry-after',
      window({ ...five }, 'retry-after', String(3 * hour)),
      `limited ${3 * hour} → next`,
    ],
    [
      'a reset written as a date',
      window({ '5h-status': 'rejected', '5h-reset': iso(60) }),
      'limited 60 → next',
    ],
    [
      'a window nobody knows',
      window({ '3w_new-status': 'rejected', '3w_new-reset': epoch(60) }),
      'limited 60 → next',
    ],
    [
      'the whole account, no window named',
      window({ status: 'rejected', reset: epoch(60) }),
      'limited 60 → next',
    ],
    [
      'a reset that has passed',
      window({ '5h-status': 'rejected', '5h-reset': epoch(-60) }),
      'limited 60 → next',
    ],
    ['no reset', window({ '5h-status': 'rejected' }), 'limited 60 → next'],
    ['no reset, not to be tried again', window({ '5h-status': 'rejected' }, ...noRetry), 'limited 60 → next'],
    [
      'nothing rejected',
      window({ status: 'allowed', '5h-status': 'allowed_warning', '5h-reset': epoch(60) }),
      'fine → next',
    ],
    [
      'extra usage that is not to be had beside a window',
      window({ ...five, 'overage-status': 'rejected', 'overage-reset': epoch(200 * hour) }),
      `limited ${2 * hour} → next`,
    ],
    [
      'extra usage used up',
      window({
        status: 'rejected',
        reset: epoch(60),
        'representative-claim': 'overage',
        'overage-status': 'rejected',
        'overage-reset': epoch(90),
      }),
      'limited 90 → next',
    ],
    [
      'one model family: the account serves the others',
      window(
        {
          status: 'rejected',
          reset: epoch(90 * hour),
          'representative-claim': 'seven_day_opus',
          '7d_opus-status': 'rejected',
          '7d_opus-reset': epoch(90 * hour),
          '5h-status': 'allowed',
        },
        'retry-after',
        String(90 * hour),
      ),
      `limited ${90 * hour} for opus → next`,
    ],
    [
      'one model family, named by the claim alone',
      window({ status: 'rejected', reset: epoch(60), 'representative-claim': 'seven_day_sonnet' }),
      'limited 60 for sonnet → next',
    ],
    [
      'one model family, without a moment',
      window({ '7d_haiku-status': 'rejected' }),
      'limited 60 for haiku → next',
    ],
    [
      'one model family, not to be tried again',
      window({ '7d_opus-status': 'rejected', '7d_opus-reset': epoch(60) }, ...noRetry),
      'limited 60 for opus → next',
    ],
    [
      'one model family, and the account too',
      window({ ...five, '7d_opus-status': 'rejected', '7d_opus-reset': epoch(90 * hour) }),
      `limited ${90 * hour} → next`,
    ],
  ]);

  it('are read in any case of names and values', () => {
    const headers = [
      'Anthropic-RateLimit-Unified-5h-Status',
      'Rejected',
      'ANTHROPIC-RATELIMIT-UNIFIED-5H-RESET',
      `${epoch(60)}`,
    ];
    expect(line(answered(429, undefined, headers))).toBe('limited 60 → next');
  });

  it('on an answer that is fine teach nothing', () => {
    expect(line(answered(200, undefined, unified({ ...five })))).toBe('fine → no');
  });
});

describe('trouble of the upstream', () => {
  table([
    ['500', answered(500, says('x', 'api_error')), 'fine → next'],
    ['502', answered(502), 'struggling → next'],
    ['503', answered(503), 'struggling → next'],
    [
      '503 of an encryption key',
      answered(503, code('cmek_key_unreachable', 'api_error')),
      'struggling → next',
    ],
    ['504', answered(504, says('x', 'timeout_error')), 'struggling → next'],
    ['524', answered(524), 'struggling → next'],
    ['529', answered(529, says('Overloaded', 'overloaded_error')), 'struggling → in-place'],
    [
      '529 of compaction',
      answered(529, code('compaction_unavailable', 'overloaded_error')),
      'struggling → in-place',
    ],
    [
      '529, not to be tried again',
      answered(529, says('Overloaded', 'overloaded_error'), noRetry),
      'fine → no',
    ],
    ['500, not to be tried again', answered(500, undefined, noRetry), 'fine → no'],
    [
      '529 with a retry-after benches nobody',
      answered(529, undefined, ['retry-after', '3600']),
      'struggling → in-place',
    ],
    [
      '503 with a retry-after benches nobody',
      answered(503, undefined, ['retry-after', '3600']),
      'struggling → next',
    ],
    ['unreachable', { is: 'unreachable' }, 'struggling → next'],
    ['redirected', { is: 'redirected' }, 'fine → next'],
    ['lost', { is: 'lost', reused: false }, 'struggling → next-once'],
    ['lost behind the head', { is: 'lost', reused: false, hadBegun: true }, 'struggling → next-once'],
    ['lost on a connection that had idled', { is: 'lost', reused: true }, 'fine → same-once'],
    ['late', { is: 'late' }, 'fine → no'],
    ['no token for now', withoutToken(false), 'struggling → next'],
    ['no token before somebody signs in', withoutToken(true), 'refused → next'],
  ]);
});

describe('an error in the place of the first event', () => {
  const begun = (type: string | undefined, headers: HeaderList = [], more: UpstreamError = {}): Ending => ({
    is: 'answered',
    status: 200,
    headers,
    error: { type, message: 'x', ...more },
    isEvent: true,
  });
  table([
    ['overloaded_error', begun('overloaded_error'), 'struggling → in-place'],
    ['rate_limit_error', begun('rate_limit_error'), 'fine → next'],
    [
      'rate_limit_error beside a retry-after',
      begun('rate_limit_error', ['retry-after', '13']),
      'limited 13 → next',
    ],
    [
      'rate_limit_error of a spend limit',
      begun('rate_limit_error', [], { code: 'enforced_spend_limit_reached' }),
      `limited ${hour} → next`,
    ],
    ['api_error', begun('api_error'), 'fine → next'],
    ['timeout_error', begun('timeout_error'), 'struggling → next'],
    ['authentication_error', begun('authentication_error'), 'refused → next'],
    ['billing_error', begun('billing_error'), `limited ${hour} → next`],
    ['permission_error', begun('permission_error'), 'fine → no'],
    [
      'permission_error of OAuth',
      begun('permission_error', [], { code: 'oauth_not_allowed_for_organization' }),
      'refused → next',
    ],
    ['invalid_request_error', begun('invalid_request_error'), 'fine → no'],
    [
      'invalid_request_error of a held organization',
      begun('invalid_request_error', [], { code: 'organization_on_hold' }),
      'refused → next',
    ],
    ['not_found_error', begun('not_found_error'), 'fine → no'],
    ['conflict_error', begun('conflict_error'), 'fine → no'],
    ['request_too_large', begun('request_too_large'), 'fine → no'],
    ['a type nobody knows', begun('novelty_error'), 'fine → next'],
    ['no type', begun(undefined), 'fine → next'],
    ['overloaded_error, not to be tried again', begun('overloaded_error', noRetry), 'fine → no'],
  ]);

  it('is told as such', () => {
    expect(verdictOf(begun('overloaded_error')).lesson).toMatchObject({
      reason: 'began with overloaded_error',
    });
    expect(verdictOf(begun('authentication_error')).lesson).toMatchObject({
      reason: 'credential refused, 401 authentication_error',
    });
  });

  it('is about whom the status that goes with it is about', () => {
    const scopes = ['overloaded_error', 'authentication_error', 'billing_error', 'invalid_request_error'].map(
      (type) => verdictOf(begun(type)).scope as string,
    );
    expect(scopes).toEqual(['upstream', 'account', 'organization', 'request']);
  });
});

describe('the reason', () => {
  it('says what it means, with status and code, or status and type', () => {
    expect(verdictOf(answered(400, code('organization_on_hold'))).lesson).toMatchObject({
      reason: 'held by its upstream, 400 organization_on_hold',
    });
    expect(verdictOf(answered(401, says('x', 'authentication_error'))).lesson).toMatchObject({
      reason: 'credential refused, 401 authentication_error',
    });
    expect(verdictOf(answered(401)).lesson).toMatchObject({ reason: 'credential refused, 401' });
  });

  it('repeats nothing of an upstream that is no plain word, and no message', () => {
    for (const odd of ['\u001b[2J', 'a b', 'x'.repeat(81), '<script>', 'A', ''])
      expect(verdictOf(answered(401, { type: odd, message: 'secret sk-ant-api03-x' })).lesson).toMatchObject({
        is: 'refused',
        reason: 'credential refused, 401',
      });
  });
});

describe('the evidence', () => {
  const lessonOf = (...of: Parameters<typeof answered>): object => verdictOf(answered(...of)).lesson;
  const body = (name: string, value: string) => ({ evidence: { in: 'body', name, value } });

  it('is the piece of the body that says most, without what looks like a credential', () => {
    expect(lessonOf(400, code('organization_on_hold'))).toMatchObject(
      body('error.details.error_code', 'organization_on_hold'),
    );
    expect(lessonOf(401, says('invalid sk-ant-api03-abcdefgh', 'authentication_error'))).toMatchObject(
      body('error.message', 'invalid sk-ant-api03-[secret]'),
    );
    expect(lessonOf(401, { type: 'authentication_error' })).toMatchObject(
      body('error.type', 'authentication_error'),
    );
    expect(lessonOf(401)).not.toHaveProperty('evidence');
    expect(lessonOf(401, { type: 'a_type', message: 'no such key: abc', isTelling: true })).toMatchObject(
      body('error.type', 'a_type'),
    );
    expect(lessonOf(401, { code: 'no such code', type: 'A' })).not.toHaveProperty('evidence');
    const money = 'You have reached your specified API usage limits. You will regain access on 2026-12-01.';
    expect(lessonOf(400, says(money, 'invalid_request_error'))).toMatchObject(body('error.message', money));
  });

  it('of a limit is the header that names its end', () => {
    const headers = ['Retry-After', '13'];
    expect(lessonOf(429, says('x', 'rate_limit_error'), headers)).toMatchObject({
      reason: 'asked to wait, 429 rate_limit_error',
      evidence: { in: 'header', name: 'Retry-After', value: '13' },
    });
    expect(lessonOf(402, says('x', 'billing_error'), headers)).toMatchObject({
      evidence: { name: 'Retry-After' },
    });
  });

  it('tells a date that has passed from none', () => {
    const spent = (rest: string): object =>
      lessonOf(400, says(`You have reached your specified API usage limits.${rest}`));
    expect(spent('')).not.toHaveProperty('isCut');
    expect(spent(' You will regain access on 2026-11-01 at 00:00 UTC.')).toMatchObject({ isCut: true });
  });

  it('tells an account that its upstream holds from one whose credential is dead', () => {
    const isHeld = (error: UpstreamError): boolean => 'isHeld' in lessonOf(400, error);
    const held = ['organization_on_hold', 'cmek_key_disabled', 'oauth_not_allowed_for_organization'];
    expect(held.map((each) => isHeld(code(each)))).toEqual([true, true, true]);
    expect(isHeld(says('This organization has been disabled.'))).toBe(true);
    expect(isHeld(code('claude_code_key_creator_not_member'))).toBe(false);
    expect(isHeld(says('This API key has been disabled.'))).toBe(false);
  });

  it('that an account can serve is an answer of success, and no other', () => {
    const served = [200, 204, 304, 404, 500].map((status) => 'isServed' in lessonOf(status));
    expect(served).toEqual([true, true, false, false, false]);
  });
});

describe('every error code of the API', () => {
  const hourLong = `limited ${hour} → next`;
  // oxfmt-ignore
  const byCode: Readonly<Record<string, readonly [line: string, scope: Scope]>> = {
    enforced_spend_limit_reached:             [hourLong, 'organization'],
    contract_spend_limit_reached:             [hourLong, 'organization'],
    ramp_limit_exceeded:                      ['limited 20 → next', 'account'],
    organization_on_hold:                     ['refused → next', 'organization'],
    claude_code_key_creator_not_member:       ['refused → next', 'account'],
    organization_type_not_supported:          ['fine → next', 'organization'],
    organization_not_enrolled_in_beta:        ['fine → next', 'organization'],
    parent_organization_required:             ['fine → next', 'organization'],
    cmek_key_disabled:                        ['refused → next', 'organization'],
    cmek_key_network_blocked:                 ['refused → next', 'organization'],
    cmek_context_unavailable:                 ['struggling → next', 'organization'],
    cmek_key_unreachable:                     ['struggling → next', 'organization'],
    linked_organization_billing_unavailable:  [hourLong, 'organization'],
    linked_organization_spend_limit_reached:  [hourLong, 'organization'],
    claude_code_version_too_old:              ['fine → no', 'request'],
    request_body_encoding_invalid:            ['fine → no', 'request'],
    request_body_encoding_unsupported:        ['fine → no', 'request'],
    request_body_timeout:                     ['fine → no', 'request'],
    unsupported_charset:                      ['fine → no', 'request'],
    image_dimensions_too_large:               ['fine → no', 'request'],
    available_tools_limit_exceeded:           ['fine → no', 'request'],
    tool_name_conflict:                       ['fine → no', 'request'],
    tool_reference_unresolved:                ['fine → no', 'request'],
    compaction_block_ambiguous:               ['fine → no', 'request'],
    compaction_block_misplaced:               ['fine → no', 'request'],
    compaction_content_mismatch:              ['fine → no', 'request'],
    compaction_incomplete_turn:               ['fine → no', 'request'],
    compaction_nothing_to_summarize:          ['fine → no', 'request'],
    compaction_signature_invalid:             ['fine → no', 'request'],
    compaction_too_many_tool_references:      ['fine → no', 'request'],
    compaction_tool_changes_mismatch:         ['fine → no', 'request'],
    compaction_unavailable:                   ['struggling → in-place', 'upstream'],
    request_body_too_large_after_decoding:    ['fine → no', 'request'],
    sandbox_egress_restricted:                ['fine → no', 'request'],
    oauth_not_allowed_for_organization:       ['refused → next', 'organization'],
    thread_already_continued:                 ['fine → no', 'request'],
    thread_continue_in_flight:                ['fine → no', 'request'],
    thread_fingerprint_mismatch:              ['fine → no', 'request'],
    thread_unsupported_request:               ['fine → no', 'request'],
    thread_not_found:                         ['fine → no', 'request'],
    storage_quota_exceeded:                   ['fine → no', 'request'],
    file_expired:                             ['fine → no', 'request'],
  };

  it('has a row', () => {
    expect(Object.keys(byCode).toSorted()).toEqual(errorCodes.toSorted());
  });

  for (const [name, [expected, scope]] of Object.entries(byCode)) {
    it(`${name}: ${expected}, ${scope}`, () => {
      const { status, type, message, headers } = codedError(name);
      const ending = answered(status, { type, message, code: name }, headers);
      expect(line(ending)).toBe(expected);
      expect(verdictOf(ending).scope).toBe(scope);
    });
  }
});

describe('every status without a word', () => {
  // oxfmt-ignore
  const byStatus: Readonly<Record<number, readonly [line: string, scope: Scope]>> = {
    400: ['fine → no', 'request'],
    401: ['refused → next', 'account'],
    402: [`limited ${hour} → next`, 'organization'],
    403: ['fine → no', 'request'],
    404: ['fine → no', 'request'],
    405: ['fine → no', 'request'],
    408: ['fine → no', 'request'],
    409: ['fine → no', 'request'],
    411: ['fine → no', 'request'],
    413: ['fine → no', 'request'],
    429: ['fine → next', 'upstream'],
    500: ['fine → next', 'upstream'],
    501: ['fine → no', 'upstream'],
    502: ['struggling → next', 'upstream'],
    503: ['struggling → next', 'upstream'],
    504: ['struggling → next', 'upstream'],
    529: ['struggling → in-place', 'upstream'],
  };

  it('has a row', () => {
    expect(Object.keys(byStatus).map(Number)).toEqual([...errorStatuses]);
  });

  for (const [status, [expected, scope]] of Object.entries(byStatus)) {
    it(`${status}: ${expected}, ${scope}`, () => {
      const ending = answered(Number(status));
      expect(line(ending)).toBe(expected);
      expect(verdictOf(ending).scope).toBe(scope);
    });
  }
});

describe('whom a failure is about', () => {
  const retryAfter = ['retry-after', '20'];
  const oneModel = unified({
    status: 'rejected',
    'representative-claim': 'seven_day_opus',
    reset: epoch(60),
  });
  const rows: readonly [what: string, ending: Ending, scope: string | undefined][] = [
    ['a good answer', answered(200), undefined],
    ['a redirect that leads nowhere', answered(307), undefined],
    ['a 400', answered(400, says('prompt is too long', 'invalid_request_error')), 'request'],
    ['a 403', answered(403, says('Request not allowed')), 'request'],
    ['a 404', answered(404), 'request'],
    ['a 413', answered(413), 'request'],
    ['a 401', answered(401), 'account'],
    ['a key that is disabled', answered(403, says('This API key has been disabled.')), 'account'],
    ['a key whose maker left', answered(400, code('claude_code_key_creator_not_member')), 'account'],
    ['an organization on hold', answered(400, code('organization_on_hold')), 'organization'],
    [
      'an organization that is disabled',
      answered(400, says('This organization has been disabled.', 'invalid_request_error')),
      'organization',
    ],
    ['OAuth that is not allowed', answered(403, code('oauth_not_allowed_for_organization')), 'organization'],
    [
      'what another organization may do',
      answered(400, code('organization_not_enrolled_in_beta')),
      'organization',
    ],
    ['a linked organization', answered(402, code('linked_organization_spend_limit_reached')), 'organization'],
    ['keys of an organization', answered(503, code('cmek_key_unreachable', 'api_error')), 'organization'],
    ['a 402', answered(402), 'organization'],
    [
      'a spend limit',
      answered(429, code('contract_spend_limit_reached', 'rate_limit_error')),
      'organization',
    ],
    [
      'an empty purse',
      answered(400, says('Your credit balance is too low', 'invalid_request_error')),
      'organization',
    ],
    ['a 429 with its end', answered(429, undefined, retryAfter), 'account'],
    ['a 429 of one model', answered(429, undefined, oneModel), 'model'],
    [
      'a 429 of fast mode',
      answered(429, undefined, ['anthropic-fast-output-tokens-remaining', '0']),
      'request',
    ],
    ['a 429 that names no window', answered(429), 'upstream'],
    ['a 500', answered(500), 'upstream'],
    ['a 503', answered(503), 'upstream'],
    ['a 529', answered(529, code('compaction_unavailable', 'overloaded_error')), 'upstream'],
    ['a redirect', { is: 'redirected' }, 'upstream'],
    ['no head in time', { is: 'late' }, 'upstream'],
    ['no connection', { is: 'unreachable' }, 'network'],
    ['a secret that cannot be read', { is: 'unreachable', isOurs: true }, 'us'],
    ['a connection that broke', { is: 'lost', reused: false }, 'network'],
    ['a connection that had idled out', { is: 'lost', reused: true }, 'network'],
    ['a token that is dead', withoutToken(true), 'account'],
  ];
  for (const [what, ending, scope] of rows) {
    it(`${what}: ${scope ?? 'nobody'}`, () => {
      expect(verdictOf(ending).scope).toBe(scope as never);
    });
  }
});

describe('the end of a rest', () => {
  it('is a guess where the upstream names no moment', () => {
    const broke = says('Your credit balance is too low', 'invalid_request_error');
    expect(verdictOf(answered(400, broke)).lesson).toMatchObject({ is: 'limited', isGuess: true });
    expect(verdictOf(answered(402, undefined, ['retry-after', '120'])).lesson).not.toHaveProperty('isGuess');
  });
});

describe('a call that asks early about a limit', () => {
  it.each<[string, Ending]>([
    ['a broken connection', { is: 'lost', reused: false }],
    ['one that had idled out', { is: 'lost', reused: true }],
    ['an upstream out of reach', { is: 'unreachable' }],
    ['silence', { is: 'late' }],
    ['a failure that is not to be tried again', answered(500, undefined, noRetry)],
    ['what the upstream cannot do', answered(501)],
    ['an overload', answered(529)],
  ])('learns nothing from %s', (_, ending) => {
    expect(hasFoundNothing(ending, verdictOf(ending))).toBe(true);
  });

  it.each<[string, Ending]>([
    ['an answer', answered(200)],
    ['a call that is no good', answered(400)],
    ['a limit', answered(429, undefined, ['retry-after', '60'])],
    ['a credential that is refused', answered(401)],
  ])('learns something from %s', (_, ending) => {
    expect(hasFoundNothing(ending, verdictOf(ending))).toBe(false);
  });
});
