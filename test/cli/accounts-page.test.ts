import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountKinds } from '../../src/accounts/account.ts';
import { readAccountsFile } from '../../src/accounts/mounted-file.ts';
import { declare } from '../../src/cli/program.ts';
import { fromFile } from '../../src/config/file.ts';

const page = readFileSync(join(import.meta.dir, '..', '..', 'docs', 'accounts.md'), 'utf8').replaceAll(
  '\r\n',
  '\n',
);
const fences = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
const blocks = (language: string): string[] =>
  fences.filter(([, named]) => named === language).map(([, , text = '']) => text);

test('every command of the page is understood', async () => {
  const lines = blocks('').join('').split('\n');
  const commands = lines.filter((line) => line.startsWith('claude-code-proxy '));
  expect(commands.length).toBeGreaterThan(15);
  for (const line of commands) {
    const [typed = ''] = line.replace('claude-code-proxy ', '').split(/ {2,}#| < /);
    // The sign-in itself comes with its own commands.
    if (typed.startsWith('auth login')) continue;
    const words = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    let called = false;
    const program = declare(
      () => {
        called = true;
        return Promise.resolve();
      },
      { write: () => {} },
    );
    await program.parseAsync(words, { from: 'user' });
    expect(called, typed).toBe(true);
  }
});

test('every file of the page is one that is read', () => {
  const files = blocks('toml');
  const accounts = files.filter((text) => text.includes('[[accounts]]'));
  const names = accounts
    .flatMap((text) => readAccountsFile(text, '/run/accounts.toml'))
    .map(({ settings }) => settings.name);
  expect(names).toEqual(['work', 'abroad']);
  for (const text of files.filter((each) => !accounts.includes(each)))
    expect(fromFile('/config.toml', text).flaws).toEqual([]);
});

test('every kind and every key of a file is on the page', () => {
  for (const kind of accountKinds) expect(page).toContain(`| \`${kind}\` |`);
  for (const key of [
    'secret_file',
    'secret_env',
    'proxy_login_file',
    'proxy_login_env',
    'extra_ca_file',
    'accept_terms',
  ])
    expect(page).toContain(key);
});
