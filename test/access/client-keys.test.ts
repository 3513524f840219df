import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { ClientKeys } from '../../src/access/client-keys.ts';
import { silentLog } from '../../src/base/log.ts';
import { product } from '../../src/base/product.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { engines, everythingIn } from '../help/a-database.ts';
import { type Place, placeText } from '../help/a-place.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';
import { runScript } from '../help/a-process.ts';

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const minute = 60_000;
  let place: Place;
  let database: Database;
  let clock: HandClock;
  let keys: ClientKeys;

  beforeEach(async () => {
    place = await aPlace();
    clock = new HandClock();
    database = await openDatabase({ ...place, log: silentLog });
    keys = await ClientKeys.open({ database, clock, log: silentLog });
  });

  afterEach(() => database.close());

  /** The keys as another start of the program would find them. */
  const reopened = (): Promise<ClientKeys> => ClientKeys.open({ database, clock, log: silentLog });

  describe('a new key', () => {
    test('has our prefix, 256 random bits, and nothing that breaks a double click', async () => {
      const { key, secret } = await keys.create({ name: 'laptop' });
      expect(secret.reveal()).toMatch(new RegExp(`^${product.keyPrefix}[0-9A-Za-z]{43}$`));
      expect(key.id).toMatch(/^key_[0-9A-Za-z]{16}$/);
      expect(secret.reveal()).toStartWith(key.hint);
      expect(key.hint.length).toBe(product.keyPrefix.length + 4);
    });

    test('lets its client in at once, and after a restart', async () => {
      const { key, secret } = await keys.create({ name: 'laptop', owner: 'Ann' });
      expect(keys.authenticate(secret.reveal())).toEqual({ is: 'known', key });
      expect((await reopened()).authenticate(secret.reveal())).toMatchObject({
        is: 'known',
        key: { id: key.id, owner: 'Ann' },
      });
    });

    test('keeps everything that was decided about it', async () => {
      const draft = {
        name: ' CI ',
        owner: 'Build team',
        models: ['claude-haiku-*'],
        accounts: ['acc_1', 'Work'],
        requestsPerMinute: 30,
        callsAtOnce: 2,
        expiresAt: clock.now() + minute,
      };
      const { key } = await keys.create(draft);
      expect(key).toMatchObject({ ...draft, name: 'CI', createdAt: clock.now() });
      expect((await reopened()).list()).toEqual([key]);
    });

    test('without limits has none, rather than empty ones', async () => {
      const { key } = await keys.create({ name: 'laptop', models: [], accounts: null });
      for (const limit of ['models', 'accounts', 'requestsPerMinute', 'callsAtOnce', 'expiresAt']) {
        expect(Object.hasOwn(key, limit)).toBe(false);
      }
      expect((await reopened()).list()).toEqual([key]);
    });

    test('is nowhere in the database, nor in what lies beside it', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      const stored = await everythingIn(place);
      expect(stored).toContain('laptop');
      expect(stored).not.toContain(secret.reveal().slice(product.keyPrefix.length));
    });

    test('needs a name that no other valid key has, whatever its case', async () => {
      await keys.create({ name: 'Laptop' });
      const problem = await problemOf(keys.create({ name: 'lAPTOP' }));
      expect(problem.code).toBe('key-name-taken');
      await keys.revoke('laptop');
      expect((await keys.create({ name: 'laptop' })).key.name).toBe('laptop');
    });

    test('with mistakes in its description is refused with all of them', async () => {
      const draft = { name: ' ', requestsPerMinute: 0, callsAtOnce: 1.5, models: [''], colour: 'red' };
      const problem = await problemOf(keys.create(draft));
      expect(problem.code).toBe('key-invalid');
      for (const field of ['name:', 'requestsPerMinute:', 'callsAtOnce:', 'models.0:', 'colour:']) {
        expect(problem.message).toContain(field);
      }
      expect((await problemOf(keys.create({ name: 'late', expiresAt: clock.now() }))).message).toContain(
        'in the future',
      );
      expect((await problemOf(keys.create({ name: 'key_1' }))).message).toContain(
        'must not begin with "key_"',
      );
      expect((await problemOf(keys.create({ name: 'a\u202eb' }))).message).toContain('invisible');
      expect(keys.list()).toEqual([]);
    });
  });

  describe('authentication', () => {
    test('knows no key it did not make', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      const real = secret.reveal();
      const wrong = [
        '',
        product.keyPrefix,
        real.slice(0, -1),
        `${real} `,
        real.toLowerCase(),
        `sk-ant-${real}`,
        product.keyPrefix + 'x'.repeat(43),
        product.keyPrefix + 'x'.repeat(10_000_000),
      ];
      for (const presented of wrong) expect(keys.authenticate(presented)).toEqual({ is: 'unknown' });
    });

    test('takes no hash of a key for the key', async () => {
      await keys.create({ name: 'laptop' });
      const { hash } = await database.query
        .selectFrom('client_keys')
        .select('hash')
        .executeTakeFirstOrThrow();
      expect(keys.authenticate(hash)).toEqual({ is: 'unknown' });
      expect(keys.authenticate(product.keyPrefix + hash)).toEqual({ is: 'unknown' });
    });

    test('tells an expired key from an unknown one, to the millisecond', async () => {
      const { secret } = await keys.create({ name: 'laptop', expiresAt: clock.now() + minute });
      await clock.turn(minute - 1);
      expect(keys.authenticate(secret.reveal()).is).toBe('known');
      await clock.turn(1);
      expect(keys.authenticate(secret.reveal()).is).toBe('expired');
    });

    test('lets nobody in whose row is damaged, rather than without limits', async () => {
      const { secret } = await keys.create({ name: 'laptop', models: ['claude-haiku-*'] });
      const other = await keys.create({ name: 'phone' });
      const damage = { models: 'not JSON' };
      await database.query.updateTable('client_keys').set(damage).where('name', '=', 'laptop').execute();
      const log = new MemoryLog();
      const again = await ClientKeys.open({ database, clock, log });
      expect(again.authenticate(secret.reveal())).toEqual({ is: 'unknown' });
      expect(again.authenticate(other.secret.reveal()).is).toBe('known');
      expect(log.events('error')).toEqual(['a client key cannot be read']);
    });

    test('asks no database', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      await database.close();
      expect(keys.authenticate(secret.reveal()).is).toBe('known');
    });

    test('knows whether there is any key that lets somebody in', async () => {
      expect(keys.hasAny).toBe(false);
      await keys.create({ name: 'laptop', expiresAt: clock.now() + minute });
      expect(keys.hasAny).toBe(true);
      await clock.turn(minute);
      expect(keys.hasAny).toBe(false);
    });
  });

  describe('revoking', () => {
    test('shuts the key out at once, for good, and keeps it in the list', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      const revoked = await keys.revoke('LAPTOP');
      expect(revoked.revokedAt).toBe(clock.now());
      expect(keys.authenticate(secret.reveal()).is).toBe('revoked');
      const again = await reopened();
      expect(again.authenticate(secret.reveal()).is).toBe('revoked');
      expect(again.list()).toEqual([revoked]);
    });

    test('a second time, by id, changes nothing', async () => {
      const { key } = await keys.create({ name: 'laptop' });
      const first = await keys.revoke(key.id);
      await clock.turn(minute);
      expect(await keys.revoke(key.id)).toEqual(first);
    });

    test('a key that is not there is a problem that says how to find the right one', async () => {
      const problem = await problemOf(keys.revoke('nobody'));
      expect(problem.code).toBe('key-unknown');
      expect(problem.fix).toContain('keys list');
    });

    test('by another process is seen after a reload, and so is a key it made', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      const theirs = (
        await runScript(new URL('revoke-key.ts', import.meta.url), [placeText(place), 'laptop', 'phone'])
      ).trim();
      expect(await database.changedElsewhere()).toBe(true);
      await keys.reload();
      expect(keys.authenticate(secret.reveal()).is).toBe('revoked');
      expect(keys.authenticate(theirs)).toMatchObject({ is: 'known', key: { name: 'phone' } });
    });
  });

  describe('the last use', () => {
    test('is shown at once, to the minute', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      await clock.turn(90_500);
      keys.authenticate(secret.reveal());
      expect(keys.list()[0]?.lastUsedAt).toBe(clock.now() - (clock.now() % minute));
    });

    test('is written once a minute, however many calls there are', async () => {
      const { key, secret } = await keys.create({ name: 'laptop' });
      for (let call = 0; call < 1_000; call += 1) keys.authenticate(secret.reveal());
      expect(clock.waiting).toBe(1);
      const stored = async () =>
        (await database.query.selectFrom('client_keys').select('last_used_at').executeTakeFirstOrThrow())
          .last_used_at;
      expect(await stored()).toBeNull();
      const usedAt = clock.now();
      await clock.turn(minute);
      await until(async () => (await stored()) === usedAt);
      expect(clock.waiting).toBe(0);
      expect((await reopened()).list()[0]).toMatchObject({ id: key.id, lastUsedAt: usedAt });
    });

    test('is written at the end', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      keys.authenticate(secret.reveal());
      await keys.close();
      expect(clock.waiting).toBe(0);
      expect((await reopened()).list()[0]?.lastUsedAt).toBe(clock.now());
    });

    test('that cannot be written is a line in the log, and is tried again', async () => {
      const log = new MemoryLog();
      const mine = await ClientKeys.open({ database, clock, log });
      const { secret } = await mine.create({ name: 'laptop' });
      await database.close();
      mine.authenticate(secret.reveal());
      await clock.turn(minute);
      await settled();
      expect(log.events('warn')).toEqual(['the last use of client keys was not written']);
      expect(mine.list()[0]?.lastUsedAt).toBeDefined();
    });

    test('of a refused key does not count', async () => {
      const { secret } = await keys.create({ name: 'laptop' });
      await keys.revoke('laptop');
      keys.authenticate(secret.reveal());
      expect(keys.list()[0]?.lastUsedAt).toBeUndefined();
    });
  });

  describe('a key that is changed', () => {
    const budgets = [{ period: 'monthly' as const, limitUsd: 20, hard: true }];

    test('keeps what is not named, and holds what is from now on and after a restart', async () => {
      const { key, secret } = await keys.create({ name: 'ci', owner: 'Ann', requestsPerMinute: 5 });
      const changed = await keys.change('CI', { budgets, callsAtOnce: 2 });
      expect(changed).toMatchObject({
        id: key.id,
        owner: 'Ann',
        requestsPerMinute: 5,
        callsAtOnce: 2,
        budgets,
      });
      expect(keys.authenticate(secret.reveal())).toMatchObject({ is: 'known', key: { budgets } });
      expect((await reopened()).list()).toEqual([changed]);
    });

    test('loses what is taken away', async () => {
      await keys.create({ name: 'ci', models: ['a-*'], budgets });
      const changed = await keys.change('ci', { budgets: null, models: null });
      expect([Object.hasOwn(changed, 'budgets'), Object.hasOwn(changed, 'models')]).toEqual([false, false]);
    });

    test('is not brought back to life', async () => {
      const { key } = await keys.create({ name: 'ci' });
      await keys.revoke('ci');
      expect((await problemOf(keys.change(key.id, { budgets }))).code).toBe('key-unknown');
      expect((await reopened()).list()[0]?.revokedAt).toBe(clock.now());
    });

    test('refuses what makes no sense, and stays as it was', async () => {
      const { key } = await keys.create({ name: 'ci', budgets });
      const both = [{ period: 'daily' as const, limitUsd: 1, limitTokens: 1, hard: true }];
      expect((await problemOf(keys.change('ci', { budgets: both }))).message).toContain(
        'limitUsd or limitTokens',
      );
      expect((await problemOf(keys.change('zoe', { budgets }))).code).toBe('key-unknown');
      expect(keys.list()).toEqual([key]);
    });

    test('whose budgets cannot be read lets nobody in, rather than everybody without limit', async () => {
      const { secret } = await keys.create({ name: 'ci', budgets });
      await database.query.updateTable('client_keys').set({ budgets: '[{"period":"yearly"}]' }).execute();
      expect((await reopened()).authenticate(secret.reveal())).toEqual({ is: 'unknown' });
    });

    test('is told to those who asked to hear of changes, until they have heard enough', async () => {
      let changes = 0;
      const leave = keys.onChange(() => (changes += 1));
      await keys.create({ name: 'ci' });
      const made = changes;
      expect(made).toBeGreaterThan(0);
      await keys.change('ci', { budgets });
      expect(changes).toBeGreaterThan(made);
      leave();
      const before = changes;
      await keys.revoke('ci');
      expect(changes).toBe(before);
    });
  });
});
