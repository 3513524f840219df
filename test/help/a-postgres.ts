import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Secret } from '../../src/base/secret.ts';
import type { DatabaseAddress } from '../../src/config/database-url.ts';
import type { PostgresGiven } from '../../src/database/postgres/given.ts';
import { aCertificate } from './a-certificate.ts';
import { freePort } from './a-port.ts';
import { aSystemPart } from './a-system-part.ts';

/** The user of the tests' databases, and the password it needs where it comes by TCP. */
export const postgresUser = 'ccproxy';
export const postgresPassword = 'planted-database-password';

/** What postgres will not run as, and whom Debian's package makes for it. */
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

/** Where Debian puts the server's programs: into a folder for each version, the newest last. */
function debianFolders(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).toSorted((a, b) => Number(a) - Number(b));
  return versions.map((version) => join(root, version, 'bin')).toReversed();
}

/** The programs of a server; undefined where there are none on this machine, which is told. */
export const postgresPrograms = ((): { initdb: string; control: string } | undefined => {
  const [initdb, control] = ['initdb', 'pg_ctl'].map((name) =>
    aSystemPart(name, 'postgresql', debianFolders()),
  );
  return initdb === undefined || control === undefined ? undefined : { initdb, control };
})();

/** A Postgres server of the tests, with TLS and a certificate of its own; it ends with this process, however that ends. */
export class PostgresServer {
  /** The folder of its Unix socket, where nobody is asked for a password. */
  readonly socket: string;
  readonly port: number;
  /** The certificate it shows, for localhost and not for 127.0.0.1, in a file and as text. */
  readonly certificate: { readonly cert: string; readonly pem: string };
  readonly #data: string;
  readonly #free: string[] = [];
  #made = 0;

  private constructor(folder: string, port: number) {
    this.socket = join(folder, 'socket');
    this.#data = join(folder, 'data');
    this.port = port;
    this.certificate = aCertificate(folder, 'server', { addresses: [] });
  }

  static async start(): Promise<PostgresServer> {
    if (postgresPrograms === undefined) throw new Error('there is no Postgres on this machine');
    const folder = mkdtempSync(join(tmpdir(), 'ccproxy-postgres-'));
    const server = new PostgresServer(folder, await freePort());
    mkdirSync(server.socket);
    for (const path of [folder, server.socket, join(folder, 'server.key')]) own(path);
    chmodSync(join(folder, 'server.key'), 0o600);
    const { initdb, control } = postgresPrograms;
    // Cleans up once its input ends: also after a crash, when nothing here could.
    const end = [...asUser, control, 'stop', '-m', 'immediate', '-D', server.#data];
    const script = 'trap "" INT TERM HUP; cat; folder=$1; shift; "$@"; rm -rf "$folder"';
    Bun.spawn(['sh', '-c', script, 'sh', folder, ...end], {
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'ignore',
    }).unref();
    const auth = ['--auth-local=trust', '--auth-host=scram-sha-256', '--username=postgres'];
    await run([initdb, '-D', server.#data, '--no-sync', '--encoding=UTF8', '--locale=C', ...auth]);
    await server.#control('start');
    await server.administer(`create role ${postgresUser} login password '${postgresPassword}'`);
    return server;
  }

  /** An empty database that nobody uses; give it back with `giveBack`, where it was left as it was made. */
  async database(): Promise<string> {
    const name = this.#free.pop();
    if (name !== undefined) {
      await this.administer(
        `drop schema public cascade; create schema public authorization ${postgresUser}`,
        name,
      );
      return name;
    }
    const made = `test${(this.#made += 1)}`;
    await this.administer(`create database ${made} owner ${postgresUser}`);
    await this.administer(`alter schema public owner to ${postgresUser}`, made);
    return made;
  }

  giveBack(name: string): void {
    this.#free.push(name);
  }

  /** What it takes to use `database` through the socket, or in the way that `address` says. */
  given(database: string, address: Partial<DatabaseAddress> = {}): PostgresGiven {
    return {
      address: {
        host: this.socket,
        port: this.port,
        user: postgresUser,
        database,
        tls: 'disable',
        ...address,
      },
      password: () => Promise.resolve(new Secret(postgresPassword)),
      poolSize: 4,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    };
  }

  /** Carries out `sql` as the superuser; gives the rows of a single statement. */
  async administer(sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new Client({ host: this.socket, port: this.port, user: 'postgres', database, ssl: false });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    } finally {
      await client.end();
    }
  }

  /** Every value of every table of `database`, as text. */
  async dump(database: string): Promise<string> {
    const [row] = await this.administer(
      "select schema_to_xml('public', true, false, '') as everything",
      database,
    );
    return String(row?.['everything']);
  }

  /** Ends every connection at once, as a crash would, and starts again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#control('start');
  }

  async stop(): Promise<void> {
    await this.#control('stop', '-m', 'immediate');
  }

  async startAgain(): Promise<void> {
    await this.#control('start');
  }

  async #control(command: string, ...more: string[]): Promise<void> {
    const folder = join(this.#data, '..');
    const options = {
      unix_socket_directories: this.socket,
      listen_addresses: '127.0.0.1',
      port: this.port,
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.pem'),
      ssl_key_file: join(folder, 'server.key'),
      // Nothing here outlives the test.
      fsync: 'off',
      autovacuum: 'off',
      shared_buffers: '16MB',
    };
    const given = Object.entries(options).map(([name, value]) => `-c ${name}=${value}`);
    const start = command === 'start' ? ['-o', given.join(' '), '-l', join(this.#data, 'log')] : [];
    await run([postgresPrograms?.control ?? '', command, '-w', '-D', this.#data, ...start, ...more]);
  }
}

/** The server of this process: started by the first test that asks for it. */
export function postgresServer(): Promise<PostgresServer> {
  const shared: { [key: symbol]: Promise<PostgresServer> | undefined } = globalThis;
  return (shared[Symbol.for('ccproxy.tests.postgres')] ??= PostgresServer.start());
}

function own(path: string): void {
  if (!isRoot) return;
  const [, , uid = '', gid = ''] =
    /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  chownSync(path, Number(uid), Number(gid));
}

async function run(command: readonly string[]): Promise<void> {
  const child = Bun.spawn([...asUser, ...command], {
    cwd: '/',
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')} failed: ${said}`);
}
