import { expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { environmentPlace, givenKey } from '../../src/credentials/given-key.ts';

const anyKey = { key: '', backend: undefined, passphrase: undefined } as const;

test('a given key is the key, whatever line end came with it', async () => {
  const place = environmentPlace(new Secret(`${'ab'.repeat(32)}\n`));
  expect(place.detail).toBe('CCPROXY_VAULT_KEY');
  const [key] = await place.keys(anyKey);
  expect(Buffer.from(key?.bytes() ?? []).toString('hex')).toBe('ab'.repeat(32));
});

test('nobody but the caller can put a key there, or remove it', () => {
  const place = environmentPlace(undefined);
  expect(place.keep).toBeUndefined();
  expect(place.forget).toBeUndefined();
});

test('a key of another length is a problem that does not repeat it', () => {
  expect(() => givenKey(new Secret('hunter2'))).toThrow('must be 32 bytes in base64 or hex');
  expect(() => givenKey(new Secret('hunter2'))).not.toThrow('hunter2');
});
