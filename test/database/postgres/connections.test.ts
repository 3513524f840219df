import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Kysely, sql } from 'kysely';
import type { Connections } from '../../../src/database/postgres/connections.ts';
import type { DatabaseAddress } from '../../../src/config/database-url.ts';
import type { PostgresGiven } from '../../../src/database/postgres/given.ts';
import type { Tables } from '../../../src/database/tables.ts';
import { until } from '../../help/a-command.ts';
import { engines } from '../../help/a-database.ts';
import { postgresServer } from '../../help/a-postgres.ts';
import { problemOf } from '../../help/a-problem.ts';
import { someConnections } from './some-connections.ts';

const postgres = engines.filter(({ name }) => name === 'postgres');

/** What is waited for in vain (ms); what is not, a busy machine has to manage in it. */
const shortMs = 2_000;

describe.each(postgres)('connections to a server', ({ places }) => {
  const aPlace = places();
  const open = someConnections();
  let given: PostgresGiven;
  let connections: Connections;
  let query: Kysely<Tables>;

  beforeEach(async () => {
    given = (await aPlace()).postgres ?? (await postgresServer()).given('postgres');
    ({ connections, query } = open({ given }));
    await sql`create table counted (number integer primary key)`.execute(query);
  });

  const insert = (number: number, on: Kysely<Tables> = query) =>
    sql`insert into counted values (${number})`.execute(on);
  const numbers = async (on: Kysely<Tables> = query): Promise<number[]> => {
    const { rows } = await sql<{ number: number }>`select number from counted order by number`.execute(on);
    return rows.map(({ number }) => number);
  };
  const own = async (on: Kysely<Tables>): Promise<number> => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on);
    return rows[0]?.pid ?? 0;
  };
  const kill = async (pid: number): Promise<void> => {
    await (await postgresServer()).administer(`select pg_terminate_backend(${pid})`);
  };
  const connectionsThere = async (): Promise<number> => {
    const [row] = await (
      await postgresServer()
    ).administer(
      `select count(*)::integer as count from pg_stat_activity where datname = '${given.address.database}'`,
    );
    return Number(row?.['count']);
  };

  describe('that break', () => {
    test('in the middle of a transaction leave nothing of it behind', async () => {
      const broken = query.transaction().execute(async (transaction) => {
        await insert(1, transaction);
        await kill(await own(transaction));
        await insert(2, transaction);
      });
      expect((await problemOf(broken)).code).toBe('database-gone');
      expect(await numbers()).toEqual([]);
    });

    test('in the middle of a batch leave nothing of it behind', async () => {
      const connection = await connections.connect();
      const batch = connection.batch(
        [
          { sql: 'insert into counted values (1)', parameters: [] },
          { sql: 'select pg_terminate_backend(pg_backend_pid())', parameters: [] },
          { sql: 'insert into counted values (2)', parameters: [] },
        ],
        false,
      );
      const problem = await problemOf(batch);
      connection.release();
      expect(problem.code).toBe('database-gone');
      expect(problem.fix).toContain('makes a new one');
      expect(await numbers()).toEqual([]);
    });

    test('while nobody uses them are told of, and made anew', async () => {
      const told: string[] = [];
      const other = open({ given, onLost: ({ code }) => told.push(code) });
      await kill(await own(other.query));
      await until(() => told.length > 0);
      expect(told).toEqual(['database-gone']);
      expect(await numbers(other.query)).toEqual([]);
    });

    test('at a restart of the server are made anew, also those in use', async () => {
      const server = await postgresServer();
      const endless = problemOf(sql`select pg_sleep(60)`.execute(query));
      await until(async () => (await connectionsThere()) > 0);
      await insert(1);
      await server.restart();
      expect((await endless).code).toBe('database-gone');
      await insert(2);
      expect(await numbers()).toEqual([1, 2]);
    });

    test('cannot be made while the server is away, and can when it is back', async () => {
      const server = await postgresServer();
      await server.stop();
      await problemOf(numbers());
      const problem = await problemOf(numbers());
      await server.startAgain();
      expect(problem.code).toBe('database-unreachable');
      expect(problem.message).toStartWith(`postgres://ccproxy@/${given.address.database}?host=/`);
      expect(await numbers()).toEqual([]);
    });
  });

  describe('a statement that takes too long', () => {
    test('is ended by the server, and the connection goes on', async () => {
      const hurried = open({ given: { ...given, poolSize: 1 }, statementTimeoutMs: shortMs });
      const before = await own(hurried.query);
      const problem = await problemOf(sql`select pg_sleep(60)`.execute(hurried.query));
      expect(problem).toMatchObject({ code: 'database-slow', engineCode: '57014' });
      expect(problem.fix).toContain('statement_timeout_seconds');
      expect(await own(hurried.query)).not.toBe(before);
    });

    test('of a batch leaves nothing of it behind', async () => {
      const hurried = open({ given, statementTimeoutMs: shortMs });
      const connection = await hurried.connections.connect();
      const statements = ['insert into counted values (1)', 'select pg_sleep(60)'];
      const batch = connection.batch(
        statements.map((text) => ({ sql: text, parameters: [] })),
        false,
      );
      expect((await problemOf(batch)).code).toBe('database-slow');
      connection.release();
      expect(await numbers()).toEqual([]);
    });

    test('is given up where not even the server answers any more', async () => {
      const hurried = open({ given: { ...given, poolSize: 1 }, statementTimeoutMs: shortMs, graceMs: 50 });
      const pid = await own(hurried.query);
      process.kill(pid, 'SIGSTOP');
      const problem = await problemOf(numbers(hurried.query));
      process.kill(pid, 'SIGCONT');
      expect(problem.code).toBe('database-slow');
      expect(await own(hurried.query)).not.toBe(pid);
    });

    test('has no limit where none is set', async () => {
      const { rows } = await sql`show statement_timeout`.execute(query);
      expect(rows).toEqual([{ statement_timeout: '0' }]);
    });
  });

  describe('of which there are only so many', () => {
    test('are waited for, but not for ever', async () => {
      const few = open({ given: { ...given, poolSize: 1, connectTimeoutMs: shortMs } });
      const held = await few.connections.connect();
      const problem = await problemOf(numbers(few.query));
      held.release();
      expect(problem.code).toBe('database-crowded');
      expect(problem.fix).toContain('pool_size');
      expect(await numbers(few.query)).toEqual([]);
    });

    test('are never more than were allowed', async () => {
      const few = open({ given: { ...given, poolSize: 2 } });
      await Promise.all(Array.from({ length: 20 }, (_, number) => insert(number, few.query)));
      // The others are those of this test itself.
      const [row] = await (
        await postgresServer()
      ).administer(
        `select count(*)::integer as count from pg_stat_activity
         where datname = '${given.address.database}' and application_name = 'tests'`,
      );
      expect(Number(row?.['count'])).toBeLessThanOrEqual(2 + 1);
      expect((await numbers(few.query)).length).toBe(20);
    });
  });

  describe('at the end', () => {
    test('carry out what was asked before, and then nothing', async () => {
      const few = open({ given: { ...given, poolSize: 1 } });
      const asked = Array.from({ length: 10 }, async (_, number) => {
        const connection = await few.connections.connect();
        await connection.query('insert into counted values ($1)', [number]);
        connection.release();
      });
      await few.connections.end();
      await Promise.all(asked);
      expect((await problemOf(numbers(few.query))).code).toBe('database-closed');
      expect((await numbers()).length).toBe(10);
    });

    test('are gone from the server', async () => {
      const few = open({ given });
      await insert(1, few.query);
      await few.connections.end();
      await connections.end();
      await until(async () => (await connectionsThere()) === 0);
    });
  });

  describe('a transaction', () => {
    test('whose statement failed is rolled back, and the connection is as before', async () => {
      const one = open({ given: { ...given, poolSize: 1 } });
      const before = await own(one.query);
      const failing = one.query.transaction().execute(async (transaction) => {
        await insert(1, transaction);
        await insert(1, transaction);
      });
      expect((await problemOf(failing)).code).toBe('database-conflict');
      expect(await numbers(one.query)).toEqual([]);
      expect(await own(one.query)).toBe(before);
    });

    test('can go back to a savepoint', async () => {
      const transaction = await query.startTransaction().execute();
      await insert(1, transaction);
      const marked = await transaction.savepoint('before "2"').execute();
      await insert(2, marked);
      await marked.rollbackToSavepoint('before "2"').execute();
      await transaction.commit().execute();
      expect(await numbers()).toEqual([1]);
    });
  });

  test('a batch waits for the disk where it must, and only there', async () => {
    const connection = await connections.connect();
    const seen = async (durable: boolean): Promise<unknown> => {
      await sql`drop table if exists mode`.execute(query);
      const text = "create table mode as select current_setting('synchronous_commit') as mode";
      await connection.batch([{ sql: text, parameters: [] }], durable);
      return (await sql<{ mode: string }>`select mode from mode`.execute(query)).rows[0]?.mode;
    };
    expect(await seen(false)).toBe('off');
    expect(await seen(true)).toBe('on');
    connection.release();
  });
});

