import { expect, test } from 'bun:test';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { Secret } from '../../src/base/secret.ts';
import { openWithPassphrase, sealWithPassphrase } from '../../src/credentials/passphrase-seal.ts';

const passphrase = new Secret('correct horse battery');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a text comes back with its passphrase, and shows nothing of itself before', async () => {
  const text = JSON.stringify({ key: 'sk-ant-api03-planted', note: 'ä€🙂' });
  const sealed = await sealWithPassphrase(new Secret(text), passphrase);
  expect(sealed).not.toContain('planted');
  expect((await openWithPassphrase(`${sealed}\n`, passphrase))?.reveal()).toBe(text);
});

test('another passphrase opens nothing', async () => {
  const sealed = await sealWithPassphrase(new Secret('x'), passphrase);
  expect(await openWithPassphrase(sealed, new Secret('correct horse'))).toBeUndefined();
});

test('what was changed, or is something else, opens as nothing', async () => {
  const sealed = await sealWithPassphrase(new Secret('a text of some length'), passphrase);
  const parts = sealed.split('.');
  for (const at of [0, 1, 3, 4]) {
    const part = Buffer.from(parts[at] ?? '', 'base64url');
    part[part.length >> 1] = (part[part.length >> 1] ?? 0) ^ 1;
    const changed = parts.with(at, part.toString('base64url')).join('.');
    expect(await openWithPassphrase(changed, passphrase)).toBeUndefined();
  }
  for (const other of ['', '{}', 'a.b.c.d.e', '{"accounts":[]}']) {
    expect(await openWithPassphrase(other, passphrase)).toBeUndefined();
  }
});

test('a passphrase typed on another keyboard is the same one', async () => {
  const sealed = await sealWithPassphrase(new Secret('x'), new Secret('gr\u00fc\u00dfe'));
  expect((await openWithPassphrase(sealed, new Secret('gru\u0308\u00dfe')))?.reveal()).toBe('x');
});

test('any tool for RFC 7516 opens it with the passphrase alone', async () => {
  const sealed = await sealWithPassphrase(new Secret('x'), passphrase);
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, bytes(passphrase.reveal()), {
    keyManagementAlgorithms: ['PBES2-HS512+A256KW'],
    maxPBES2Count: 600_000,
  });
  expect(new TextDecoder().decode(plaintext)).toBe('x');
  expect(protectedHeader).toMatchObject({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 600_000 });
});

test('a file that would keep the machine busy for hours is not tried', async () => {
  const sealed = await new CompactEncrypt(bytes('x'))
    .setProtectedHeader({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM' })
    .setKeyManagementParameters({ p2c: 1_000 })
    .encrypt(bytes(passphrase.reveal()));
  const [head = '', ...rest] = sealed.split('.');
  const header: object = JSON.parse(Buffer.from(head, 'base64url').toString());
  const heavy = Buffer.from(JSON.stringify({ ...header, p2c: 2_000_000_000 })).toString('base64url');
  expect(await openWithPassphrase([heavy, ...rest].join('.'), passphrase)).toBeUndefined();
});
