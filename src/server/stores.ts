import { ClientKeys } from '../access/client-keys.ts';
import { Bindings } from '../accounts/bindings.ts';
import { AccountStore } from '../accounts/store.ts';
import type { Clock } from '../base/clock.ts';
import { makePrivateFolder } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import type { Places } from '../config/places.ts';
import { defaultSettings, type Settings } from '../config/settings.ts';
import { givenFrom } from '../credentials/given.ts';
import type { Keychain } from '../credentials/keychain.ts';
import { openVault } from '../credentials/open.ts';
import type { PassphraseSource } from '../credentials/passphrase-place.ts';
import type { KeyedVault } from '../credentials/vault.ts';
import { openDatabase, type Database } from '../database/open.ts';
import { postgresFrom } from './database-given.ts';

/** Everything that is kept, open. */
export interface Stores {
  readonly database: Database;
  readonly vault: KeyedVault;
  readonly accounts: AccountStore;
  readonly keys: ClientKeys;
  readonly bindings: Bindings;
  close(): Promise<void>;
}

export interface StoresOptions {
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What happens where there is no vault key yet, see `openVault`. */
  readonly createKey: 'create' | 'ask';
  /** The settings of vault and database; left out, the defaults. */
  readonly settings?: Pick<Settings, 'vault' | 'database'>;
  /** Left out, no keychain is asked. */
  readonly keychain?: Keychain | undefined;
  /** Asks a person for the passphrase of the vault, where there is one to be asked. */
  readonly askPassphrase?: PassphraseSource | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The database alone: what is kept without secrets. */
export async function openDatabaseOf({
  places,
  env,
  settings = defaultSettings,
  clock,
  log,
}: Pick<StoresOptions, 'places' | 'env' | 'settings' | 'clock' | 'log'>): Promise<Database> {
  await makePrivateFolder(places.home);
  const postgres = await postgresFrom(env, settings.database);
  return openDatabase({ path: places.database, postgres, log, clock });
}

/** Opens the home directory's stores in order; what is open is closed again when a later one fails. */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const { places, env, createKey, keychain, clock, log, settings = defaultSettings } = options;
  await makePrivateFolder(places.home);
  const given = givenFrom(env, settings.vault, options.askPassphrase);
  const vault = await openVault({ paths: places, given, keychain, createKey, log, clock });
  const database = await openDatabaseOf(options);
  let accounts: AccountStore | undefined;
  try {
    accounts = await AccountStore.open({ database, vault, clock, log });
    const store = accounts;
    const keys = await ClientKeys.open({ database, clock, log });
    const bindings = await Bindings.open({ database, clock, log });
    return {
      database,
      vault,
      accounts: store,
      keys,
      bindings,
      async close() {
        store.close();
        await bindings.close();
        await keys.close();
        await database.close();
      },
    };
  } catch (error) {
    accounts?.close();
    await database.close();
    throw error;
  }
}
