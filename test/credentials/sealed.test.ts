import { expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { seal, unseal } from '../../src/credentials/sealed.ts';
import { VaultKey } from '../../src/credentials/vault-key.ts';

const key = VaultKey.random();

test('a secret comes back as it was, whatever it holds', async () => {
  for (const text of ['sk-ant-api03-x', 'ä€🙂', '', 'x'.repeat(100_000)]) {
    const jwe = await seal(key, 'acc_1', new Secret(text));
    if (text !== '') expect(jwe).not.toContain(text);
    expect((await unseal(key, 'acc_1', jwe))?.reveal()).toBe(text);
  }
});

test('the header says how, for which entry and with which key', async () => {
  const jwe = await seal(key, 'acc_1', new Secret('x'));
  const header: unknown = JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString());
  expect(header).toEqual({ alg: 'dir', enc: 'A256GCM', kid: key.id, entry: 'acc_1' });
});

test('neither another entry nor another key opens it', async () => {
  const jwe = await seal(key, 'acc_1', new Secret('x'));
  expect(await unseal(key, 'acc_2', jwe)).toBeUndefined();
  expect(await unseal(VaultKey.random(), 'acc_1', jwe)).toBeUndefined();
});

test('changing any part of it makes it worthless', async () => {
  const jwe = await seal(key, 'acc_1', new Secret('a secret of some length'));
  const parts = jwe.split('.');
  for (const at of [0, 2, 3, 4]) {
    const part = Buffer.from(parts[at] ?? '', 'base64url');
    part[part.length >> 1] = (part[part.length >> 1] ?? 0) ^ 1;
    expect(await unseal(key, 'acc_1', parts.with(at, part.toString('base64url')).join('.'))).toBeUndefined();
  }
  expect(await unseal(key, 'acc_1', '')).toBeUndefined();
  expect(await unseal(key, 'acc_1', 'a.b.c.d.e')).toBeUndefined();
});

test('two sealings of one secret share nothing to compare', async () => {
  const [a, b] = [await seal(key, 'acc_1', new Secret('x')), await seal(key, 'acc_1', new Secret('x'))];
  expect(a.split('.').slice(2)).not.toEqual(b.split('.').slice(2));
});
