import { afterEach } from 'bun:test';
import { Kysely, PostgresDialect } from 'kysely';
import { Connections, type ConnectionsOptions } from '../../../src/database/postgres/connections.ts';
import type { Tables } from '../../../src/database/tables.ts';

/** Opens connections that are closed after the test that asked for them. Call once in a test file. */
export function someConnections(): (options: Omit<ConnectionsOptions, 'name'>) => {
  connections: Connections;
  query: Kysely<Tables>;
} {
  const opened: Connections[] = [];
  afterEach(async () => {
    for (const connections of opened.splice(0)) await connections.end();
  });
  return (options) => {
    const connections = new Connections({ name: 'tests', ...options });
    opened.push(connections);
    return {
      connections,
      query: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connections }) }),
    };
  };
}
