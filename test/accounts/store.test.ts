import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../src/accounts/account.ts';
import { AccountStore } from '../../src/accounts/store.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Log } from '../../src/base/log.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { HandClock } from '../help/a-clock.ts';
import { engines, everythingIn } from '../help/a-database.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';
import { type Place, placeText } from '../help/a-place.ts';
import { runScript, startScript } from '../help/a-process.ts';
import { anAccount } from '../help/an-account.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { type OpenStore, openStore } from './a-store.ts';

describe.each(engines)('on $name', ({ places }) => {
  const folder = temporaryFolders();
  const aPlace = places();
  const opened: OpenStore[] = [];
  const minute = 60_000;
  let home = '';
  let place: Place;
  let clock: HandClock;
  let store: AccountStore;

  async function open(log?: Log): Promise<OpenStore> {
    const more = await openStore(home, clock, log, place);
    opened.push(more);
    return more;
  }

  beforeEach(async () => {
    home = folder();
    place = await aPlace();
    clock = new HandClock();
    ({ store } = await open());
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  const key = (text: string): Secret => new Secret(text);
  const reveal = async (of: AccountStore, id: string): Promise<string | undefined> =>
    (await of.secret(id))?.reveal();
  const names = (accounts: readonly Account[]): string[] => accounts.map(({ name }) => name);

  describe('adding', () => {
    test('makes an account that is there at once and after a restart', async () => {
      const account = await store.add({ name: 'Work', kind: 'api-key', priority: 1 }, key('sk-1'));
      expect(account).toMatchObject({
        name: 'Work',
        priority: 1,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        credentialAt: clock.now(),
      });
      expect(account.id).toMatch(/^acc_[0-9a-f]{16}$/);
      for (const each of [store, (await open()).store]) {
        expect(each.list()).toEqual([account]);
        expect(each.find('WORK')).toEqual(account);
        expect(each.find(account.id)).toEqual(account);
        expect(await reveal(each, account.id)).toBe('sk-1');
      }
    });

    test('keeps every setting', async () => {
      const draft = {
        name: 'Gateway',
        kind: 'api-key' as const,
        baseUrl: 'http://gateway.example.com/x',
        allowPlainHttp: true,
        sendAs: 'bearer' as const,
        priority: 0,
        weight: 0.5,
        models: ['claude-*', 'x'],
        maxConcurrent: 3,
        headers: { 'anthropic-beta': 'a' },
        proxy: 'https://10.0.0.1:8443',
        extraCa: aCertificate(home, 'ca').pem,
        notes: 'n',
        enabled: false,
      };
      const account = await store.add(draft, key('sk-1'));
      expect(account).toMatchObject(draft);
      expect((await open()).store.list()).toEqual([account]);
    });

    test('lists accounts in the order in which they came, whatever their names', async () => {
      for (const name of ['c', 'a', 'b']) await store.add({ name, kind: 'passthrough' });
      expect(names(store.list())).toEqual(['c', 'a', 'b']);
      expect(names((await open()).store.list())).toEqual(['c', 'a', 'b']);
    });

    test('a pass-through account stores no secret', async () => {
      const { vault } = opened[0] ?? (await open());
      const account = await store.add({ name: 'own', kind: 'passthrough' });
      expect(await vault.ids()).toEqual([]);
      expect(await store.secret(account.id)).toBeUndefined();
    });

    test('needs a free name, whatever its case', async () => {
      await store.add({ name: 'Work', kind: 'passthrough' });
      const problem = await problemOf(store.add({ name: 'wORK', kind: 'api-key' }, key('sk-1')));
      expect(problem.code).toBe('account-name-taken');
      expect(problem.message).toContain('"Work"');
      expect(await store.strayedSecrets()).toEqual([]);
    });

    test('two at once under one name gives one account, and no secret too many', async () => {
      const { store: other, vault } = await open();
      const results = await Promise.allSettled([
        store.add({ name: 'work', kind: 'api-key' }, key('sk-1')),
        other.add({ name: 'Work', kind: 'api-key' }, key('sk-2')),
      ]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused[0]).toHaveProperty('code', 'account-name-taken');
      await store.reload();
      expect(await vault.ids()).toEqual(store.list().map(({ id }) => id));
    });

    test('a wrong draft or secret stores nothing', async () => {
      expect((await problemOf(store.add({ name: '', kind: 'api-key' }, key('sk-1')))).code).toBe(
        'account-invalid',
      );
      expect((await problemOf(store.add({ name: 'a', kind: 'api-key' }))).code).toBe('secret-missing');
      expect((await problemOf(store.add({ name: 'a', kind: 'passthrough' }, key('sk-1')))).code).toBe(
        'secret-unwanted',
      );
      expect(store.list()).toEqual([]);
    });
  });

  describe('changing', () => {
    test('settings keeps the rest, and the secret', async () => {
      const before = await store.add(
        { name: 'work', kind: 'api-key', priority: 5, maxConcurrent: 2 },
        key('sk-1'),
      );
      await clock.turn(1_000);
      const after = await store.update('WORK', { priority: 1, maxConcurrent: null, models: ['x'] });
      const { maxConcurrent: _none, ...rest } = before;
      expect(after).toEqual({ ...rest, priority: 1, models: ['x'], updatedAt: clock.now() });
      expect((await open()).store.list()).toEqual([after]);
      expect(await reveal(store, after.id)).toBe('sk-1');
    });

    test('a name keeps everything else', async () => {
      const before = await store.add({ name: 'work', kind: 'passthrough' });
      const after = await store.rename('work', ' Home ');
      expect(after).toEqual({ ...before, name: 'Home', updatedAt: before.updatedAt + 1 });
      expect(store.find('work')).toBeUndefined();
      expect((await store.rename('home', 'HOME')).name).toBe('HOME');
    });

    test('a name to one that is taken is refused', async () => {
      await store.add({ name: 'one', kind: 'passthrough' });
      await store.add({ name: 'two', kind: 'passthrough' });
      expect((await problemOf(store.rename('two', 'ONE'))).code).toBe('account-name-taken');
      expect(names(store.list())).toEqual(['one', 'two']);
    });

    test('can switch off and on again', async () => {
      await store.add({ name: 'work', kind: 'passthrough' });
      expect((await store.setEnabled('work', false)).enabled).toBe(false);
      expect((await open()).store.find('work')?.enabled).toBe(false);
      expect((await store.setEnabled('work', true)).enabled).toBe(true);
    });

    test('what is checked together is checked together again', async () => {
      await store.add({ name: 'work', kind: 'token' }, key('t-1'));
      expect((await problemOf(store.update('work', { sendAs: 'bearer' }))).code).toBe('account-invalid');
      expect((await problemOf(store.update('work', { baseUrl: 'http://example.com' }))).message).toContain(
        'baseUrl',
      );
    });

    test('an account that is not there is a problem that says how to find the right one', async () => {
      for (const attempt of [
        () => store.update('x', {}),
        () => store.remove('x'),
        () => store.replaceSecret('x', key('sk-1')),
      ]) {
        const problem = await problemOf(attempt());
        expect(problem.code).toBe('account-unknown');
        expect(problem.fix).toContain('auth list');
      }
    });

    test('by two processes at once loses neither change', async () => {
      const { store: other } = await open();
      await store.add({ name: 'work', kind: 'passthrough' });
      await Promise.all([
        store.update('work', { priority: 1 }),
        other.update('work', { notes: 'theirs' }),
        store.update('work', { weight: 3 }),
      ]);
      await store.reload();
      expect(store.find('work')).toMatchObject({ priority: 1, notes: 'theirs', weight: 3 });
    });
  });

  describe('a new secret', () => {
    test('is used at once, and counts as a change of the account', async () => {
      const before = await store.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
      expect(await reveal(store, before.id)).toBe('sk-1');
      const after = await store.replaceSecret('work', key(' sk-2 '));
      expect(after.updatedAt).toBeGreaterThan(before.updatedAt);
      expect(await reveal(store, before.id)).toBe('sk-2');
      expect(await reveal((await open()).store, before.id)).toBe('sk-2');
    });

    test('that is wrong leaves the old one', async () => {
      const { id } = await store.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
      expect((await problemOf(store.replaceSecret('work', key('two words')))).code).toBe('secret-invalid');
      expect(await reveal(store, id)).toBe('sk-1');
    });
  });

  test('a new secret for an account that somebody removes at that moment does not stay behind', async () => {
    const { vault, database, store: other } = opened[0] ?? (await open());
    await other.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
    const removing = new Proxy(vault, {
      get(target, name) {
        if (name !== 'set') return (Reflect.get(target, name) as () => unknown).bind(target);
        return async (id: string, secret: Secret): Promise<void> => {
          await other.remove('work');
          await target.set(id, secret);
        };
      },
    });
    const mine = await AccountStore.open({ database, vault: removing, clock, log: new MemoryLog() });
    // Another process has removed it, which this one hears of with its next look.
    const updating = mine.replaceSecret('work', key('sk-2'));
    expect((await problemOf(updating)).code).toBe('account-unknown');
    expect(await vault.ids()).toEqual([]);
    mine.close();
  });

  describe('an oauth account', () => {
    const tokens = aTokenSet('1', { expiresAt: 5 });
    const draft = {
      name: 'corp',
      kind: 'oauth' as const,
      provider: 'gateway',
      baseUrl: 'https://gateway.example.com',
    };

    test('has no secret until somebody signs in, and says so', async () => {
      const { id } = await store.add(draft);
      expect(store.missing).toEqual(new Map([[id, { reason: 'not signed in yet' }]]));
      await store.signIn('corp', tokens);
      expect(store.missing.size).toBe(0);
      expect(store.tokens.latest(id)?.access.reveal()).toBe('access-1');
      const { store: other } = await open();
      expect(other.missing.size).toBe(0);
      expect(other.tokens.latest(id)?.refresh?.reveal()).toBe('refresh-1');
    });

    test('starts afresh with a sign-in, and not with a refresh', async () => {
      const before = await store.add(draft);
      const signedIn = await store.signIn('corp', tokens);
      expect(signedIn.credentialAt).toBeGreaterThan(before.credentialAt);
      await store.tokens.replace(before.id, tokens, aTokenSet('2'));
      await store.reload();
      expect(store.find('corp')).toEqual(signedIn);
    });

    test('keeps its provider: the tokens of one are never told to another', async () => {
      await store.add(draft);
      await store.signIn('corp', tokens);
      const changes: object = { provider: 'other', priority: 1 };
      expect((await problemOf(store.update('corp', changes))).message).toContain('provider: is fixed');
      expect(store.find('corp')).toMatchObject({ provider: 'gateway', priority: 100 });
    });

    test('is given no secret by a person', async () => {
      expect((await problemOf(store.add(draft, key('sk-1')))).code).toBe('secret-unwanted');
      await store.add(draft);
      expect((await problemOf(store.replaceSecret('corp', key('sk-1')))).code).toBe('secret-unwanted');
    });

    test('takes its tokens away with it', async () => {
      const { vault } = opened[0] ?? (await open());
      await store.add(draft);
      await store.signIn('corp', tokens);
      await store.remove('corp');
      expect(await vault.ids()).toEqual([]);
      expect(store.list()).toEqual([]);
    });
  });

  describe('an account whose key comes later', () => {
    test('stands without one until it is given', async () => {
      const { id } = await store.add({ name: 'work', kind: 'api-key' }, undefined, { mayLackSecret: true });
      expect(store.missing).toEqual(new Map([[id, { reason: 'it has no key yet' }]]));
      await store.replaceSecret('work', key('sk-1'));
      expect(store.missing.size).toBe(0);
    });
  });

  describe('what an outbound proxy wants to know', () => {
    const draft = { name: 'work', kind: 'api-key' as const, proxy: 'http://10.0.0.1:3128' };
    const loginOf = async ({ proxyLogin }: Account): Promise<string | undefined> =>
      reveal(store, proxyLogin ?? 'none');

    test('is in the vault alone, and comes back after a restart', async () => {
      const account = await store.add(draft, key('sk-1'), { proxyLogin: key('ann:planted') });
      expect(JSON.stringify(account)).not.toContain('planted');
      expect(await everythingIn(place)).not.toContain('planted');
      expect(await loginOf(account)).toBe('ann:planted');
      const { store: other } = await open();
      expect(await reveal(other, account.proxyLogin ?? '')).toBe('ann:planted');
    });

    test('goes with a proxy, and leaves with it', async () => {
      const { vault } = opened[0] ?? (await open());
      const { proxy: _none, ...direct } = draft;
      const refused = store.add(direct, key('sk-1'), { proxyLogin: key('ann:planted') });
      expect((await problemOf(refused)).code).toBe('account-invalid');
      const { id } = await store.add(draft, key('sk-1'), { proxyLogin: key('ann:planted') });
      await store.update('work', { proxy: null });
      expect(store.find('work')?.proxyLogin).toBeUndefined();
      expect(await vault.ids()).toEqual([id]);
    });

    test('is never told to another proxy', async () => {
      await store.add(draft, key('sk-1'), { proxyLogin: key('ann:planted') });
      expect(await loginOf(await store.update('work', { priority: 1 }))).toBe('ann:planted');
      expect(await loginOf(await store.update('work', { proxy: 'http://10.0.0.2:3128' }))).toBeUndefined();
    });

    test('is replaced, and the old one is deleted', async () => {
      const { vault } = opened[0] ?? (await open());
      const before = await store.add(draft, key('sk-1'), { proxyLogin: key('ann:planted') });
      const after = await store.update('work', {}, { proxyLogin: key('bob:planted') });
      expect(await loginOf(after)).toBe('bob:planted');
      expect(await vault.ids()).toEqual([before.id, after.proxyLogin ?? '']);
      expect(await loginOf(await store.update('work', {}, { proxyLogin: null }))).toBeUndefined();
      expect(await vault.ids()).toEqual([before.id]);
    });

    test('that is wrong changes nothing', async () => {
      const before = await store.add(draft, key('sk-1'));
      const wrong = store.update('work', { priority: 1 }, { secret: key('sk-2'), proxyLogin: key('ann') });
      expect((await problemOf(wrong)).code).toBe('proxy-login-invalid');
      expect(store.find('work')).toEqual(before);
      expect(await reveal(store, before.id)).toBe('sk-1');
    });

    test('that a crash left half exchanged is settled at a later start, for the one the account names', async () => {
      const { vault, database } = opened[0] ?? (await open());
      const account = await store.add(draft, key('sk-1'), { proxyLogin: key('ann:planted') });
      const half = `${account.id}.proxy.0000`;
      await vault.set(half, key('bob:planted'));
      const notes = [half, account.proxyLogin ?? ''].map((account_id) => ({
        account_id,
        since: clock.now(),
      }));
      await database.query.insertInto('account_secrets_underway').values(notes).execute();
      expect(await store.strayedSecrets()).toEqual([]);
      await clock.turn(3 * minute);
      const { store: later } = await open();
      expect(await vault.ids()).toEqual([account.id, account.proxyLogin ?? '']);
      expect(await reveal(later, account.proxyLogin ?? '')).toBe('ann:planted');
      expect(await database.query.selectFrom('account_secrets_underway').selectAll().execute()).toEqual([]);
    });

    test('is removed with its account', async () => {
      const { vault } = opened[0] ?? (await open());
      await store.add(draft, key('sk-1'), { proxyLogin: key('ann:planted') });
      await store.remove('work');
      expect(await vault.ids()).toEqual([]);
    });
  });

  describe('removing', () => {
    test('takes settings, secret and bindings away, and nothing of others', async () => {
      const { database, vault } = opened[0] ?? (await open());
      const gone = await store.add({ name: 'gone', kind: 'api-key' }, key('sk-1'));
      const stays = await store.add({ name: 'stays', kind: 'api-key' }, key('sk-2'));
      const binding = (account_id: string) => ({
        object: `object/${account_id}`,
        kind: 'files',
        account_id,
        created_at: 0,
        expires_at: 1,
      });
      await database.query
        .insertInto('bindings')
        .values([binding(gone.id), binding(stays.id)])
        .execute();
      expect(await store.remove('GONE')).toEqual(gone);
      expect(store.list()).toEqual([stays]);
      expect(await store.secret(gone.id)).toBeUndefined();
      expect(await vault.ids()).toEqual([stays.id]);
      const left = await database.query.selectFrom('bindings').select('account_id').execute();
      expect(left).toEqual([{ account_id: stays.id }]);
      expect(await database.query.selectFrom('account_secrets_underway').selectAll().execute()).toEqual([]);
    });

    test('takes only the version that is meant, whichever process has made another', async () => {
      const { updatedAt } = await store.add({ name: 'work', kind: 'passthrough' });
      const { store: elsewhere } = await open();
      const after = await elsewhere.update('work', { enabled: true });
      expect((await problemOf(store.remove('work', updatedAt))).code).toBe('account-changed');
      expect(names(store.list())).toEqual(['work']);
      await store.remove('work', after.updatedAt);
      expect(store.list()).toEqual([]);
    });

    test('frees the name', async () => {
      await store.add({ name: 'work', kind: 'passthrough' });
      await store.remove('work');
      expect((await store.add({ name: 'Work', kind: 'passthrough' })).name).toBe('Work');
    });

    test('when the secret cannot be deleted removes the account all the same, and the secret at a later start', async () => {
      const { id } = await store.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
      const file = join(home, 'credentials.json');
      const content = readFileSync(file);
      writeFileSync(file, 'damaged');
      expect((await problemOf(store.remove('work'))).code).toBe('vault-damaged');
      expect(store.list()).toEqual([]);
      writeFileSync(file, content);
      await clock.turn(3 * minute);
      const { vault } = await open();
      expect(await vault.ids()).not.toContain(id);
    });
  });

  describe('whoever listens', () => {
    test('hears of every change with all accounts, until he stops', async () => {
      const heard: string[][] = [];
      const stop = store.onChange((accounts) => heard.push(names(accounts)));
      await store.add({ name: 'a', kind: 'api-key' }, key('sk-1'));
      await store.rename('a', 'b');
      await store.replaceSecret('b', key('sk-2'));
      await store.remove('b');
      stop();
      await store.add({ name: 'c', kind: 'passthrough' });
      expect(heard).toEqual([['a'], ['b'], ['b'], []]);
    });

    test('hears nothing when nothing has changed', async () => {
      await store.add({ name: 'a', kind: 'passthrough' });
      let heard = 0;
      store.onChange(() => (heard += 1));
      await store.reload();
      expect(heard).toBe(0);
    });

    test('hears that tokens are over, or good again, here or in another process', async () => {
      const { id } = await store.add({
        name: 'corp',
        kind: 'oauth',
        provider: 'gateway',
        baseUrl: 'https://gateway.example.com',
      });
      await store.signIn('corp', aTokenSet('1'));
      const { store: other } = await open();
      const heard: string[] = [];
      for (const [name, one] of [
        ['here', store],
        ['there', other],
      ] as const)
        one.onChange(() => heard.push(`${name}: ${one.missing.get(id)?.reason ?? 'well'}`));
      await store.tokens.end(id, store.tokens.latest(id)!, { since: 1, reason: 'spent' });
      store.noteTokens();
      store.noteTokens();
      await other.reload();
      expect(heard).toEqual(['here: spent', 'there: spent']);
      await store.tokens.replace(id, aTokenSet('1'), aTokenSet('2'));
      store.noteTokens();
      await other.reload();
      expect(heard.slice(2)).toEqual(['here: well', 'there: well']);
    });

    test('cannot break a change, nor another listener', async () => {
      const log = new MemoryLog();
      const { store: mine } = await open(log);
      let heard = 0;
      mine.onChange(() => {
        throw new Error('clumsy');
      });
      mine.onChange(() => (heard += 1));
      await mine.add({ name: 'a', kind: 'passthrough' });
      expect(heard).toBe(1);
      expect(log.events('error')).toEqual(['a listener to account changes failed']);
    });
  });

  describe('another process', () => {
    test('is seen after a reload: accounts, settings and secrets', async () => {
      const { store: other, database } = await open();
      const { id } = await store.add({ name: 'a', kind: 'api-key' }, key('sk-1'));
      await other.reload();
      expect(await reveal(other, id)).toBe('sk-1');
      await database.changedElsewhere();
      const heard: string[][] = [];
      other.onChange((accounts) => heard.push(names(accounts)));

      await store.replaceSecret('a', key('sk-2'));
      await store.add({ name: 'b', kind: 'passthrough' });
      expect(await database.changedElsewhere()).toBe(true);
      await other.reload();
      expect(heard).toEqual([['a', 'b']]);
      expect(await reveal(other, id)).toBe('sk-2');
    });

    test('that replaced only the secret in the vault is noticed too', async () => {
      const { vault } = await open();
      const { id } = await store.add({ name: 'a', kind: 'api-key' }, key('sk-1'));
      expect(await reveal(store, id)).toBe('sk-1');
      await vault.set(id, key('sk-2'));
      let heard = 0;
      store.onChange(() => (heard += 1));
      await store.reload();
      expect(heard).toBe(1);
      expect(await reveal(store, id)).toBe('sk-2');
    });

    test('adding and removing at the same time disturbs nobody', async () => {
      await Promise.all(
        ['p', 'q', 'r'].map((name) =>
          runScript(new URL('churn-accounts.ts', import.meta.url), [home, placeText(place), name, '6']),
        ),
      );
      await store.reload();
      expect(names(store.list()).toSorted()).toEqual([
        'p-0',
        'p-2',
        'p-4',
        'q-0',
        'q-2',
        'q-4',
        'r-0',
        'r-2',
        'r-4',
      ]);
      for (const { id, name } of store.list()) expect(await reveal(store, id)).toBe(`secret-of-${name}`);
      expect(await store.strayedSecrets()).toEqual([]);
    }, 60_000);
  });

  describe('a crash', () => {
    test('at any moment leaves no account without its secret, and no secret that stays', async () => {
      for (let round = 0; round < 12; round += 1) {
        const child = startScript(new URL('churn-accounts.ts', import.meta.url), [
          home,
          placeText(place),
          `r${round}`,
        ]);
        let printed = '';
        for await (const chunk of child.stdout) {
          printed += new TextDecoder().decode(chunk);
          if (printed.split('\n').length > 2 + (round % 4)) child.kill('SIGKILL');
        }
        await child.exited;
        await store.reload();
        const { vault } = opened[0] ?? (await open());
        const secrets = new Set(await vault.ids());
        expect(store.list().filter(({ id }) => !secrets.has(id))).toEqual([]);
        for (const line of printed.split('\n').slice(0, -1)) {
          const [done, name = ''] = line.split(' ');
          // What was printed as added may be on its way out again by now.
          if (done === 'removed') expect(store.find(name)).toBeUndefined();
        }
        expect(await store.strayedSecrets()).toEqual([]);
      }
      // The children's notes carry the time of the wall; by then they are old.
      clock = new HandClock(Date.now() + 10 * minute);
      const { store: later, vault } = await open();
      expect(await vault.ids()).toEqual(
        later
          .list()
          .map(({ id }) => id)
          .toSorted(),
      );
    }, 120_000);

    test('is not assumed of what another process may be at work on, but looked at again', async () => {
      const { database, vault } = await open();
      await vault.set('acc_new', key('sk-1'));
      await database.query
        .insertInto('account_secrets_underway')
        .values({ account_id: 'acc_new', since: clock.now() })
        .execute();
      const log = new MemoryLog();
      const { store: other } = await open(log);
      expect(await vault.ids()).toEqual(['acc_new']);
      expect(await other.strayedSecrets()).toEqual([]);
      await clock.turn(2 * minute);
      while ((await vault.ids()).length > 0) await new Promise((resolve) => setImmediate(resolve));
      expect(log.events('warn').length).toBe(1);
    });

    test('that takes the whole database leaves the secrets where they are', async () => {
      const { id } = await store.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
      await opened.pop()?.close();
      place = await aPlace();
      await clock.turn(60 * minute);
      const log = new MemoryLog();
      const { store: later, vault } = await open(log);
      expect(await vault.ids()).toEqual([id]);
      expect(await later.strayedSecrets()).toEqual([id]);
      expect(log.lines).toEqual([
        {
          level: 'warn',
          event: 'the vault holds secrets of accounts that are not there',
          facts: { count: 1 },
        },
      ]);
    });

    test('that takes the vault leaves accounts that say they have no secret', async () => {
      const { id } = await store.add({ name: 'work', kind: 'api-key' }, key('sk-1'));
      await store.add({ name: 'own', kind: 'passthrough' });
      for (const name of ['credentials.json', 'credentials.json.bak'])
        rmSync(join(home, name), { force: true });
      const log = new MemoryLog();
      const { store: later } = await open(log);
      expect(await later.secret(id)).toBeUndefined();
      expect(log.lines).toEqual([
        { level: 'warn', event: 'an account has no secret in the vault', facts: { account: 'work' } },
      ]);
    });
  });

  test('an account that cannot be read is left out of the list, and stays in the database', async () => {
    const { database } = await open();
    await store.add({ name: 'good', kind: 'passthrough' });
    await store.add({ name: 'odd', kind: 'passthrough' });
    await database.query
      .updateTable('accounts')
      .set({ kind: 'teleport' })
      .where('name', '=', 'odd')
      .execute();
    const log = new MemoryLog();
    expect(names((await open(log)).store.list())).toEqual(['good']);
    expect(log.events('error')).toEqual(['an account cannot be read']);
    expect((await database.query.selectFrom('accounts').select('id').execute()).length).toBe(2);
  });

  test('no secret lies readable anywhere in the home folder or the database', async () => {
    const planted = 'sk-ant-api03-planted-0123456789abcdef';
    await store.add({ name: 'work', kind: 'api-key' }, key(planted));
    await store.replaceSecret('work', key(`${planted}-2`));
    const files = readdirSync(home).map((name) => readFileSync(join(home, name), 'latin1'));
    const everything = [await everythingIn(place), ...files].join('\n');
    expect(everything).toContain('work');
    expect(everything).not.toContain(planted);
    expect(everything).not.toContain(Buffer.from(planted).toString('hex'));
    expect(everything).not.toContain(Buffer.from(planted).toString('base64url').slice(0, 40));
    expect(JSON.stringify(store.list())).not.toContain(planted);
  });

  describe('accounts of mounted files', () => {
    const described = (name: string, secret: string, more: Partial<Account> = {}) => {
      const account = anAccount(name, { from: '/run/accounts.toml', ...more });
      return { account, secrets: new Map([[account.id, key(secret)]]) };
    };

    test('stand behind the stored ones, with their secrets, and are found like them', async () => {
      const stored = await store.add({ name: 'stored', kind: 'passthrough' });
      const mounted = described('mounted', 'sk-1');
      await store.mount([mounted]);
      expect(store.list()).toEqual([stored, mounted.account]);
      expect(store.find('MOUNTED')).toBe(mounted.account);
      expect(await reveal(store, 'acc_mounted')).toBe('sk-1');
      expect(store.missing.size).toBe(0);
      const { vault } = opened[0] ?? (await open());
      expect(await vault.ids()).toEqual([]);
    });

    test('are told to whoever listens, when they come, change and go', async () => {
      const heard: string[][] = [];
      store.onChange((accounts) => heard.push(names(accounts)));
      await store.mount([described('a', 'sk-1')]);
      await store.mount([described('a', 'sk-2', { updatedAt: 1 }), described('b', 'sk-3')]);
      await store.mount([]);
      expect(heard).toEqual([['a'], ['a', 'b'], []]);
    });

    test('cannot be changed by commands, which say where they stand', async () => {
      await store.mount([described('a', 'sk-1')]);
      for (const attempt of [
        () => store.update('a', { priority: 1 }),
        () => store.remove('a'),
        () => store.setEnabled('a', false),
        () => store.replaceSecret('a', key('sk-2')),
      ]) {
        const problem = await problemOf(attempt());
        expect(problem.code).toBe('account-mounted');
        expect(problem.message).toContain('/run/accounts.toml');
      }
    });

    test('keep their names from new accounts and new names', async () => {
      await store.mount([described('a', 'sk-1')]);
      await store.add({ name: 'b', kind: 'passthrough' });
      expect((await problemOf(store.add({ name: 'A', kind: 'passthrough' }))).code).toBe(
        'account-name-taken',
      );
      expect((await problemOf(store.rename('b', 'A'))).code).toBe('account-name-taken');
    });

    test('give way to stored ones of their name, loudly, and are there once those are gone', async () => {
      const log = new MemoryLog();
      const { store: mine } = await open(log);
      await mine.add({ name: 'Work', kind: 'passthrough' });
      await mine.mount([described('work', 'sk-1'), described('spare', 'sk-2')]);
      expect(names(mine.list())).toEqual(['Work', 'spare']);
      await mine.reload();
      expect(log.events('error')).toEqual(['mounted accounts are left out: stored ones have their names']);
      await mine.remove('Work');
      expect(names(mine.list())).toEqual(['work', 'spare']);
      expect(mine.find('work')?.from).toBe('/run/accounts.toml');
    });
  });
});
