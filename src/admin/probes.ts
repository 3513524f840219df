import { sql } from 'kysely';
import type { Seen } from '../accounts/pool.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Database } from '../database/open.ts';
import type { Probe } from './health.ts';
import type { TokensOf } from './status.ts';

/** What to do about a file that is open and no longer at its path. */
const lostDatabase =
  'The database file was deleted or replaced while it is open: accounts, keys and the ledger of this run are gone when it stops. Export the accounts first (auth export); then stop it, put a backup in place, and start it again.';

/** Whether the database answers, and whether what it is told will be found again. */
export function databaseProbe(database: Database): Probe {
  return {
    name: 'database:answers',
    componentType: 'datastore',
    async check() {
      await sql`select 1`.execute(database.query);
      if (await database.isInPlace()) return { status: 'pass' };
      // Calls are served all the same: accounts and keys are in memory.
      return { status: 'warn', output: lostDatabase };
    },
  };
}

/** Whether tokens can be renewed: until they expire, nobody would notice. */
export function tokensProbe(look: () => readonly Seen[], tokensOf: TokensOf): Probe {
  return {
    name: 'accounts:tokens',
    componentType: 'component',
    check() {
      const stuck = look().flatMap(({ account: { id, name, enabled } }) => {
        const { over, lastFailure } = tokensOf(id) ?? {};
        return enabled && over === undefined && lastFailure !== undefined
          ? [`${name} (${lastFailure.reason})`]
          : [];
      });
      const observed = { observedValue: stuck.length, observedUnit: 'accounts' };
      if (stuck.length === 0) return Promise.resolve({ status: 'pass', ...observed });
      const output = `Tokens could not be renewed: ${stuck.join('; ')}.`;
      return Promise.resolve({ status: 'warn', ...observed, output });
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
