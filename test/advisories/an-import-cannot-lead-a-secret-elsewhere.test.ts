import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readDraft } from '../../src/accounts/draft.ts';
import { take } from '../../src/accounts/take.ts';
import { Secret } from '../../src/base/secret.ts';
import { type OpenStore, openStore } from '../accounts/a-store.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

// The attack: a file of accounts names one that its victim has, without a secret and with an address of the
// attacker. Imported with --replace, the victim's own key would go there with the next call.

const folder = temporaryFolders();
let here: OpenStore;
beforeEach(async () => {
  here = await openStore(folder(), new HandClock());
});
afterEach(() => here.close());

const work = { name: 'work', kind: 'api-key' as const };

test('an account without a secret does not replace where the secret that is here goes', async () => {
  const { store } = here;
  const { pem } = aCertificate(folder(), 'ca');
  const before = await store.add(work, new Secret('sk-ant-api03-own'));
  for (const away of [
    { baseUrl: 'https://evil.example' },
    { proxy: 'http://evil.example:3128' },
    { extraCa: pem },
  ]) {
    const taking = take(store, { settings: readDraft({ ...work, ...away }) }, { replaces: true });
    expect((await problemOf(taking)).code).toBe('import-mismatch');
  }
  expect(store.find('work')).toEqual(before);
});

test('one that goes the same way, or brings its own secret, does', async () => {
  const { store } = here;
  await store.add(work, new Secret('sk-ant-api03-own'));
  await take(store, { settings: readDraft({ ...work, priority: 7 }) }, { replaces: true });
  expect(store.find('work')?.priority).toBe(7);
  const settings = readDraft({ ...work, baseUrl: 'https://gateway.example.com' });
  const { account } = await take(store, { settings, secret: new Secret('sk-other') }, { replaces: true });
  expect(account.baseUrl).toBe('https://gateway.example.com');
  expect((await store.secret(account.id))?.reveal()).toBe('sk-other');
});
