import { expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { passphrasePlace, type PassphraseSource } from '../../src/credentials/passphrase-place.ts';
import { sealKey } from '../../src/credentials/sealed-key.ts';
import { VaultKey } from '../../src/credentials/vault-key.ts';
import { problemOf } from '../help/a-problem.ts';

const key = VaultKey.random();
const right = new Secret('correct horse battery');
const header = { key: key.id, backend: 'passphrase', passphrase: await sealKey(key, right) } as const;
const nobody = (): Promise<undefined> => Promise.resolve(undefined);

/** Gives these one after the other, and notes whether it was told that the one before was wrong. */
function typing(...texts: string[]): { source: PassphraseSource; repeated: boolean[] } {
  const repeated: boolean[] = [];
  const source: PassphraseSource = (isRepeated) => {
    repeated.push(isRepeated);
    const text = texts.shift();
    return Promise.resolve(text === undefined ? undefined : new Secret(text));
  };
  return { source, repeated };
}

test('a person may mistype it twice', async () => {
  const { source, repeated } = typing('wrong', 'wrong again', right.reveal());
  const [found] = await passphrasePlace({ open: source, seal: nobody }).keys(header);
  expect(found?.id).toBe(key.id);
  expect(repeated).toEqual([false, true, true]);
});

test('the third mistake is the last, and so is a wrong one that nobody can correct', async () => {
  for (const { source } of [typing('a', 'b', 'c', right.reveal()), typing('wrong')]) {
    const problem = await problemOf(passphrasePlace({ open: source, seal: nobody }).keys(header));
    expect(problem.code).toBe('vault-wrong-passphrase');
  }
});

test('where nobody gives one the problem names the ways to', async () => {
  const problem = await problemOf(passphrasePlace({ seal: nobody }).keys(header));
  expect(problem.code).toBe('vault-passphrase-needed');
  expect(problem.fix).toContain('CCPROXY_VAULT_PASSPHRASE');
});

test('without a sealed key there is nothing to ask for', async () => {
  const { source, repeated } = typing('x');
  const empty = { key: '', backend: undefined, passphrase: undefined };
  expect(await passphrasePlace({ open: source, seal: nobody }).keys(empty)).toEqual([]);
  expect(repeated).toEqual([]);
});

test('a new key is sealed with the chosen one, unless it is short', async () => {
  const sealing = passphrasePlace({ seal: () => Promise.resolve(right) });
  const kept = await sealing.keep?.(key);
  const [found] = await passphrasePlace({ open: typing(right.reveal()).source, seal: nobody }).keys(
    kept ?? header,
  );
  expect(found?.id).toBe(key.id);
  const short = passphrasePlace({ seal: () => Promise.resolve(new Secret('7 chars')) });
  expect((await problemOf(short.keep?.(key) ?? Promise.resolve())).code).toBe('vault-weak-passphrase');
});
