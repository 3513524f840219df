import { localVault, type VaultManagement } from '../admin/vault.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { type Given, givenFrom } from '../credentials/given.ts';
import { unopenedVault } from '../credentials/open.ts';
import { passphraseAsker } from './ask-passphrase.ts';
import type { Cli } from './cli.ts';
import { keychainOf } from './keychain.ts';
import { noteLog, withRunning } from './reach.ts';

/** The vault, whether it opens or not. */
export interface ReachedVault {
  readonly vault: VaultManagement;
  readonly settings: Settings['vault'];
  /** What this command was given: never what the running proxy was. */
  readonly given: Given;
}

export interface ReachVaultOptions {
  /** Whether a person may be asked for the passphrase. */
  readonly mayAsk: boolean;
  /** What the vault is opened with, where not with all that was given. */
  readonly openedWith?: (given: Given) => Given;
}

/** The vault through the running proxy where one runs, else the file itself. The database is not needed. */
export async function withVault<T>(
  cli: Cli,
  { mayAsk, openedWith = (given) => given }: ReachVaultOptions,
  use: (reached: ReachedVault) => Promise<T>,
): Promise<T> {
  const { places, env, clock } = cli;
  const { vault: settings } = (await loadSettings({ places, env, flags: {} })).settings;
  const given = givenFrom(env, settings, mayAsk ? passphraseAsker(cli) : undefined);
  return withRunning(cli, (proxy) => {
    if (proxy !== undefined) return use({ vault: proxy.vault, settings, given });
    const log = noteLog(cli);
    const vault = unopenedVault({
      paths: places,
      given: openedWith(given),
      keychain: keychainOf(cli, log),
      createKey: 'ask',
      log,
      clock,
    });
    return use({ vault: localVault(vault), settings, given });
  });
}
