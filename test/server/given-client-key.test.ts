import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { ClientKeys } from '../../src/access/client-keys.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import { takeClientKey } from '../../src/server/given-client-key.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folders = temporaryFolders();
const [first, second] = [`ccp-${'1a'.repeat(24)}`, `ccp-${'2b'.repeat(24)}`];
let database: Database;
let keys: ClientKeys;

beforeEach(async () => {
  const clock = new HandClock();
  database = await openDatabase({ path: join(folders(), 'proxy.db'), log: silentLog, clock });
  keys = await ClientKeys.open({ database, clock, log: silentLog });
});
afterEach(() => database.close());

const given = (key: string) => takeClientKey(keys, { CCPROXY_CLIENT_KEY: key });
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
});

test('without one nothing happens, and what is none is refused without being repeated', async () => {
  await given('');
  expect(keys.list()).toEqual([]);
  const { code, message, fix } = await problemOf(given('my secret word'));
  expect(code).toBe('client-key-given');
  expect(`${message}${fix}`).not.toContain('my secret word');
  expect((await problemOf(given(`ccp-${'1'.repeat(31)}`))).code).toBe('client-key-given');
});