describe('a server that takes the connection and says nothing', () => {
  const open = someConnections();
  const sockets: Socket[] = [];
  let isSilent = true;
  let server: Server;
  let address: DatabaseAddress;

  beforeEach(async () => {
    isSilent = true;
    server = createServer((socket) => {
      if (isSilent) sockets.push(socket);
      else socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    address = { host: '127.0.0.1', port, user: 'ann', database: 'proxy', tls: 'disable' };
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const connecting = (connectTimeoutMs: number): Connections => {
    const password = () => Promise.resolve(undefined);
    const given = { address, password, poolSize: 4, connectTimeoutMs, statementTimeoutMs: 1_000 };
    return open({ given }).connections;
  };

  test('is given up', async () => {
    const problem = await problemOf(connecting(50).connect());
    expect(problem.code).toBe('database-unreachable');
    expect(problem.message).toContain(`postgres://ann@127.0.0.1:${address.port}/proxy`);
  });

  test('is waited for by one at a time; everybody else is told at once', async () => {
    const connections = connecting(60_000);
    isSilent = false;
    expect((await problemOf(connections.connect())).code).toBe('database-unreachable');
    isSilent = true;
    const waiting = problemOf(connections.connect());
    expect((await problemOf(connections.connect())).code).toBe('database-unreachable');
    await until(() => sockets.length > 0);
    expect(sockets.length).toBe(1);
    for (const socket of sockets) socket.destroy();
    expect((await waiting).code).toBe('database-unreachable');
  });
});
