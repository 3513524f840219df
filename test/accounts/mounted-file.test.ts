import { describe, expect, test } from 'bun:test';
import { readAccountsFile } from '../../src/accounts/mounted-file.ts';
import { Problem } from '../../src/base/problem.ts';

/** What is said about a text that is no file of accounts. */
function wrong(text: string, path = '/run/accounts.toml'): string {
  try {
    readAccountsFile(text, path);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'accounts-file-invalid') throw error;
    expect(error.message).toStartWith(`${path} cannot be used: `);
    expect(error.message).not.toContain('planted');
    return error.message;
  }
  return 'fine';
}

const toml = `
[[accounts]]
name = "work"
kind = "api-key"
secret_file = "work.key"
base_url = "https://gateway.example.com/api"
send_as = "bearer"
max_concurrent = 4
proxy = "http://10.0.0.1:3128"
proxy_login_env = "PROXY_LOGIN"
extra_ca_file = "ca.pem"
models = ["claude-haiku-*"]
headers = { anthropic-beta = "a" }

[[accounts]]
name = "mine"
kind = "passthrough"
`;

describe('a file of accounts', () => {
  test('names settings as the settings file does, and where its secrets are', () => {
    const [work, mine, ...more] = readAccountsFile(toml, '/run/accounts.toml');
    expect(more).toEqual([]);
    expect(work?.settings).toMatchObject({
      name: 'work',
      baseUrl: 'https://gateway.example.com/api',
      sendAs: 'bearer',
      maxConcurrent: 4,
      headers: { 'anthropic-beta': 'a' },
    });
    expect(work?.secret).toEqual({ in: 'file', path: 'work.key' });
    expect(work?.proxyLogin).toEqual({ in: 'environment', variable: 'PROXY_LOGIN' });
    expect(work?.extraCa).toEqual({ in: 'file', path: 'ca.pem' });
    expect(mine).toMatchObject({ settings: { kind: 'passthrough' }, secret: undefined, acceptsTerms: false });
  });

  test('is JSON where its name says so', () => {
    const text = JSON.stringify({ accounts: [{ name: 'work', kind: 'token', secret: 'planted' }] });
    const [work] = readAccountsFile(text, '/run/accounts.json');
    expect(work?.secret?.in === 'here' && work.secret.value.reveal()).toBe('planted');
    expect(Bun.inspect(work)).not.toContain('planted');
  });

  test('may be empty of accounts', () => {
    expect(readAccountsFile('accounts = []', '/run/accounts.toml')).toEqual([]);
  });

  test('that is no TOML or JSON says where, and repeats nothing of it', () => {
    expect(wrong('[[accounts]]\nname = "a"\nsecret = "planted')).toContain('not valid TOML at line 3');
    expect(wrong('{"accounts":[{"secret":"planted', '/run/accounts.json')).toContain('not valid JSON');
  });

  test('that holds something else is refused', () => {
    for (const text of ['', 'name = "work"', '[accounts.work]\nkind = "api-key"', 'accounts = [1]'])
      expect(wrong(text)).toContain('it must hold accounts and nothing else');
    expect(wrong(`${toml}\n[server]\nport = 1`)).toContain('it must hold accounts and nothing else');
  });

  test('names the account and the setting that is wrong, in the words of the file', () => {
    const one = (more: string): string => wrong(`[[accounts]]\nname = "work"\nkind = "api-key"\n${more}`);
    expect(one('base_url = "ftp://x"')).toContain('account "work": The account is not right: base_url: must');
    expect(one('max_concurrent = 0')).toContain('max_concurrent: must be');
    expect(one('colour = "red"')).toContain('colour: there is no such setting');
    expect(one('secret = 1')).toContain('secret is not what it must be');
    expect(one('secret = "planted"\nsecret_env = "X"')).toContain('secret is given twice');
    expect(wrong('[[accounts]]\nkind = "token"')).toContain('account number 1');
  });

  test('holds no account that signs in: its tokens change, and nobody may write here', () => {
    expect(wrong('[[accounts]]\nname = "a"\nkind = "oauth"\nprovider = "corp"')).toContain(
      'cannot stand in a file',
    );
  });
});
