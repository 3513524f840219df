import { beforeEach, describe, expect, test } from 'bun:test';
import { checkWay } from '../../src/cli/doctor-postgres.ts';
import { tlsModes } from '../../src/config/database-url.ts';
import { type Bench, benches, parsed } from '../help/a-command.ts';
import { engines } from '../help/a-database.ts';
import { type PostgresServer, postgresPassword, postgresServer, postgresUser } from '../help/a-postgres.ts';

const postgres = engines.filter(({ name }) => name === 'postgres');

interface Found {
  readonly name: string;
  readonly is: string;
  readonly says: string;
  readonly fix?: string;
}

test('a way that others could read or take over is a warning, on this machine none', () => {
  const address = { host: 'db.example.com', port: 5432, user: 'ann', database: 'proxy' } as const;
  const found = tlsModes.map((tls) => checkWay({ ...address, tls }, 'the database'));
  expect(found.map(([one]) => one?.is)).toEqual(['warn', 'warn', 'warn', undefined]);
  for (const host of ['localhost', '127.0.0.1', '/run/postgresql'])
    expect(checkWay({ ...address, host, tls: 'disable' }, 'the database')).toEqual([]);
});

describe.each(postgres)('with a Postgres database', ({ places, raw }) => {
  const aPlace = places();
  const bench = benches();
  let server: PostgresServer;
  let made: Bench;
  let url = '';
  let place: Awaited<ReturnType<typeof aPlace>>;

  beforeEach(async () => {
    server = await postgresServer();
    place = await aPlace();
    made = bench();
    url = `postgres://${postgresUser}@localhost:${server.port}/${place.postgres?.address.database}`;
  });

  const withPassword = () => ({
    CCPROXY_DATABASE_URL: url,
    CCPROXY_DATABASE_PASSWORD: postgresPassword,
    CCPROXY_PORT: '0',
  });
  const examine = async (env: Record<string, string> = {}): Promise<Found[]> => {
    const { out } = await made.run(['doctor', '--json', '--offline'], { env: { ...withPassword(), ...env } });
    return parsed<{ checks: Found[] }>(out).checks.filter(({ name }) => name === 'database');
  };

  test('commands, the proxy and doctor use that and no file, and show the password nowhere', async () => {
    expect(await examine()).toMatchObject([{ is: 'ok', says: expect.stringContaining('empty') }]);
    const env = withPassword();
    const added = await made.run(['auth', 'add', 'mine', '--kind', 'passthrough'], { env });
    expect(added.code).toBe(0);
    const proxy = await made.start(['serve', '--port', '0', '--no-open'], { env });
    const health: unknown = await (await fetch(`${proxy.url}/health`)).json();
    expect(health).toMatchObject({ checks: { 'database:answers': [{ status: 'pass' }] } });
    await made.run(['keys', 'create', 'laptop'], { env });
    const found = await examine();
    expect(found).toMatchObject([
      { is: 'ok', says: expect.stringMatching(/PostgreSQL \d+.*, version \d+$/) },
    ]);
    const shown = await made.run(['config', 'show'], { env });
    expect(shown.out).toContain(url);
    expect(await proxy.stop()).toBe(0);
    const everything = [added, shown].map(({ out, err }) => out + err).join('') + proxy.out() + proxy.err();
    expect(everything + JSON.stringify(found)).not.toContain(postgresPassword);
    expect(await server.dump(place.postgres?.address.database ?? '')).toContain('laptop');
    expect(await Bun.file(`${made.home}/proxy.db`).exists()).toBe(false);
  });

  test('a password that is missing, or wrong, is told, and not repeated', async () => {
    const missing = await examine({ CCPROXY_DATABASE_PASSWORD: '' });
    expect(missing).toMatchObject([
      { is: 'warn', fix: expect.stringContaining('CCPROXY_DATABASE_PASSWORD') },
    ]);
    const wrong = { ...withPassword(), CCPROXY_DATABASE_PASSWORD: 'planted-and-wrong' };
    const { code, err } = await made.run(['auth', 'list'], { env: wrong });
    expect(code).toBe(3);
    expect(err).toContain('error [database-refused]');
    expect(err).not.toContain('planted');
  });

  test('a password in the URL is refused wherever it stands, and not repeated', async () => {
    const env = { CCPROXY_DATABASE_URL: 'postgres://ann:planted@db.example.com/proxy' };
    for (const words of [['config', 'validate'], ['config', 'show'], ['serve'], ['auth', 'list']]) {
      const { code, out, err } = await made.run(words, { env });
      expect(code).toBe(3);
      expect(out + err).toContain('holds a password');
      expect(out + err).not.toContain('planted');
    }
  });

  test('a server that cannot be reached ends the start with what to do', async () => {
    const env = { CCPROXY_DATABASE_URL: 'postgres://ann@127.0.0.1:1/proxy' };
    const { code, err } = await made.run(['serve', '--port', '0'], { env });
    expect(code).toBe(5);
    expect(err).toContain('error [database-unreachable]: postgres://ann@127.0.0.1:1/proxy cannot be reached');
    expect(err).toContain('fix: ');
  });

  test('doctor tells a database of others, and one of a newer version', async () => {
    await raw(place, 'create table songs (title text)');
    expect(await examine()).toMatchObject([{ is: 'fail', says: expect.stringContaining('another program') }]);
    await raw(place, 'drop table songs');
    await made.run(['auth', 'list'], { env: withPassword() });
    await raw(place, "insert into migrations values (900, 'later', '9.8.7', 0)");
    expect(await examine()).toMatchObject([{ is: 'fail', says: expect.stringContaining('version 900') }]);
  });
});
