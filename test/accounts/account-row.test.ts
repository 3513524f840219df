import { expect, test } from 'bun:test';
import { Database as Sqlite } from 'bun:sqlite';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { Secret } from '../../src/base/secret.ts';
import { silentLog } from '../../src/base/log.ts';
import { WorkerDialect } from '../../src/database/dialect.ts';
import { Gate } from '../../src/database/gate.ts';
import { Link } from '../../src/database/link.ts';
import { migrate, type MigrationTables } from '../../src/database/migrate.ts';
import { migrations } from '../../src/database/migrations/all.ts';
import { sqliteGround } from '../../src/database/sqlite-ground.ts';
import { fromRow, toRow } from '../../src/accounts/account-row.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { anAccount } from '../help/an-account.ts';
import { openStore } from './a-store.ts';

const folder = temporaryFolders();

test('an account comes back from its row as it was, with everything or with little', () => {
  const whole = anAccount('0123456789abcdef', {
    kind: 'oauth',
    provider: 'company',
    maxConcurrent: 3,
    headers: { 'x-a': 'b' },
    models: ['claude-*'],
    proxy: 'socks5://10.0.0.1:1080',
    proxyLogin: 'acc_1.proxy.1',
    updatedAt: 7,
    credentialAt: 5,
  });
  const little = anAccount('little', { kind: 'passthrough' });
  for (const account of [whole, little]) expect(fromRow(toRow(account))).toEqual(account);
});

test('accounts of the first version of the tables are there after the migration, and can be changed', async () => {
  const home = folder();
  const path = join(home, 'proxy.db');
  const link = new Link(path);
  await link.send({ is: 'open', path });
  const query = new Kysely<MigrationTables>({ dialect: new WorkerDialect(link, new Gate()) });
  await migrate(query, migrations.slice(0, 1), { place: path, ground: sqliteGround, now: 0 });
  await link.close();
  const file = new Sqlite(path);
  file.run(
    `insert into accounts values ('acc_0123456789abcdef', 'Work', 'work', 'api-key', 'https://api.example.test', 0,
      'x-api-key', 7, 1.0, '[]', null, '{}', 'mine', 1, 5, 6)`,
  );
  file.close();
  const { store, close } = await openStore(home, new HandClock(), silentLog);
  const [work] = store.list();
  expect(work).toMatchObject({ name: 'Work', priority: 7, notes: 'mine', updatedAt: 6, credentialAt: 0 });
  const after = await store.update('work', { proxy: 'http://10.0.0.1:3128' }, { secret: new Secret('sk-1') });
  expect(after).toMatchObject({ proxy: 'http://10.0.0.1:3128', priority: 7 });
  await close();
});
