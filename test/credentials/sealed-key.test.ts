import { expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { openKey, readSealedKey, sealKey } from '../../src/credentials/sealed-key.ts';
import { VaultKey } from '../../src/credentials/vault-key.ts';

const passphrase = new Secret('correct horse battery');
const key = VaultKey.random();
const sealed = await sealKey(key, passphrase);

test('a sealed key opens with its passphrase, and with no other', async () => {
  expect((await openKey(sealed, passphrase))?.toText()).toBe(key.toText());
  expect(await openKey(sealed, new Secret('correct horse'))).toBeUndefined();
});

test('it says what it was sealed with, and shows nothing of the key', () => {
  expect(sealed).toMatchObject({ kdf: 'scrypt', n: 131_072, r: 8, p: 1 });
  expect(JSON.stringify(sealed)).not.toContain(key.toText());
});

test('a passphrase typed on another keyboard is the same one', async () => {
  const composed = await sealKey(key, new Secret('gr\u00fc\u00dfe an alle'));
  expect((await openKey(composed, new Secret('gru\u0308\u00dfe an alle')))?.id).toBe(key.id);
});

test('what was changed opens as nothing', async () => {
  const salt = Buffer.alloc(16, 7).toString('base64url');
  const [head = '', , iv = '', text = '', tag = ''] = sealed.jwe.split('.');
  const other = [head, '', iv, `${text.slice(0, -2)}AA`, tag].join('.');
  for (const changed of [
    { ...sealed, salt },
    { ...sealed, n: sealed.n * 2 },
    { ...sealed, jwe: other },
  ]) {
    expect(await openKey(changed, passphrase)).toBeUndefined();
  }
});

test('the file may hold other costs than today, but none that would keep the machine busy', () => {
  expect(readSealedKey({ ...sealed, n: 2 ** 15 })?.n).toBe(2 ** 15);
  const wrong = [
    undefined,
    'text',
    { ...sealed, kdf: 'argon2id' },
    { ...sealed, n: 2 ** 24 },
    { ...sealed, n: 100_000 },
    { ...sealed, n: 1 },
    { ...sealed, r: 0 },
    { ...sealed, p: 1_000 },
    { ...sealed, p: 1.5 },
    { ...sealed, salt: 7 },
    { ...sealed, jwe: undefined },
  ];
  for (const value of wrong) expect(readSealedKey(value)).toBeUndefined();
});
