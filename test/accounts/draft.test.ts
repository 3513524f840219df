import { describe, expect, test } from 'bun:test';
import { readDraft } from '../../src/accounts/draft.ts';
import { Problem } from '../../src/base/problem.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

const draft = (facts: object = {}) => ({ name: 'work', kind: 'api-key', ...facts });

/** What is said about a draft that is wrong. */
function wrongWith(facts: object): string {
  try {
    readDraft(draft(facts));
  } catch (error) {
    if (error instanceof Problem && error.code === 'account-invalid') return error.message;
    throw error;
  }
  return 'fine';
}

describe('a draft', () => {
  test('needs only a name and a kind', () => {
    expect(readDraft(draft())).toEqual({
      name: 'work',
      kind: 'api-key',
      baseUrl: 'https://api.anthropic.com',
      allowPlainHttp: false,
      sendAs: 'x-api-key',
      priority: 100,
      weight: 1,
      models: [],
      notes: '',
      enabled: true,
    });
  });

  test('keeps everything that is said', () => {
    const whole = {
      name: 'Büro 🙂',
      kind: 'api-key' as const,
      baseUrl: 'https://gateway.example.com/claude',
      allowPlainHttp: false,
      sendAs: 'bearer' as const,
      priority: 0,
      weight: 2.5,
      models: ['claude-*'],
      maxConcurrent: 4,
      headers: { 'anthropic-beta': 'a,b' },
      notes: 'for the team',
      enabled: false,
    };
    expect(readDraft(whole)).toEqual(whole);
  });

  test('takes null and nothing alike for none', () => {
    const read = readDraft(draft({ kind: 'token', maxConcurrent: null, headers: null, sendAs: null }));
    expect(Object.keys(read)).not.toContain('maxConcurrent');
    expect(Object.keys(read)).not.toContain('headers');
    expect(Object.keys(read)).not.toContain('sendAs');
    expect(Object.keys(readDraft(draft({ headers: {} })))).not.toContain('headers');
  });

  test('names every mistake at once', () => {
    const said = wrongWith({ name: '', kind: 'sign-in', priority: 1.5, weight: 0, colour: 'red' });
    for (const part of [
      'name: must not be empty',
      'kind: must be one of api-key, token, oauth, passthrough',
      'priority: must be a whole number from 0 to 1000',
      'weight: must be a number from 0.01 to 1000',
      'colour: there is no such setting',
    ]) {
      expect(said).toContain(part);
    }
  });

  test('that is no object is refused too', () => {
    for (const wrong of [undefined, null, 'work', 7, []]) expect(() => readDraft(wrong)).toThrow(Problem);
  });
});

describe('a name', () => {
  test('is trimmed', () => {
    expect(readDraft(draft({ name: '  my work \n' })).name).toBe('my work');
  });

  test('is free text of one line that can be seen', () => {
    expect(wrongWith({ name: 'x'.repeat(101) })).toContain('at most 100 characters');
    for (const name of ['a\nb', 'a\u0000b', 'a\u202eb', 'a\u200bb', 'a\u2028b', '\ud800']) {
      expect(wrongWith({ name })).toContain('no invisible characters');
    }
  });

  test('does not look like an id', () => {
    expect(wrongWith({ name: 'ACC_1' })).toContain('must not begin with "acc_"');
  });
});

describe('a base URL', () => {
  test('is written one way', () => {
    const forms: [given: string, kept: string][] = [
      ['https://API.Anthropic.com/', 'https://api.anthropic.com'],
      [' https://gateway.example.com:8443/claude/// ', 'https://gateway.example.com:8443/claude'],
      ['https://example.com:443', 'https://example.com'],
      ['http://127.1:9', 'http://127.0.0.1:9'],
    ];
    for (const [given, kept] of forms) expect(readDraft(draft({ baseUrl: given })).baseUrl).toBe(kept);
  });

  test('holds nothing but scheme, host and path', () => {
    const wrong: [url: string, said: string][] = [
      ['api.anthropic.com', 'must be a URL such as https://api.anthropic.com'],
      ['ftp://example.com', 'must begin with https:// or http://'],
      ['javascript:alert(1)', 'must begin with https:// or http://'],
      ['https://ann:secret@example.com', 'no user name or password'],
      ['https://ann@example.com', 'no user name or password'],
      ['https://example.com/?key=1', 'no "?" and no "#"'],
      ['https://example.com/?', 'no "?" and no "#"'],
      ['https://example.com/#a', 'no "?" and no "#"'],
      ['https://api.anthropic.com/v1/', 'must end before /v1'],
    ];
    for (const [baseUrl, said] of wrong) {
      expect(wrongWith({ baseUrl })).toContain(said);
      expect(wrongWith({ baseUrl })).not.toContain('secret@');
    }
  });

  test('is plain http only on this machine, or where that is allowed', () => {
    for (const host of ['localhost:1', '127.0.0.1', '127.9.9.9:80', '[::1]:8080']) {
      expect(wrongWith({ baseUrl: `http://${host}` })).toBe('fine');
    }
    for (const host of [
      'example.com',
      '10.0.0.1',
      'localhost.example.com',
      '127.0.0.1.example.com',
      '0.0.0.0',
      '[::ffff:127.0.0.1]',
    ]) {
      expect(wrongWith({ baseUrl: `http://${host}` })).toContain('would send secrets readable');
      expect(wrongWith({ baseUrl: `http://${host}`, allowPlainHttp: true })).toBe('fine');
    }
  });
});

