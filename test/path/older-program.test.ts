import { afterEach, expect, test } from 'bun:test';
import { Kysely } from 'kysely';
import { WorkerDialect } from '../../src/database/dialect.ts';
import { Gate } from '../../src/database/gate.ts';
import { Link } from '../../src/database/link.ts';
import { migrate, type Migration, type MigrationTables } from '../../src/database/migrate.ts';
import { migrations } from '../../src/database/migrations/all.ts';
import { sqliteGround } from '../../src/database/sqlite-ground.ts';
import type { HealthView } from '../../src/admin/contract-health.ts';
import { readLedgerFile } from '../help/a-ledger-file.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

// Somebody updates, a migration runs, and they go back: docs/decisions/0421-going-back.md.

const rooms = new Rooms();
afterEach(() => rooms.close());

/** What a version of tomorrow adds: a table, columns of every sort in tables that are read and written all the time. */
const ofTomorrow: Migration = {
  number: (migrations.at(-1)?.number ?? 0) + 1,
  name: 'of-tomorrow',
  async up(query) {
    await query.schema.createTable('of_tomorrow').addColumn('id', 'text').execute();
    for (const table of [
      'accounts',
      'client_keys',
      'calls',
      'attempts',
      'rollups',
      'bindings',
      'rests',
      'headroom',
    ]) {
      await query.schema.alterTable(table).addColumn('may_be_empty', 'text').execute();
      await query.schema
        .alterTable(table)
        .addColumn('has_a_default', 'integer', (column) => column.notNull().defaultTo(7))
        .execute();
    }
  },
};

async function migrated(path: string): Promise<void> {
  const link = new Link(path);
  try {
    await link.send({ is: 'open', path });
    const query = new Kysely<MigrationTables>({ dialect: new WorkerDialect(link, new Gate()) });
    await migrate(query, [...migrations, ofTomorrow], { place: path, ground: sqliteGround, now: 1_000 });
  } finally {
    await link.close();
  }
}

test('a program serves, writes and reads on the database of a newer one that only added to it', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const account = { kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-planted' } as const;
  const before = await rooms.add(
    aProxy({ accounts: [{ name: 'ann', ...account }], keys: [{ name: 'team' }] }),
  );
  await before.stop();
  await migrated(before.places.database);
  const again = await rooms.add(
    aProxy({ home: before.places.home, accounts: [{ name: 'bob', ...account }], keys: [{ name: 'more' }] }),
  );
  const answer = await fetch(`${again.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': before.keys[0] ?? '', 'x-request-id': 'req_after' },
    body: '{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[]}',
  });
  expect(answer.status).toBe(200);
  const headers = { 'x-api-key': again.keys[0] ?? '' };
  expect((await fetch(`${again.url}/v1/models`, { headers })).status).not.toBe(401);
  const health = (await (await fetch(`${again.url}/health`)).json()) as HealthView;
  expect(health.status).toBe('pass');
  await again.stop();
  expect(readLedgerFile(again.places.database)).toMatchObject({
    requestIds: expect.arrayContaining(['req_after']),
    integrity: ['ok'],
  });
});
