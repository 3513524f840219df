import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { ClientKeys } from '../../src/access/client-keys.ts';
import { silentLog, type Log } from '../../src/base/log.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import { takeClientKey } from '../../src/server/given-client-key.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folders = temporaryFolders();
const [first, second] = [`ccp-${'1a'.repeat(24)}`, `ccp-${'2b'.repeat(24)}`];
let clock: HandClock;
let database: Database;
let keys: ClientKeys;
let said: string[];

beforeEach(async () => {
  clock = new HandClock();
  said = [];
  database = await openDatabase({ path: join(folders(), 'proxy.db'), log: silentLog, clock });
  keys = await replica();
});
afterEach(() => database.close());

const log: Log = { ...silentLog, warn: (event) => void said.push(event) };
/** What another process has in its memory of the same keys. */
const replica = () => ClientKeys.open({ database, clock, log: silentLog });
/** A start with `key` in the environment. */
const given = (key: string, on = keys) => takeClientKey(on, { env: { CCPROXY_CLIENT_KEY: key }, clock, log });
const good = () => keys.list().filter(({ revokedAt }) => revokedAt === undefined);

test('the key of the environment lets its clients in, and may nothing but call', async () => {
  await given(`${first}\n`);
  expect(keys.hasAny).toBe(true);
  expect(keys.authenticate(first)).toMatchObject({ is: 'known', key: { name: 'environment' } });
  expect(good()[0]?.role).toBeUndefined();
});

test('at the next start it is the same key', async () => {
  await given(first);
  await given(first);
  expect(keys.list()).toHaveLength(1);
});

test('another value takes its place, and the old one is shut out', async () => {
  await given(first);
  await given(second);
  expect(keys.authenticate(first).is).toBe('revoked');
  expect(keys.authenticate(second).is).toBe('known');
  expect(good()).toHaveLength(1);
});

test('once revoked it stays so, whatever the environment says', async () => {
  await given(first);
  await keys.revoke('environment');
  await given(first);
  expect(keys.authenticate(first).is).toBe('revoked');
  expect(keys.hasAny).toBe(false);
  expect(said).toEqual(['the client key of the environment was revoked']);
});

test.each(['environment', 'Environment'])('a key that somebody called "%s" is left alone', async (name) => {
  const { secret } = await keys.create({ name });
  await given(first);
  await given(second);
  expect(keys.authenticate(secret.reveal()).is).toBe('known');
  expect(keys.authenticate(first).is).toBe('revoked');
  expect(keys.authenticate(second)).toMatchObject({ is: 'known', key: { name: 'environment-2' } });
  await given('');
  expect(good().map((key) => key.name)).toEqual([name]);
});

test('another value keeps what was decided about the one before', async () => {
  await given(first);
  const budgets = [{ period: 'daily' as const, limitUsd: 5, hard: true }];
  const limits = { models: ['claude-haiku-*'], accounts: ['work'], requestsPerMinute: 6, owner: 'ann' };
  await keys.change('environment', { ...limits, budgets, expiresAt: clock.now() + 1_000 });
  await given(second);
  expect(good()).toMatchObject([{ ...limits, budgets, expiresAt: clock.now() + 1_000 }]);
  clock.skip(2_000);
  await given(first.replace('1a', '3c'));
  expect(good()).toMatchObject([{ ...limits, budgets }]);
  expect(good()[0]?.expiresAt).toBeUndefined();
});

test('replicas that start at once come to the same key', async () => {
  const others = await Promise.all([replica(), replica(), replica()]);
  await Promise.all(others.map((other) => given(first, other)));
  for (const other of others) expect(other.authenticate(first).is).toBe('known');
  const late = await replica();
  expect(late.list()).toHaveLength(1);
});

test('a replica that still has the old value leaves the new one alone', async () => {
  await given(first);
  await given(second);
  await given(first, await replica());
  await keys.reload();
  expect(keys.authenticate(second).is).toBe('known');
});

test('where the variable is gone its key is revoked, and the next value has its settings', async () => {
  await given(first);
  await keys.change('environment', { requestsPerMinute: 6 });
  const { secret } = await keys.create({ name: 'ann' });
  await takeClientKey(keys, { env: {}, clock, log });
  expect(keys.authenticate(first).is).toBe('revoked');
  expect(keys.authenticate(secret.reveal()).is).toBe('known');
  await given(second);
  expect(good().find(({ name }) => name === 'environment')?.requestsPerMinute).toBe(6);
});

test('a key that a person made may be the value too', async () => {
  const { secret } = await keys.create({ name: 'ann' });
  await given(secret.reveal());
  expect(keys.list()).toHaveLength(1);
  await given('');
  expect(keys.authenticate(secret.reveal()).is).toBe('known');
});

test('without one nothing happens, and what is none is refused without being repeated', async () => {
  await given('');
  expect(keys.list()).toEqual([]);
  const { code, message, fix } = await problemOf(given('my secret word'));
  expect(code).toBe('client-key-given');
  expect(`${message}${fix}`).not.toContain('my secret word');
  expect((await problemOf(given(`ccp-${'1'.repeat(31)}`))).code).toBe('client-key-given');
});
