import { sql } from 'kysely';
import type { Vault } from '../credentials/vault.ts';
import type { Database } from '../database/open.ts';
import type { Probe } from './health.ts';

/** Whether the database answers. */
export function databaseProbe(database: Database): Probe {
  return {
    name: 'database:answers',
    componentType: 'datastore',
    async check() {
      await sql`select 1`.execute(database.query);
      return { status: 'pass' };
    },
  };
}

/** Whether the vault can be read with the key it has. */
export function vaultProbe(vault: Vault): Probe {
  return {
    name: 'vault:secrets',
    componentType: 'datastore',
    async check() {
      const ids = await vault.ids();
      return { status: 'pass', observedValue: ids.length, observedUnit: 'secrets' };
    },
  };
}