describe('headers', () => {
  test('are names and values a header can have, each once', () => {
    expect(wrongWith({ headers: { 'X Y': 'a' } })).toContain('"X Y" is not a header name');
    expect(wrongWith({ headers: { '': 'a' } })).toContain('"" is not a header name');
    expect(wrongWith({ headers: { 'x-a': 'b\r\nx-c: d' } })).toContain('"x-a" has a value with characters');
    expect(wrongWith({ headers: { 'x-a': 'smile 🙂' } })).toContain('"x-a" has a value with characters');
    expect(wrongWith({ headers: { 'x-a': '1', 'X-A': '2' } })).toContain('"X-A" is there twice');
  });

  test('are no credentials, and nothing that frames a message', () => {
    for (const name of [
      'Authorization',
      'X-Api-Key',
      'cookie',
      'Host',
      'content-length',
      'Transfer-Encoding',
    ]) {
      expect(wrongWith({ headers: { [name]: 'x' } })).toContain(`"${name}" cannot be set here`);
    }
  });
});

test('a header that holds a key of the API is refused, and not repeated', () => {
  const said = wrongWith({ headers: { 'x-team-key': 'Bearer sk-ant-api03-planted' } });
  expect(said).toContain('"x-team-key" looks like a credential');
  expect(said).not.toContain('planted');
});

test('sendAs goes with API keys alone', () => {
  expect(wrongWith({ kind: 'token', sendAs: 'bearer' })).toContain(
    'sendAs: goes with the kind api-key alone',
  );
  expect(wrongWith({ sendAs: 'cookie' })).toContain('sendAs: must be one of x-api-key, bearer');
});

describe('a provider', () => {
  test('goes with the kind oauth, which cannot be without one', () => {
    expect(wrongWith({ kind: 'oauth', provider: 'corp', baseUrl: 'https://gateway.example.com' })).toBe(
      'fine',
    );
    expect(wrongWith({ kind: 'oauth' })).toContain('provider: must name the provider');
    expect(wrongWith({ provider: 'corp' })).toContain('provider: goes with the kind oauth alone');
  });

  test('goes nowhere by itself: its tokens are not for the usual upstream', () => {
    expect(wrongWith({ kind: 'oauth', provider: 'corp' })).toContain(
      'baseUrl: must say where its calls go; tokens of a provider go nowhere else',
    );
    expect(wrongWith({ kind: 'api-key' })).toBe('fine');
  });

  test('is named as a table of the settings file can be', () => {
    expect(wrongWith({ kind: 'oauth', provider: 'a b' })).toContain('provider: must be the name');
  });
});

describe('the way out', () => {
  test('is an outbound proxy and certificates, or neither', () => {
    const { pem } = aCertificate(folder(), 'a');
    expect(readDraft(draft({ proxy: 'socks5://10.0.0.1:1080', extraCa: `# mine\n${pem}` }))).toMatchObject({
      proxy: 'socks5://10.0.0.1:1080',
      extraCa: pem,
    });
    expect(Object.keys(readDraft(draft({ proxy: null, extraCa: null })))).not.toContain('proxy');
  });

  test('names what is wrong with it', () => {
    expect(wrongWith({ proxy: 'http://10.0.0.1' })).toContain('proxy: must end with the port');
    expect(wrongWith({ extraCa: 'ca.pem' })).toContain('extraCa: must hold certificates');
  });
});
