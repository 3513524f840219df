import { localCaptures, type Captures } from '../admin/captures.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { givenFrom } from '../credentials/given.ts';
import { openVault } from '../credentials/open.ts';
import { Archive } from '../usage/capture/archive.ts';
import { passphraseAsker } from './ask-passphrase.ts';
import type { Cli } from './cli.ts';
import { keychainOf } from './keychain.ts';
import { noteLog, withRunning } from './reach.ts';

/** Captures, and whether more of them are being made. */
export interface ReachedCaptures {
  readonly captures: Captures;
  readonly isOn: boolean;
}

/** Those of the running proxy, or of the home directory where none runs; the database stays shut. */
export async function withCaptures<T>(cli: Cli, use: (reached: ReachedCaptures) => Promise<T>): Promise<T> {
  return withRunning(cli, async (proxy) => {
    if (proxy !== undefined) {
      const { capture } = await proxy.status();
      return use({ captures: proxy.captures, isOn: capture.isOn });
    }
    const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
    const archive = new Archive(cli.places.captures, await vaultOf(cli, settings));
    return use({ captures: localCaptures(archive), isOn: settings.capture.enabled });
  });
}

function vaultOf(cli: Cli, settings: Settings) {
  const { places, env, clock } = cli;
  const log = noteLog(cli);
  const given = givenFrom(env, settings.vault, passphraseAsker(cli));
  return openVault({ paths: places, given, keychain: keychainOf(cli, log), createKey: 'ask', log, clock });
}
