import { join } from 'node:path';
import { AccountStore } from '../../src/accounts/store.ts';
import type { Clock } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import { openVault } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import type { Place } from '../help/a-place.ts';

/** A store on real files in `home` and a database, which is there too unless another place is given. */
export interface OpenStore {
  readonly store: AccountStore;
  readonly database: Database;
  readonly vault: Vault;
  close(): Promise<void>;
}

export async function openStore(
  home: string,
  clock: Clock,
  log: Log = silentLog,
  place: Place = { path: join(home, 'proxy.db') },
): Promise<OpenStore> {
  const vault = await openVault({
    paths: { home, credentials: join(home, 'credentials.json') },
    createKey: 'create',
    log: silentLog,
  });
  const database = await openDatabase({ ...place, log: silentLog });
  const store = await AccountStore.open({ database, vault, clock, log });
  return {
    store,
    database,
    vault,
    async close() {
      store.close();
      await database.close();
    },
  };
}
