import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '../help/a-command.ts';
import { AtTerminal } from '../help/a-terminal.ts';

const bench = benches();
const key = 'sk-ant-api03-planted-0001';
const enter = '\r';
const down = '\u001B[B';

/** Waits for a question and types. */
async function answer(asking: AtTerminal, question: string, typed: string): Promise<void> {
  await asking.sees(question);
  asking.type(typed);
}

describe('at a terminal', () => {
  test('auth add asks for what is missing, and shows no secret', async () => {
    const made = bench();
    const asking = new AtTerminal(made, ['auth', 'add']);
    await answer(asking, 'Name of the account', `work${enter}`);
    await answer(asking, 'What kind of account is it?', enter);
    await answer(asking, 'The API key', `${key}${enter}`);
    expect(await asking.ended()).toBe(0);
    expect(asking.shown).toContain('added work');
    expect(asking.shown).not.toContain('planted');
    expect((await made.run(['auth', 'list'])).out).toContain('work  api-key');
  });

  test('auth add with an outbound proxy asks what that wants', async () => {
    const made = bench();
    const asking = new AtTerminal(made, [
      'auth',
      'add',
      'work',
      '--kind',
      'api-key',
      '--proxy',
      'http://10.0.0.1:3128',
    ]);
    await answer(asking, 'The API key', `${key}${enter}`);
    await answer(asking, 'User name for the outbound proxy', `ann${enter}`);
    await answer(asking, 'Password for the outbound proxy', `planted${enter}`);
    expect(await asking.ended()).toBe(0);
    expect(asking.shown).not.toContain('planted');
    expect((await made.run(['auth', 'show', 'work'])).out).toContain('with user name and password');
  });

  test('a token that looks like a consumer sign-in is stored after the terms and a yes', async () => {
    const made = bench();
    const words = ['auth', 'add', 'mine', '--kind', 'token'];
    const asking = new AtTerminal(made, words);
    await answer(asking, 'The token', `sk-ant-oat01-planted${enter}`);
    await answer(asking, 'I may use this token here', `n`);
    expect(await asking.ended()).toBe(6);
    expect(asking.shown).toContain("Anthropic's terms");
    const again = new AtTerminal(made, words);
    await answer(again, 'The token', `sk-ant-oat01-planted${enter}`);
    await answer(again, 'I may use this token here', `y`);
    expect(await again.ended()).toBe(0);
  });

  test('auth set asks for a new secret', async () => {
    const made = bench();
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const asking = new AtTerminal(made, ['auth', 'set', 'work', '--new-secret']);
    await answer(asking, 'The API key', `sk-ant-api03-planted-0002${enter}`);
    expect(await asking.ended()).toBe(0);
    expect(asking.shown).toContain('changed work');
  });

  test('auth export asks twice for the passphrase', async () => {
    const made = bench();
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const asking = new AtTerminal(made, ['auth', 'export', '--output', 'a.sealed']);
    await answer(asking, 'Passphrase, of at least 12', `a long passphrase${enter}`);
    await answer(asking, 'again', `another passphrase${enter}`);
    expect(await asking.ended()).toBe(6);
    expect(asking.shown).toContain('[passphrase-differs]');
    expect(existsSync(join(made.folder, 'a.sealed'))).toBe(false);
  });

  test('auth export --plain writes after a yes, into a file that only this user may read', async () => {
    const made = bench();
    const path = join(made.folder, 'plain.json');
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const no = new AtTerminal(made, ['auth', 'export', '--plain', '--output', path]);
    await answer(no, 'Write the secrets in plain', enter);
    expect(await no.ended()).toBe(6);
    expect(existsSync(path)).toBe(false);
    const yes = new AtTerminal(made, ['auth', 'export', '--plain', '--output', path]);
    await answer(yes, 'Write the secrets in plain', `y`);
    expect(await yes.ended()).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toContain(key);
    expect(yes.shown).not.toContain('planted');
    expect((await made.run(['auth', 'import', path])).out).toContain('kept      work');
  });

  test('auth import asks for the passphrase', async () => {
    const [made, other] = [bench(), bench()];
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: key });
    const path = join(made.folder, 'a.sealed');
    await made.run(['auth', 'export', '--output', path, '--passphrase-stdin'], {
      input: 'a long passphrase',
    });
    const asking = new AtTerminal(other, ['auth', 'import', path]);
    await answer(asking, 'Passphrase', `a long passphrase${enter}`);
    expect(await asking.ended()).toBe(0);
    expect(asking.shown).toContain('added     work');
  });

  test('auth add of a sign-in asks for its provider', async () => {
    const made = bench();
    const asking = new AtTerminal(made, ['auth', 'add', 'team']);
    await answer(asking, 'What kind of account is it?', `${down}${down}${enter}`);
    await answer(asking, 'Name of its provider', `company${enter}`);
    expect(await asking.ended()).toBe(4);
    expect(asking.shown).toContain('[provider-unknown]');
  });
});
