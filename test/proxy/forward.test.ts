import { describe, expect, it } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { header, headerValues, type HeaderList } from '../../src/http/headers.ts';
import { answerHeaders, attemptHeaders, upstreamOf, type Credential } from '../../src/proxy/forward.ts';
import { anAccount } from '../help/an-account.ts';

const account = anAccount('a', { baseUrl: 'https://api.example.test/prefix', sendAs: 'x-api-key' });
const ours: Credential = { is: 'ours', secret: new Secret('sk-ant-api03-ours') };
const clients: Credential = { is: 'clients' };
const clientKey = `ccp-${'k'.repeat(43)}`;

const forwarded = (
  headers: HeaderList,
  more: { credential?: Credential; length?: number; of?: typeof account } = {},
): string[] => attemptHeaders(headers, more.of ?? account, more.credential ?? ours, more.length);

/** What Claude Code 2.1.330 sends (client-behaviour, §2). */
const claudeCode = [
  'accept',
  'application/json',
  'accept-encoding',
  'gzip, deflate, br, zstd',
  'anthropic-beta',
  'claude-code-20250219,interleaved-thinking-2025-05-14,future-2027-01-01',
  'anthropic-dangerous-direct-browser-access',
  'true',
  'anthropic-version',
  '2023-06-01',
  'authorization',
  `Bearer ${clientKey}`,
  'connection',
  'keep-alive',
  'host',
  'localhost:8000',
  'content-type',
  'application/json',
  'content-length',
  '49222',
  'user-agent',
  'claude-cli/2.1.330 (external, sdk-cli)',
  'x-app',
  'cli',
  'x-claude-code-session-id',
  '7b2d1f0e-3c4a-4f5b-8a6d-9e0f1a2b3c4d',
  'x-claude-code-agent-id',
  'a1b2c3d4e5f6a7b8c',
  'x-stainless-retry-count',
  '0',
  'anthropic-something-new',
  'x',
];

describe('the headers of an attempt', () => {
  it('are the client’s as they came, with host and credential of the account', () => {
    expect(forwarded(claudeCode, { length: 49_222 })).toEqual([
      'Host',
      'api.example.test',
      'accept',
      'application/json',
      'accept-encoding',
      'gzip, deflate, br, zstd',
      'anthropic-beta',
      'claude-code-20250219,interleaved-thinking-2025-05-14,future-2027-01-01',
      'anthropic-dangerous-direct-browser-access',
      'true',
      'anthropic-version',
      '2023-06-01',
      'content-type',
      'application/json',
      'content-length',
      '49222',
      'user-agent',
      'claude-cli/2.1.330 (external, sdk-cli)',
      'x-app',
      'cli',
      'x-claude-code-session-id',
      '7b2d1f0e-3c4a-4f5b-8a6d-9e0f1a2b3c4d',
      'x-claude-code-agent-id',
      'a1b2c3d4e5f6a7b8c',
      'x-stainless-retry-count',
      '0',
      'anthropic-something-new',
      'x',
      'X-Api-Key',
      'sk-ant-api03-ours',
    ]);
  });

  it('keep order, case and duplicates', () => {
    const list = ['X-B', '1', 'x-a', '2', 'X-b', '3', 'anthropic-version', 'v'];
    expect(forwarded(list).slice(2, -2)).toEqual(list);
  });

  it('get anthropic-version only where the client forgot it, and nothing else', () => {
    expect(forwarded([])).toEqual([
      'Host',
      'api.example.test',
      'X-Api-Key',
      'sk-ant-api03-ours',
      'anthropic-version',
      '2023-06-01',
    ]);
    expect(headerValues(forwarded(['Anthropic-Version', '2026-10-21']), 'anthropic-version')).toEqual([
      '2026-10-21',
    ]);
  });
});

