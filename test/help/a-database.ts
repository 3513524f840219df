import { Database as Sqlite } from 'bun:sqlite';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'bun:test';
import { sql } from 'kysely';
import type { Database } from '../../src/database/open.ts';
import { temporaryFolders } from './a-folder.ts';
import type { Place } from './a-place.ts';
import { postgresPrograms, postgresServer } from './a-postgres.ts';

/** An engine to try things on: `describe.each(engines)('on $name', ({ places }) => …)`. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  /** Makes places of empty databases, which are gone after the test that asked for them. Call once. */
  places(): () => Promise<Place>;
  /** Carries out `statement` there, past everything of ours. */
  raw(place: Place, statement: string): Promise<void>;
  /** From now on there is no room for another binding, as on a full disk. */
  fill(database: Database): Promise<void>;
  free(database: Database): Promise<void>;
}

const sqlite: Engine = {
  name: 'sqlite',
  places() {
    const folder = temporaryFolders();
    return () => Promise.resolve({ path: join(folder(), 'proxy.db') });
  },
  raw({ path }, statement) {
    const file = new Sqlite(path, { create: true });
    file.run(statement);
    file.close();
    return Promise.resolve();
  },
  async fill({ query }) {
    await sql`pragma query_only = 1`.execute(query);
  },
  async free({ query }) {
    await sql`pragma query_only = 0`.execute(query);
  },
};

const postgres: Engine = {
  name: 'postgres',
  places() {
    const folder = temporaryFolders();
    const used: string[] = [];
    afterEach(async () => {
      for (const name of used.splice(0)) (await postgresServer()).giveBack(name);
    });
    return async () => {
      const server = await postgresServer();
      const name = await server.database();
      used.push(name);
      return { path: join(folder(), 'proxy.db'), postgres: server.given(name) };
    };
  },
  async raw({ postgres: given }, statement) {
    await (await postgresServer()).administer(statement, given?.address.database);
  },
  async fill({ query }) {
    await sql`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$`.execute(
      query,
    );
    await sql`
      create trigger refuse before insert or update or delete on bindings execute function refuse()`.execute(
      query,
    );
  },
  async free({ query }) {
    await sql`drop function refuse cascade`.execute(query);
  },
};

/** SQLite, and Postgres where there is one on this machine. */
export const engines: readonly Engine[] = postgresPrograms === undefined ? [sqlite] : [sqlite, postgres];

/** All that a database holds, as text: the bytes of its files, or what a dump of the server says. */
export async function everythingIn({ path, postgres: given }: Place): Promise<string> {
  if (given !== undefined) return (await postgresServer()).dump(given.address.database);
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'latin1')).join('');
}
