import { beforeEach, describe, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { Secret } from '../../../src/base/secret.ts';
import type { TlsMode } from '../../../src/config/database-url.ts';
import type { PostgresGiven } from '../../../src/database/postgres/given.ts';
import { aCertificate } from '../../help/a-certificate.ts';
import { engines } from '../../help/a-database.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { type PostgresServer, postgresPassword, postgresServer } from '../../help/a-postgres.ts';
import { problemOf } from '../../help/a-problem.ts';
import { someConnections } from './some-connections.ts';

const postgres = engines.filter(({ name }) => name === 'postgres');

describe.each(postgres)('a server that asks for a password, and has a certificate', () => {
  const folder = temporaryFolders();
  const open = someConnections();
  let server: PostgresServer;

  beforeEach(async () => {
    server = await postgresServer();
  });

  const byTcp = (tls: TlsMode, host = 'localhost', more: Partial<PostgresGiven> = {}): PostgresGiven => ({
    ...server.given('postgres', { host, tls }),
    ...more,
  });
  const isEncrypted = async (given: PostgresGiven): Promise<unknown> => {
    const asked = sql<{ ssl: number }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return (await asked.execute(open({ given }).query)).rows[0]?.ssl;
  };
  const refusal = (given: PostgresGiven) => problemOf(open({ given }).connections.connect());

  test('is believed where its authority is known and its name is right', async () => {
    const authorities = [server.certificate.pem];
    expect(await isEncrypted(byTcp('verify-full', 'localhost', { authorities }))).toBe(1);
  });

  test('is not believed without that, and gets no password', async () => {
    const asked: string[] = [];
    const password = () => {
      asked.push('the password');
      return Promise.resolve(new Secret(postgresPassword));
    };
    const other = aCertificate(folder(), 'other');
    for (const authorities of [undefined, [other.pem]]) {
      const problem = await refusal(byTcp('verify-full', 'localhost', { authorities, password }));
      expect(problem.code).toBe('database-unreachable');
      expect(problem.message).toContain('certificate that is not trusted');
      expect(problem.fix).toContain('database.extra_ca');
    }
    expect(asked).toEqual([]);
  });

  test('is not believed under another name, unless nobody asks for the name', async () => {
    const authorities = [server.certificate.pem];
    const problem = await refusal(byTcp('verify-full', '127.0.0.1', { authorities }));
    expect(problem.code).toBe('database-unreachable');
    expect(problem.message).toContain('certificate that is not trusted');
    expect(await isEncrypted(byTcp('verify-ca', '127.0.0.1', { authorities }))).toBe(1);
    expect((await refusal(byTcp('verify-ca', '127.0.0.1'))).message).toContain('not trusted');
  });

  test('is not checked with sslmode=require, yet the way is encrypted', async () => {
    expect(await isEncrypted(byTcp('require'))).toBe(1);
    expect(await isEncrypted(byTcp('disable'))).toBe(0);
  });

  test('refuses a wrong password, without repeating it', async () => {
    const password = () => Promise.resolve(new Secret('planted-and-wrong'));
    const problem = await refusal(byTcp('disable', 'localhost', { password }));
    expect(problem).toMatchObject({ code: 'database-refused', engineCode: '28P01' });
    expect(JSON.stringify([problem.message, problem.fix, problem])).not.toContain('planted');
  });

  test('and none is given: the problem says where it goes', async () => {
    const password = () => Promise.resolve(undefined);
    const problem = await refusal(byTcp('disable', 'localhost', { password }));
    expect(problem.code).toBe('database-password');
    expect(problem.fix).toContain('CCPROXY_DATABASE_PASSWORD');
  });

  test('has no such database, or no such user', async () => {
    const given = server.given('postgres');
    const nowhere = { ...given, address: { ...given.address, database: 'nowhere' } };
    expect((await refusal(nowhere)).code).toBe('database-refused');
    const nobody = { ...given, address: { ...given.address, user: 'nobody_here' } };
    expect((await refusal(nobody)).code).toBe('database-refused');
  });
});
