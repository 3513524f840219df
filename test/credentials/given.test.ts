import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '../../src/config/settings.ts';
import { Secret } from '../../src/base/secret.ts';
import { givenFrom } from '../../src/credentials/given.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();
const settings = defaultSettings.vault;

/** The passphrase in a file with this text. */
async function inFile(text: string): Promise<string | undefined> {
  const passphraseFile = join(folder(), 'passphrase');
  writeFileSync(passphraseFile, text);
  return (await givenFrom({}, { ...settings, passphraseFile }).passphrase?.(false))?.reveal();
}

test('an empty variable gives nothing', async () => {
  const env = { CCPROXY_VAULT_KEY: '', CCPROXY_VAULT_PASSPHRASE: '', CREDENTIALS_DIRECTORY: '' };
  const given = givenFrom(env, settings);
  expect([given.key, given.credentialsFolder]).toEqual([undefined, undefined]);
  expect(await given.hasPassphrase?.()).toBe(false);
  expect(await given.passphrase?.(false)).toBeUndefined();
});

test('a passphrase of a variable goes before one of a file, and is tried once', async () => {
  const passphraseFile = join(folder(), 'is not read');
  const given = givenFrom({ CCPROXY_VAULT_PASSPHRASE: 'from the variable' }, { ...settings, passphraseFile });
  expect(await given.hasPassphrase?.()).toBe(true);
  expect((await given.passphrase?.(false))?.reveal()).toBe('from the variable');
  expect(await given.passphrase?.(true)).toBeUndefined();
});

test('a file ends with a line end that is no part of the passphrase; blanks are', async () => {
  expect(await inFile('pass phrase \n')).toBe('pass phrase ');
  expect(await inFile('pass phrase\r\n')).toBe('pass phrase');
  expect(await inFile('pass phrase')).toBe('pass phrase');
});

test('a file that the settings name and that is not there is a problem', async () => {
  const passphraseFile = join(folder(), 'nowhere');
  const given = givenFrom({}, { ...settings, passphraseFile });
  expect((await problemOf(given.passphrase?.(false) ?? Promise.resolve())).code).toBe('vault-unreadable');
});

test('a systemd credential is found in the folder of the unit, and need not be there', async () => {
  const credentials = folder();
  const env = { CREDENTIALS_DIRECTORY: credentials };
  expect(await givenFrom(env, settings).hasPassphrase?.()).toBe(false);
  writeFileSync(join(credentials, 'vault-passphrase'), 'of the unit\n');
  expect((await givenFrom(env, settings).passphrase?.(false))?.reveal()).toBe('of the unit');
});

test('a person is asked only where nothing is given, and again after a mistake', async () => {
  const asked: boolean[] = [];
  const ask = (isRepeated: boolean) => {
    asked.push(isRepeated);
    return Promise.resolve(new Secret('typed'));
  };
  const given = givenFrom({}, settings, ask);
  expect(await given.hasPassphrase?.()).toBe(false);
  await given.passphrase?.(false);
  await given.passphrase?.(true);
  expect(asked).toEqual([false, true]);
  await givenFrom({ CCPROXY_VAULT_PASSPHRASE: 'x' }, settings, ask).passphrase?.(false);
  expect(asked.length).toBe(2);
});

if (process.platform !== 'win32') {
  test('an open file descriptor is a file as well, read once', async () => {
    const command = `exec 3<<'end'\nfrom a descriptor\nend\nexec "$@"`;
    const script = `
      const { givenFrom } = await import('./src/credentials/given.ts');
      const { defaultSettings } = await import('./src/config/settings.ts');
      const given = givenFrom({}, { ...defaultSettings.vault, passphraseFile: '/dev/fd/3' });
      await given.hasPassphrase();
      console.log((await given.passphrase(false)).reveal());`;
    const child = Bun.spawn(['/bin/sh', '-c', command, 'sh', process.execPath, '-e', script], {
      cwd: join(import.meta.dir, '..', '..'),
      stdout: 'pipe',
    });
    expect(await new Response(child.stdout).text()).toBe('from a descriptor\n');
  });
}
