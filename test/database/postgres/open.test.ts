import { beforeEach, describe, expect, test } from 'bun:test';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { silentLog } from '../../../src/base/log.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { migrate, type Migration, type MigrationTables } from '../../../src/database/migrate.ts';
import { postgresGround } from '../../../src/database/postgres/ground.ts';
import { HandClock } from '../../help/a-clock.ts';
import { until } from '../../help/a-command.ts';
import { engines } from '../../help/a-database.ts';
import { MemoryLog } from '../../help/a-log.ts';
import type { Place } from '../../help/a-place.ts';
import { type PostgresServer, postgresServer } from '../../help/a-postgres.ts';
import { problemOf } from '../../help/a-problem.ts';
import { someConnections } from './some-connections.ts';

const postgres = engines.filter(({ name }) => name === 'postgres');

describe.each(postgres)('a Postgres database', ({ places, raw }) => {
  const aPlace = places();
  const connected = someConnections();
  let server: PostgresServer;
  let place: Place;
  let name = '';

  beforeEach(async () => {
    server = await postgresServer();
    place = await aPlace();
    name = place.postgres?.address.database ?? '';
  });

  const openPlace = (more: Partial<Place> = {}) => openDatabase({ ...place, ...more, log: silentLog });
  const tables = async (): Promise<unknown[]> => {
    const rows = await server.administer(
      'select relname from pg_class where relkind = $$r$$ and relnamespace = $$public$$::regnamespace order by 1',
      name,
    );
    return rows.map(({ relname }) => relname);
  };
  const creates = (number: number, table: string): Migration => ({
    number,
    name: table,
    up: async (on) => {
      await on.schema.createTable(table).addColumn('id', 'integer').execute();
    },
  });
  const migrating = () => {
    const given = place.postgres ?? server.given(name);
    const { connections } = connected({ given });
    const query = new Kysely<MigrationTables>({ dialect: new PostgresDialect({ pool: connections }) });
    return (migrations: readonly Migration[]) =>
      migrate(query, migrations, { place: 'postgres://ann@db/proxy', ground: postgresGround, now: 1 });
  };

  test('gets all migrations or none', async () => {
    const run = migrating();
    const failing = problemOf(
      run([creates(1, 'accounts'), creates(2, 'client_keys'), creates(3, 'accounts')]),
    );
    expect((await failing).code).toBe('database-failed');
    expect(await tables()).toEqual([]);
    expect(await run([creates(1, 'accounts'), creates(2, 'client_keys')])).toEqual({ from: 0, to: 2 });
    expect(await tables()).toEqual(['accounts', 'changes', 'client_keys', 'migrations']);
  });

  test('is migrated by one of two that start together; the other waits and finds it done', async () => {
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: Migration = {
      number: 1,
      name: 'slow',
      up: async (on) => {
        await creates(1, 'accounts').up(on);
        await creates(1, 'client_keys').up(on);
        begun.resolve();
        await held.promise;
      },
    };
    const first = migrating()([slow]);
    await begun.promise;
    const second = migrating()([creates(1, 'never')]);
    await until(async () => {
      const waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted";
      return (await server.administer(waiting)).length > 0;
    });
    held.resolve();
    expect([await first, await second].map(({ to }) => to)).toEqual([1, 1]);
    expect(await tables()).not.toContain('never');
  });

  test('may hold tables that an extension brought', async () => {
    await raw(place, 'create table spatial (id integer)');
    await raw(
      place,
      `insert into pg_depend select 'pg_class'::regclass, 'spatial'::regclass, 0, 'pg_extension'::regclass, oid, 0, 'e'
       from pg_extension limit 1`,
    );
    await (await openPlace()).close();
    expect(await tables()).toContain('accounts');
    await raw(place, `delete from pg_depend where objid = 'spatial'::regclass and deptype = 'e'`);
  });

  test('where the user may make no tables is refused, and says what is needed', async () => {
    await server.administer(
      `do $$ begin create role guest login; exception when duplicate_object then null; end $$`,
    );
    const problem = await problemOf(openPlace({ postgres: server.given(name, { user: 'guest' }) }));
    expect(problem.code).toBe('database-refused');
    expect(problem.fix).toContain('must own the database');
  });

  test('that is read-only says so', async () => {
    await server.administer(`alter database ${name} set default_transaction_read_only = on`);
    const problem = await problemOf(openPlace());
    await server.administer(`alter database ${name} reset default_transaction_read_only`);
    expect(problem.code).toBe('database-readonly');
    expect(problem.fix).toContain('primary');
  });

  test('is known by the name of the product to whoever looks after the server', async () => {
    const database = await openPlace();
    const seen = await server.administer(
      `select application_name from pg_stat_activity where datname = '${name}'`,
    );
    await database.close();
    expect(String(seen[0]?.['application_name'])).toMatch(/^claude-code-proxy [0-9a-f]{12}$/);
  });

  test('whose connection breaks is a line in the log, and goes on', async () => {
    const log = new MemoryLog();
    const database = await openDatabase({ ...place, log, clock: new HandClock() });
    await server.administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
    await until(() => log.events('warn').length > 0);
    expect(log.events('warn')).toEqual(['a connection to the database broke']);
    expect(await database.changedElsewhere()).toBe(false);
    await database.close();
  });

  test('forgets after a day who changed something', async () => {
    const database = await openPlace();
    await raw(place, `insert into changes values ('long gone', 7, now() - interval '25 hours')`);
    await database.query.deleteFrom('accounts').execute();
    const { rows } = await sql`select count(*) as origins from changes`.execute(database.query);
    await database.close();
    expect(rows).toEqual([{ origins: 1 }]);
  });
});