describe('what never leaves', () => {
  const private_: [name: string, value: string][] = [
    ['Authorization', 'Bearer client-secret'],
    ['AUTHORIZATION', 'Basic client-secret'],
    ['X-Api-Key', 'client-secret'],
    ['x-API-key', 'client-secret'],
    ['Cookie', 'session=client-secret'],
    ['Proxy-Authorization', 'Basic client-secret'],
    ['X-CCProxy-Key', 'client-secret'],
    ['x-ccproxy-anything', 'client-secret'],
    ['X-Account-Name', 'client-secret'],
    ['X-Claude-Code-Managed-Settings-Checksum', 'sha256:client-secret'],
    ['Forwarded', 'for=client-secret'],
    ['X-Forwarded-For', 'client-secret'],
    ['X-Forwarded-Host', 'client-secret'],
    ['X-Forwarded-Client-Cert', 'client-secret'],
    ['X-Real-IP', 'client-secret'],
    ['CF-Connecting-IP', 'client-secret'],
    ['CF-Access-Jwt-Assertion', 'client-secret'],
    ['Via', '1.1 client-secret'],
    ['Connection', 'client-secret'],
    ['Keep-Alive', 'client-secret'],
    ['Proxy-Connection', 'client-secret'],
    ['TE', 'client-secret'],
    ['Trailer', 'client-secret'],
    ['Transfer-Encoding', 'client-secret'],
    ['Upgrade', 'client-secret'],
    ['Expect', '100-continue client-secret'],
    ['Host', 'client-secret'],
  ];
  for (const [name, value] of private_) {
    it(name, () => {
      const list = forwarded(['X-Before', '1', name, value, name, value, 'X-After', '2']);
      expect(list.join('\n')).not.toContain('client-secret');
      expect([header(list, 'x-before'), header(list, 'x-after')]).toEqual(['1', '2']);
    });
  }

  it('what the message names in Connection, in any case', () => {
    const list = forwarded([
      'Connection',
      'close, X-Hop',
      'connection',
      'x-other',
      'x-hop',
      '1',
      'X-OTHER',
      '2',
      'x-stays',
      '3',
    ]);
    expect([header(list, 'x-hop'), header(list, 'x-other'), header(list, 'connection')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(header(list, 'x-stays')).toBe('3');
  });

  it('nor can Connection take away what has to go', () => {
    const naming = [
      'Connection',
      'host, content-length, x-api-key, authorization, anthropic-version',
      'Content-Length',
      '5',
    ];
    const list = forwarded(naming, { length: 5 });
    expect(header(list, 'host')).toBe('api.example.test');
    expect(header(list, 'content-length')).toBe('5');
    expect(header(list, 'x-api-key')).toBe('sk-ant-api03-ours');
    expect(header(list, 'anthropic-version')).toBe('2023-06-01');
  });
});

describe('the credential of an account', () => {
  const credentialsOf = (of: Parameters<typeof anAccount>[1]): (string | undefined)[] => {
    const list = forwarded(claudeCode, { of: anAccount('a', of) });
    expect([...headerValues(list, 'authorization'), ...headerValues(list, 'x-api-key')]).toHaveLength(1);
    return [header(list, 'authorization'), header(list, 'x-api-key')];
  };

  it('goes where its kind and settings say, once', () => {
    expect(credentialsOf({ kind: 'api-key' })).toEqual([undefined, 'sk-ant-api03-ours']);
    expect(credentialsOf({ kind: 'api-key', sendAs: 'x-api-key' })).toEqual([undefined, 'sk-ant-api03-ours']);
    expect(credentialsOf({ kind: 'api-key', sendAs: 'bearer' })).toEqual([
      'Bearer sk-ant-api03-ours',
      undefined,
    ]);
    expect(credentialsOf({ kind: 'token' })).toEqual(['Bearer sk-ant-api03-ours', undefined]);
    expect(credentialsOf({ kind: 'oauth', provider: 'corp' })).toEqual([
      'Bearer sk-ant-api03-ours',
      undefined,
    ]);
  });
});

describe('pass-through', () => {
  const passing = anAccount('p', { kind: 'passthrough' });
  const through = (headers: HeaderList): string[] => forwarded(headers, { credential: clients, of: passing });

  it('leaves the client’s own credential untouched, in its place, beta value included', () => {
    const login = [
      'anthropic-beta',
      'oauth-2025-04-20',
      'AUTHORIZATION',
      'bearer  sk-ant-oat01-own',
      'x-after',
      '1',
    ];
    expect(through(login).slice(2, 8)).toEqual(login);
    expect(header(through(['X-Api-Key', 'sk-ant-api03-own']), 'x-api-key')).toBe('sk-ant-api03-own');
  });

  it('adds no credential of ours', () => {
    expect(through([])).toEqual(['Host', 'api.example.test', 'anthropic-version', '2023-06-01']);
  });

  it('lets no client key out beside it, in whatever header and form', () => {
    const forms = [
      ['x-api-key', clientKey],
      ['X-API-KEY', clientKey],
      ['authorization', `Bearer ${clientKey}`],
      ['authorization', `bearer\t${clientKey}`],
      ['authorization', clientKey],
      ['authorization', `Token ${clientKey}`],
      ['x-api-key', `Bearer ${clientKey}`],
      ['x-api-key', `sk-ant-api03-own, ${clientKey}`],
      ['x-ccproxy-key', clientKey],
    ];
    for (const form of forms) {
      const list = through([...form, 'Authorization', 'Bearer sk-ant-oat01-own']);
      expect(list.join('\n')).not.toContain(clientKey);
      expect(header(list, 'authorization')).toBe('Bearer sk-ant-oat01-own');
    }
  });

  it('keeps everything else here that always stays here', () => {
    const list = through([
      'Cookie',
      'a=b',
      'X-Forwarded-For',
      '10.0.0.1',
      'X-Account-Name',
      'p',
      'Connection',
      'x-hop',
      'x-hop',
      '1',
    ]);
    expect(list).toEqual(['Host', 'api.example.test', 'anthropic-version', '2023-06-01']);
  });
});

describe('headers of the account', () => {
  it('take the place of the client’s, and come once', () => {
    const of = anAccount('a', { headers: { 'Anthropic-Beta': 'mine-2026', 'x-team': 'blue' } });
    const list = forwarded(['anthropic-beta', 'theirs', 'X-Team', 'red', 'x-team', 'green', 'x-stays', '1'], {
      of,
    });
    expect(headerValues(list, 'anthropic-beta')).toEqual(['mine-2026']);
    expect(headerValues(list, 'x-team')).toEqual(['blue']);
    expect(header(list, 'x-stays')).toBe('1');
  });

  it('stand for those that would be added', () => {
    const of = anAccount('a', { headers: { 'anthropic-version': '2026-10-21' } });
    expect(headerValues(forwarded([], { of }), 'anthropic-version')).toEqual(['2026-10-21']);
    expect(headerValues(forwarded(['anthropic-version', '2023-06-01'], { of }), 'anthropic-version')).toEqual(
      ['2026-10-21'],
    );
  });
});

describe('the length of the body', () => {
  it('is that of the bytes held, in the client’s own header', () => {
    expect(forwarded(['CONTENT-length', '5'], { length: 5 }).slice(2, 4)).toEqual(['CONTENT-length', '5']);
    expect(headerValues(forwarded(['content-length', '7'], { length: 5 }), 'content-length')).toEqual(['5']);
  });

  it('is told where the client told none, since upstreams refuse bodies without', () => {
    expect(
      headerValues(forwarded(['transfer-encoding', 'chunked'], { length: 5 }), 'content-length'),
    ).toEqual(['5']);
    expect(headerValues(forwarded([], { length: 0 }), 'content-length')).toEqual(['0']);
  });

  it('is what the client announced where the body streams through', () => {
    expect(headerValues(forwarded(['Content-Length', '500000000']), 'content-length')).toEqual(['500000000']);
    expect(headerValues(forwarded(['Content-Length', '0']), 'content-length')).toEqual(['0']);
    expect(headerValues(forwarded(['transfer-encoding', 'chunked']), 'content-length')).toEqual([]);
  });

  it('is never there twice', () => {
    expect(headerValues(forwarded(['content-length', '5', 'Content-Length', '5']), 'content-length')).toEqual(
      ['5'],
    );
    expect(
      headerValues(
        forwarded(['content-length', '5', 'Content-Length', '6'], { length: 5 }),
        'content-length',
      ),
    ).toEqual(['5']);
  });
});

describe('upstreamOf', () => {
  it('puts the path of the base URL in front of the target, without a slash of its own', () => {
    for (const [baseUrl, expected] of [
      ['https://api.example.test', ''],
      ['https://api.example.test/', ''],
      ['https://api.example.test/prefix', '/prefix'],
      ['https://api.example.test/a/b/', '/a/b'],
      ['https://api.example.test/a%20b', '/a%20b'],
    ] as const)
      expect(upstreamOf({ ...account, baseUrl }).prefix).toBe(expected);
  });
});

describe('the headers of an answer', () => {
  const upstream = [
    'Content-Type',
    'application/json',
    'Request-Id',
    'req_1',
    'Anthropic-Ratelimit-Requests-Remaining',
    '7',
    'anthropic-ratelimit-unified-status',
    'allowed',
    'anthropic-organization-id',
    'org_1',
    'Connection',
    'keep-alive, X-Hop',
    'Transfer-Encoding',
    'chunked',
    'x-hop',
    '1',
    'X-CCProxy-Account',
    'forged',
    'retry-after',
    '5',
    'x-should-retry',
    'false',
    'Set-Cookie',
    'a=1',
    'set-cookie',
    'b=2',
    'content-encoding',
    'gzip',
  ];

  it('go down as they came, but for this hop’s and ours', () => {
    const list = answerHeaders(upstream, false);
    for (const name of ['connection', 'transfer-encoding', 'x-hop', 'x-ccproxy-account'])
      expect(header(list, name)).toBeUndefined();
    expect(list.slice(0, 10)).toEqual(upstream.slice(0, 10));
    expect(list.slice(10)).toEqual(upstream.slice(18));
  });

  it('say nothing of limits that are not the caller’s', () => {
    const list = answerHeaders(upstream, true);
    expect(list.some((text) => /ratelimit/i.test(text))).toBe(false);
    expect([header(list, 'retry-after'), header(list, 'request-id')]).toEqual(['5', 'req_1']);
  });
});
