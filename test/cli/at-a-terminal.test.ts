import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '../help/a-command.ts';
import { atTerminal } from '../help/a-terminal.ts';

const bench = benches();
const key = 'sk-ant-api03-planted-0001';
const enter = '\r';
const down = '\u001B[B';

describe('at a terminal', () => {
  test('auth add asks for what is missing, and shows no secret', async () => {
    const made = bench();
    const asking = atTerminal(made, ['auth', 'add']);
    await asking.answer('Name of the account', `work${enter}`);
    await asking.answer('What kind of account is it?', enter);
    await asking.answer('The API key', `${key}${enter}`);
    await asking.answer('Make the key file?', `y`);
    expect(await asking.ended).toBe(0);
    expect(asking.screen()).toContain('added work');
    expect(asking.screen()).not.toContain('planted');
    expect((await made.run(['auth', 'list'])).out).toContain('work  api-key');
  });

  test('auth add with an outbound proxy asks what that wants', async () => {
    const made = bench();
    const asking = atTerminal(made, [
      'auth',
      'add',
      'work',
      '--kind',
      'api-key',
      '--proxy',
      'http://10.0.0.1:3128',
    ]);
    await asking.answer('The API key', `${key}${enter}`);
    await asking.answer('User name for the outbound proxy', `ann${enter}`);
    await asking.answer('Password for the outbound proxy', `planted${enter}`);
    await asking.answer('Make the key file?', `y`);
    expect(await asking.ended).toBe(0);
    expect(asking.screen()).not.toContain('planted');
    expect((await made.run(['auth', 'show', 'work'])).out).toContain('with user name and password');
  });

  test('a token that looks like a consumer sign-in is stored after the terms and a yes', async () => {
    const made = bench();
    const words = ['auth', 'add', 'mine', '--kind', 'token'];
    const asking = atTerminal(made, words);
    await asking.answer('The token', `sk-ant-oat01-planted${enter}`);
    await asking.answer('I may use this token here', `n`);
    expect(await asking.ended).toBe(6);
    expect(asking.screen()).toContain("Anthropic's terms");
    const again = atTerminal(made, words);
    await again.answer('The token', `sk-ant-oat01-planted${enter}`);
    await again.answer('I may use this token here', `y`);
    await again.answer('Make the key file?', `y`);
    expect(await again.ended).toBe(0);
  });

  test('auth set asks for a new secret', async () => {
    const made = bench();
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const asking = atTerminal(made, ['auth', 'set', 'work', '--new-secret']);
    await asking.answer('The API key', `sk-ant-api03-planted-0002${enter}`);
    expect(await asking.ended).toBe(0);
    expect(asking.screen()).toContain('changed work');
  });

  test('auth export asks twice for the passphrase', async () => {
    const made = bench();
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const asking = atTerminal(made, ['auth', 'export', '--output', 'a.sealed']);
    await asking.answer('Passphrase, of at least 12', `a long passphrase${enter}`);
    await asking.answer('again', `another passphrase${enter}`);
    expect(await asking.ended).toBe(6);
    expect(asking.screen()).toContain('[passphrase-differs]');
    expect(existsSync(join(made.folder, 'a.sealed'))).toBe(false);
  });

  test('auth export --plain writes after a yes, into a file that only this user may read', async () => {
    const made = bench();
    const path = join(made.folder, 'plain.json');
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const no = atTerminal(made, ['auth', 'export', '--plain', '--output', path]);
    await no.answer('Write the secrets in plain', enter);
    expect(await no.ended).toBe(6);
    expect(existsSync(path)).toBe(false);
    const yes = atTerminal(made, ['auth', 'export', '--plain', '--output', path]);
    await yes.answer('Write the secrets in plain', `y`);
    expect(await yes.ended).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toContain(key);
    expect(yes.screen()).not.toContain('planted');
    expect((await made.run(['auth', 'import', path])).out).toContain('kept      work');
  });

  test('auth import asks for the passphrase', async () => {
    const [made, other] = [bench(), bench()];
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const path = join(made.folder, 'a.sealed');
    await made.run(['auth', 'export', '--output', path, '--passphrase-stdin'], {
      input: 'a long passphrase',
    });
    const asking = atTerminal(other, ['auth', 'import', path]);
    await asking.answer('Passphrase', `a long passphrase${enter}`);
    await asking.answer('Make the key file?', `y`);
    expect(await asking.ended).toBe(0);
    expect(asking.screen()).toContain('added     work');
  });

  test('auth add of a sign-in asks for its provider', async () => {
    const made = bench();
    const asking = atTerminal(made, ['auth', 'add', 'team']);
    await asking.answer('What kind of account is it?', `${down}${down}${enter}`);
    await asking.answer('Name of its provider', `company${enter}`);
    expect(await asking.ended).toBe(4);
    expect(asking.screen()).toContain('[provider-unknown]');
  });
});
