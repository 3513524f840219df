import { beforeEach, describe, expect, test } from 'bun:test';
import { benches, type Running, until } from '../help/a-command.ts';
import { engines } from '../help/a-database.ts';
import { type PostgresServer, postgresPassword, postgresServer, postgresUser } from '../help/a-postgres.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const postgres = engines.filter(({ name }) => name === 'postgres');

describe.each(postgres)('a proxy on a Postgres database', ({ places }) => {
  const aPlace = places();
  const bench = benches();
  let server: PostgresServer;
  let env: Record<string, string>;
  let name = '';

  beforeEach(async () => {
    server = await postgresServer();
    name = (await aPlace()).postgres?.address.database ?? '';
    env = {
      CCPROXY_DATABASE_URL: `postgres://${postgresUser}@localhost:${server.port}/${name}`,
      CCPROXY_DATABASE_PASSWORD: postgresPassword,
    };
  });

  const statusOf = async ({ url }: Running): Promise<string> =>
    (await fetch(`${url}/status/accounts`)).text();
  const healthOf = async ({ url }: Running): Promise<string> => {
    const health: { status: string } = JSON.parse(await (await fetch(`${url}/health`)).text());
    return health.status;
  };

  test('takes over what a command on another machine changes', async () => {
    const proxy = await bench().start(['serve', '--port', '0', '--no-open'], { env });
    // A home of its own: nothing but the database leads from here to the proxy.
    const elsewhere = bench();
    const { code } = await elsewhere.run(['auth', 'add', 'from-afar', '--kind', 'passthrough'], { env });
    expect(code).toBe(0);
    await until(async () => (await statusOf(proxy)).includes('from-afar'));
    await elsewhere.run(['auth', 'remove', 'from-afar', '--yes'], { env });
    await until(async () => !(await statusOf(proxy)).includes('from-afar'));
  });

  test('serves calls while the database is away, and is well again when it is back', async () => {
    const upstream = await anUpstream(() => message());
    const made = bench();
    await made.run(['auth', 'add', 'mine', '--kind', 'passthrough', '--base-url', upstream.url], { env });
    const proxy = await made.start(['serve', '--port', '0', '--no-open'], { env });
    const call = async (): Promise<number> => {
      const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
      const body = JSON.stringify({ model: 'claude-x', messages: [], max_tokens: 1 });
      return (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body })).status;
    };
    expect(await call()).toBe(200);
    await server.stop();
    expect(await call()).toBe(200);
    expect(await healthOf(proxy)).toBe('fail');
    await server.startAgain();
    await until(async () => (await healthOf(proxy)) !== 'fail');
    expect(await call()).toBe(200);
    expect(await proxy.stop()).toBe(0);
    await upstream.close();
    // Also the one of the time without a database.
    const counted = await server.administer('select count(*)::integer as calls from calls', name);
    expect(counted).toEqual([{ calls: 3 }]);
  });
});
