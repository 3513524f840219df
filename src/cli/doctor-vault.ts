import { dirname } from 'node:path';
import type { VaultView } from '../admin/contract.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import { localVault } from '../admin/vault.ts';
import { silentLog } from '../base/log.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Settings } from '../config/settings.ts';
import { givenFrom } from '../credentials/given.ts';
import { unopenedVault } from '../credentials/open.ts';
import { secretCount } from './auth-vault-status.ts';
import type { Cli } from './cli.ts';
import type { Found } from './doctor-found.ts';
import { keychainOf } from './keychain.ts';

/** Whether the vault opens with the key it has, and where that key is; as the running proxy sees it, if one runs. */
export async function checkVault(
  cli: Cli,
  settings: Settings,
  proxy: RemoteProxy | undefined,
): Promise<Found> {
  return foundOf(await (proxy?.vault ?? ownVault(cli, settings)).state(), cli.places.home);
}

function ownVault(cli: Cli, { vault: settings }: Settings): RemoteProxy['vault'] {
  const { places, env, clock } = cli;
  const vault = unopenedVault({
    paths: places,
    given: givenFrom(env, settings),
    keychain: keychainOf(cli, silentLog),
    createKey: 'ask',
    log: silentLog,
    clock,
  });
  return localVault(vault);
}

function foundOf({ secrets, backend, detail, keyId, problem }: VaultView, home: string): Found {
  const name = 'vault';
  if (problem !== null) {
    // A passphrase that nobody typed is no fault of the vault.
    const is = problem.code === 'vault-passphrase-needed' ? 'warn' : 'fail';
    return { name, is, says: problem.title, fix: problem.fix };
  }
  if (secrets === 0 && keyId === null) return { name, is: 'ok', says: 'empty; it has no key yet' };
  const says = `${secretCount(secrets ?? 0)}, key in ${detail} (${backend})`;
  const isBesideIt = backend === 'key-file' && dirname(detail) === home;
  if (!isBesideIt) return { name, is: 'ok', says };
  return {
    name,
    is: 'warn',
    says: `${says}: who can read both can read the secrets`,
    fix: `\`${ownCommand('auth vault rekey --to keychain')}\` (or passphrase) moves it, where that matters to you.`,
  };
}
