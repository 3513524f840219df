import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { AccountDraft } from '../../src/accounts/draft.ts';
import { readDraft } from '../../src/accounts/draft.ts';
import { toPortable } from '../../src/accounts/portable.ts';
import { take } from '../../src/accounts/take.ts';
import { Secret } from '../../src/base/secret.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { type OpenStore, openStore } from './a-store.ts';

const folder = temporaryFolders();
let here: OpenStore;
let there: OpenStore;
beforeEach(async () => {
  here = await openStore(folder(), new HandClock());
  there = await openStore(folder(), new HandClock());
});
afterEach(async () => {
  await here.close();
  await there.close();
});

const key = (text: string): Secret => new Secret(text);
const plain = (draft: AccountDraft, secret?: string) => ({
  settings: readDraft(draft),
  secret: secret === undefined ? undefined : key(secret),
});
const revealed = async ({ store }: OpenStore, name: string): Promise<string | undefined> =>
  (await store.secret(store.find(name)?.id ?? ''))?.reveal();

describe('accounts taken elsewhere', () => {
  test('are the same there: ids, settings, secrets, order', async () => {
    const { store } = here;
    const proxied = { proxy: 'http://10.0.0.1:3128', priority: 7 };
    await store.add({ name: 'work', kind: 'api-key', ...proxied }, key('sk-1'), { proxyLogin: key('ann:p') });
    await store.add({ name: 'corp', kind: 'oauth', provider: 'gw', baseUrl: 'https://gateway.example.com' });
    await store.signIn('corp', aTokenSet('1'));
    await store.add({ name: 'own', kind: 'passthrough', enabled: false });
    await store.add({ name: 'later', kind: 'token' }, undefined, { mayLackSecret: true });
    for (const account of store.list()) {
      const portable = await toPortable(account, (entry) => store.secret(entry));
      expect((await take(there.store, portable, { replaces: false })).is).toBe('added');
    }
    const seen = async ({ store: of }: OpenStore) =>
      Promise.all(
        of.list().map(async ({ createdAt: _c, updatedAt: _u, credentialAt: _s, proxyLogin, ...account }) => ({
          ...account,
          secret: (await of.secret(account.id))?.reveal(),
          login: proxyLogin === undefined ? undefined : (await of.secret(proxyLogin))?.reveal(),
        })),
      );
    expect(await seen(there)).toEqual(await seen(here));
    expect(there.store.missing.size).toBe(1);
  });

  test('that are there already stay as they are', async () => {
    await there.store.add({ name: 'Work', kind: 'api-key' }, key('sk-1'));
    const taken = await take(there.store, plain({ name: 'work', kind: 'api-key' }, 'sk-2'), {
      replaces: false,
    });
    expect(taken.is).toBe('kept');
    expect(await revealed(there, 'work')).toBe('sk-1');
  });

  test('replace those that are there only where that is asked for, and keep their ids', async () => {
    const draft = { name: 'work', kind: 'api-key' as const, maxConcurrent: 3, proxy: 'http://10.0.0.1:1' };
    const { id } = await there.store.add(draft, key('sk-1'), { proxyLogin: key('ann:p') });
    const other = plain({ name: 'WORK', kind: 'api-key', priority: 3 }, 'sk-2');
    const { is, account } = await take(there.store, other, { replaces: true });
    expect(is).toBe('replaced');
    expect(account).toMatchObject({ id, name: 'WORK', priority: 3 });
    expect([account.maxConcurrent, account.proxy, account.proxyLogin]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await revealed(there, 'work')).toBe('sk-2');
  });

  test('are known by their id after they were renamed', async () => {
    const { id } = await there.store.add({ name: 'renamed', kind: 'api-key' }, key('sk-1'));
    const portable = { ...plain({ name: 'work', kind: 'api-key' }, 'sk-2'), id };
    expect((await take(there.store, portable, { replaces: false })).account.name).toBe('renamed');
  });

  test('do not turn one kind into another', async () => {
    await there.store.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
    const other = take(there.store, plain({ name: 'work', kind: 'token' }, 't'), { replaces: true });
    expect((await problemOf(other)).code).toBe('import-mismatch');
    expect(await revealed(there, 'work')).toBe('sk-1');
  });

  test('get another id where theirs is none of ours', async () => {
    const portable = { ...plain({ name: 'work', kind: 'api-key' }, 'sk-2'), id: 'acc_../../x' };
    expect((await take(there.store, portable, { replaces: false })).account.id).toMatch(/^acc_[0-9a-f]{16}$/);
  });
});
