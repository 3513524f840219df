import { beforeEach, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMounted } from '../../src/accounts/mounted-values.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();
let home = '';
let path = '';
beforeEach(() => {
  home = folder();
  path = join(home, 'accounts.toml');
});

const env = { WORK_KEY: 'sk-ant-api03-planted-env', EMPTY: '' };
const write = (name: string, text: string): void => writeFileSync(join(home, name), text);
const one = (more: string): void =>
  write('accounts.toml', `[[accounts]]\nname = "work"\nkind = "api-key"\n${more}`);

/** What is said about the file as it is. */
async function wrong(): Promise<string> {
  const { code, message } = await problemOf(readMounted({ path, env }));
  expect(code).toBe('accounts-file-invalid');
  expect(message).toStartWith(`${path} cannot be used: `);
  expect(message).not.toContain('planted');
  return message;
}

describe('the values of a file of accounts', () => {
  test('are read from the file, from files beside it, and from variables', async () => {
    write('key', 'sk-ant-api03-planted-file\n');
    for (const [source, secret] of [
      ['secret = "sk-ant-api03-planted"', 'sk-ant-api03-planted'],
      ['secret_file = "key"', 'sk-ant-api03-planted-file'],
      [`secret_file = "${join(home, 'key')}"`, 'sk-ant-api03-planted-file'],
      ['secret_env = "WORK_KEY"', 'sk-ant-api03-planted-env'],
    ] as const) {
      one(source);
      const [work] = await readMounted({ path, env });
      expect(work?.secret?.reveal()).toBe(secret);
    }
  });

  test('tell which other files they come from, also where one of them is missing', async () => {
    write('ca.pem', aCertificate(home, 'ca').pem);
    one(
      'secret_file = "key"\nextra_ca_file = "ca.pem"\nproxy = "http://10.0.0.1:1"\nproxy_login_file = "login"',
    );
    const files: string[] = [];
    await problemOf(readMounted({ path, env }, files));
    expect(files).toEqual(['key', 'login', 'ca.pem'].map((name) => join(home, name)));
  });

  test('hold what the outbound proxy wants, and certificates', async () => {
    const { pem } = aCertificate(home, 'ca');
    write('login', 'ann:planted\n');
    one(
      'secret_env = "WORK_KEY"\nextra_ca_file = "ca.pem"\nproxy = "http://10.0.0.1:1"\nproxy_login_file = "login"',
    );
    const [work] = await readMounted({ path, env });
    expect(work?.proxyLogin?.reveal()).toBe('ann:planted');
    expect(work?.settings.extraCa).toBe(pem);
  });

  test('that are missing or empty are told of by the account that needs them', async () => {
    one('');
    expect(await wrong()).toContain('account "work": The secret is empty');
    one('secret_file = "nowhere"');
    expect(await wrong()).toContain(join(home, 'nowhere'));
    one('secret_env = "NOWHERE"');
    expect(await wrong()).toContain('account "work": the variable NOWHERE is not set');
    one('secret_env = "EMPTY"');
    expect(await wrong()).toContain('EMPTY is not set');
    one('secret_env = "WORK_KEY"\nproxy_login = "ann:planted"');
    expect(await wrong()).toContain('proxy_login goes with an outbound proxy');
    one('secret_env = "WORK_KEY"\nproxy = "http://10.0.0.1:1"\nproxy_login = "planted"');
    expect(await wrong()).toContain('a user name, a colon and a password');
    write('ca.pem', 'hello');
    one('secret_env = "WORK_KEY"\nextra_ca_file = "ca.pem"');
    expect(await wrong()).toContain('extra_ca_file: must hold certificates');
  });

  test('that look like a consumer sign-in need a yes in the file; what renews one is refused', async () => {
    one('secret = "sk-ant-oat01-planted"');
    expect(await wrong()).toContain('accept_terms = true');
    one('secret = "sk-ant-oat01-planted"\naccept_terms = true');
    expect((await readMounted({ path, env }))[0]?.secret?.reveal()).toBe('sk-ant-oat01-planted');
    one('secret = "sk-ant-ort01-planted"\naccept_terms = true');
    expect(await wrong()).toContain('refresh token');
  });

  test('are refused where a name is there twice, whatever its case', async () => {
    const passing = (name: string): string => `[[accounts]]\nname = "${name}"\nkind = "passthrough"\n`;
    write('accounts.toml', passing('work') + passing('WORK'));
    expect(await wrong()).toContain('account "WORK" is there twice');
  });

  test('of a file that is gone, or no text, are a problem too', async () => {
    expect(await wrong()).toContain('ENOENT');
    writeFileSync(path, Buffer.of(0xff, 0xfe, 0x00));
    await wrong();
    writeFileSync(path, '#'.repeat(2 ** 20 + 1));
    expect(await wrong()).toContain('1 MiB');
  });
});
