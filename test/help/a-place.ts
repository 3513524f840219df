import type { DatabaseAddress } from '../../src/config/database-url.ts';
import type { PostgresGiven } from '../../src/database/postgres/given.ts';

/** Where a database is: `openDatabase({ ...place, log })`. */
export interface Place {
  readonly path: string;
  readonly postgres?: PostgresGiven;
}

/** A place as an argument for a script; {@link placeFrom} reads it. */
export function placeText({ path, postgres: given }: Place): string {
  return JSON.stringify({ path, address: given?.address });
}

/** The place that {@link placeText} wrote, in another process; the socket asks for no password. */
export function placeFrom(text = ''): Place {
  const { path, address }: { path: string; address?: DatabaseAddress } = JSON.parse(text);
  if (address === undefined) return { path };
  return {
    path,
    postgres: {
      address,
      password: () => Promise.resolve(undefined),
      poolSize: 4,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    },
  };
}
