import type { Management } from '../admin/management.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import type { PeopleManagement } from '../admin/people.ts';
import type { Reports } from '../admin/reports.ts';
import { LineLog, type Log } from '../base/log.ts';
import type { KeyedVault } from '../credentials/vault.ts';
import type { Stores } from '../server/stores.ts';
import { openSender } from '../wire/send.ts';
import { passphraseAsker } from './ask-passphrase.ts';
import type { Cli } from './cli.ts';
import { keychainOf } from './keychain.ts';
import { oauthHere } from './oauth-here.ts';
import { runningHere } from './running-here.ts';

/** Whoever manages the accounts and keys: a running proxy, or this command itself with the vault it opened. */
export type Reached =
  | { readonly management: Management; readonly proxy: RemoteProxy; readonly vault: undefined }
  | { readonly management: Management; readonly proxy: undefined; readonly vault: KeyedVault };

/**
 * Acts through the running proxy where one runs, else directly on the home directory: there is one
 * writer, and a service may have another keychain than the person at the terminal.
 */
export async function withManagement<T>(cli: Cli, use: (reached: Reached) => Promise<T>): Promise<T> {
  return withRunning(cli, async (proxy) => {
    if (proxy !== undefined) return use({ management: proxy, proxy, vault: undefined });
    return withHome(cli, ({ management, stores: { vault } }) => use({ management, proxy: undefined, vault }));
  });
}

/** Looks for the running proxy of this home directory; `use` gets undefined where there is none. */
export async function withRunning<T>(
  cli: Cli,
  use: (proxy: RemoteProxy | undefined) => Promise<T>,
): Promise<T> {
  const sender = openSender({ clock: cli.clock });
  try {
    return await use(await runningHere(cli, sender));
  } finally {
    sender.close();
  }
}

/** The home directory, opened. */
export interface Home {
  readonly stores: Stores;
  readonly management: Management;
}

/**
 * Opens the home directory for `use`, and closes it again; makes what is not there.
 *
 * @throws Problem of the settings, the database or the vault
 */
export async function withHome<T>(cli: Cli, use: (home: Home) => Promise<T>): Promise<T> {
  const { places, env, clock } = cli;
  const log = noteLog(cli);
  // Loaded only now: with a proxy running, a command needs neither database nor vault.
  const [
    { LocalManagement },
    { audited, noteBy },
    { SignIns },
    { keptPeople },
    { openStores },
    mounting,
    loading,
  ] = await Promise.all([
    import('../admin/local.ts'),
    import('../admin/audited.ts'),
    import('../admin/sign-ins.ts'),
    import('../server/people.ts'),
    import('../server/stores.ts'),
    import('../server/mounted.ts'),
    import('../config/load.ts'),
  ]);
  const { settings } = await loading.loadSettings({ places, env, flags: {} });
  const stores = await openStores({
    places,
    env,
    createKey: 'create',
    settings,
    keychain: keychainOf(cli, log),
    askPassphrase: passphraseAsker(cli),
    log,
    clock,
  });
  const signingIn = oauthHere(cli, settings, log);
  try {
    const { accounts } = stores;
    const providers = () => settings.providers;
    await mounting.mountAccounts({ accounts, settings, env, clock, log });
    const { database } = stores;
    const { audit } = keptPeople({ database, settings: () => settings, clock, log });
    const note = noteBy(audit, { name: 'a command', via: 'command', address: '' });
    const onSignedIn = ({ name }: { readonly name: string }): Promise<void> =>
      note({ what: 'account.signed-in', subject: name });
    const inner = new LocalManagement({
      ...stores,
      clock,
      providers,
      signIns: new SignIns({ accounts, providers, oauth: () => signingIn.open(), onSignedIn, clock, log }),
      test: async (account) => (await import('./test-here.ts')).testHere(account, accounts, settings, clock),
    });
    const management = audited(inner, note);
    return await use({ stores, management });
  } finally {
    await signingIn.close();
    await stores.close();
  }
}

/** The ledger of the running proxy, or that of the home directory where none runs; the vault stays shut. */
export async function withReports<T>(cli: Cli, use: (reports: Reports) => Promise<T>): Promise<T> {
  return withRunning(cli, async (proxy) => {
    if (proxy !== undefined) return use(proxy.reports);
    const [{ localReports }, { openDatabaseOf }, { loadSettings }] = await Promise.all([
      import('../admin/reports.ts'),
      import('../server/stores.ts'),
      import('../config/load.ts'),
    ]);
    const { places, env, clock } = cli;
    const { settings } = await loadSettings({ places, env, flags: {} });
    const database = await openDatabaseOf({ places, env, settings, clock, log: noteLog(cli) });
    try {
      return await use(localReports(database));
    } finally {
      await database.close();
    }
  });
}

/** The people of the running proxy, or of the home directory where none runs; the vault stays shut. */
export async function withPeople<T>(cli: Cli, use: (people: PeopleManagement) => Promise<T>): Promise<T> {
  return withRunning(cli, async (proxy) => {
    if (proxy !== undefined) return use(proxy.people);
    const { peopleHere } = await import('./people-here.ts');
    return peopleHere(cli, noteLog(cli), use);
  });
}

/** Warnings of the rooms below, for the person who started the command. */
export function noteLog({ terminal, clock }: Cli): Log {
  return new LineLog({
    level: 'warn',
    format: 'pretty',
    colour: false,
    clock,
    write: (line) => {
      terminal.note(line.trimEnd());
    },
  });
}
