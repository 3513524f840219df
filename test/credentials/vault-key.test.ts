import { expect, test } from 'bun:test';
import { inspect } from 'node:util';
import { VaultKey } from '../../src/credentials/vault-key.ts';

const bytes = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 200);
const text = Buffer.from(bytes);

test('a key is read from bytes, base64, base64url and hex, with or without a line break', () => {
  const expected = new VaultKey(bytes).id;
  const forms = [
    bytes,
    Buffer.from(text.toString('base64')),
    Buffer.from(`${text.toString('base64url')}\n`),
    Buffer.from(`${text.toString('hex')}\r\n`),
    Buffer.from(text.toString('hex').toUpperCase()),
  ];
  for (const form of forms) expect(VaultKey.read(form)?.id).toBe(expected);
});

test('what is not 32 bytes is no key', () => {
  for (const wrong of [
    '',
    'hunter2',
    text.toString('hex').slice(2),
    text.toString('base64').slice(4),
    'ä'.repeat(43),
  ]) {
    expect(VaultKey.fromText(wrong)).toBeUndefined();
  }
  expect(VaultKey.read(bytes.subarray(1))).toBeUndefined();
});

test('two random keys differ, and each survives being written as text', () => {
  const key = VaultKey.random();
  expect(key.id).not.toBe(VaultKey.random().id);
  expect(VaultKey.fromText(key.toText())?.id).toBe(key.id);
});

test('a key cannot be printed by accident', () => {
  const key = new VaultKey(bytes);
  const printed = `${inspect({ key })} ${JSON.stringify({ key })}`;
  expect(printed).not.toContain(key.toText());
  expect(printed).toContain('[vault key]');
});
