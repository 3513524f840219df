import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, until } from '../help/a-command.ts';
import { AtTerminal } from '../help/a-terminal.ts';

const bench = benches();
const add = ['auth', 'add', 'work', '--kind', 'api-key'];
/** On Linux without a D-Bus session no keychain answers; elsewhere this would be the one of the person who tests. */
const headless = { CCPROXY_VAULT_BACKEND: 'auto' };
const down = '\u001B[B';

describe.skipIf(process.platform !== 'linux')(
  'the first secret at a terminal, where no keychain answers',
  () => {
    test('asks where its key goes, and seals it with a passphrase', async () => {
      const made = bench();
      const person = new AtTerminal(made, add, headless);
      await person.sees('The API key');
      person.type('sk-ant-api03-planted-0001\r');
      await person.sees('no D-Bus session');
      await person.sees('Where is the key of the vault to be kept?');
      person.type('\r');
      await person.sees('New passphrase');
      person.type('short\r');
      await person.sees('shorter than 8');
      await person.sees('New passphrase');
      person.type('correct horse\r');
      await person.sees('The same again');
      person.type('correct horse\r');
      await person.sees('added work');
      expect(await person.ended()).toBe(0);
      expect(person.shown).not.toContain('planted');
      expect(person.shown).not.toContain('correct horse');
      expect(readFileSync(join(made.home, 'credentials.json'), 'utf8')).toContain('"backend": "passphrase"');
      expect(existsSync(join(made.home, 'vault.key'))).toBe(false);

      const later = new AtTerminal(made, ['auth', 'list'], headless);
      await later.sees('Passphrase of the vault');
      later.type('wrong horse\r');
      await later.sees('That did not open it.');
      later.type('correct horse\r');
      await later.sees('work');
      expect(await later.ended()).toBe(0);
    });

    test('makes a key file where that is chosen', async () => {
      const made = bench();
      const person = new AtTerminal(made, add, headless);
      await person.sees('The API key');
      person.type('sk-ant-api03-planted-0001\r');
      await person.sees('Where is the key of the vault to be kept?');
      person.type(`${down}\r`);
      await person.sees('A KEY FILE WAS MADE');
      expect(await person.ended()).toBe(0);
      expect(existsSync(join(made.home, 'vault.key'))).toBe(true);
    });

    test('stores nothing where it is cancelled', async () => {
      const made = bench();
      const person = new AtTerminal(made, add, headless);
      await person.sees('The API key');
      person.type('sk-ant-api03-planted-0001\r');
      await person.sees('Where is the key of the vault to be kept?');
      person.type(`${down}${down}\r`);
      await person.sees('[cancelled]');
      expect(await person.ended()).toBe(6);
      expect(existsSync(join(made.home, 'credentials.json'))).toBe(false);
      expect(existsSync(join(made.home, 'vault.key'))).toBe(false);
    });

    test('asks for the running proxy as well, which has no terminal', async () => {
      const made = bench();
      const proxy = await made.start(['serve', '--port', '0'], { env: headless });
      const person = new AtTerminal(made, add, headless);
      await person.sees('The API key');
      person.type('sk-ant-api03-planted-0001\r');
      await person.sees('Where is the key of the vault to be kept?');
      person.type(`${down}\r`);
      await person.sees('The running proxy uses it');
      expect(await person.ended()).toBe(0);
      await until(() => proxy.err().includes('A KEY FILE WAS MADE'));
    });
  },
);

describe.skipIf(process.platform === 'win32')('a passphrase at a terminal', () => {
  test('is changed by somebody who knows the old one', async () => {
    const made = bench();
    const auto = { CCPROXY_VAULT_BACKEND: 'auto' };
    await made.run(['auth', 'vault', 'rekey', '--to', 'passphrase', '--passphrase-stdin'], {
      input: 'correct horse',
      env: auto,
    });
    const person = new AtTerminal(made, ['auth', 'vault', 'change-passphrase'], auto);
    await person.sees('Passphrase of the vault');
    person.type('correct horse\r');
    await person.sees('New passphrase');
    person.type('battery staple\r');
    await person.sees('The same again');
    person.type('battery stable\r');
    await person.sees('The two are not the same.');
    await person.sees('New passphrase');
    person.type('battery staple\r');
    await person.sees('The same again');
    person.type('battery staple\r');
    await person.sees('opens with the new passphrase now');
    expect(await person.ended()).toBe(0);
  });
});
