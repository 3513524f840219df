import type { VaultManagement } from '../admin/vault.ts';
import type { FirstKey } from '../credentials/vault.ts';
import { askNewPassphrase } from './ask-passphrase.ts';
import { askChoice } from './ask.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';

/**
 * Asks where the key of a new vault goes, before the first secret needs one. Where a keychain answers, or
 * somebody has chosen, there is nothing to ask. Headless there is nobody to ask: a key file is made then,
 * and the log says so loudly.
 *
 * @throws Problem cancelled, vault-keychain-silent
 */
export async function settleVaultKey(cli: Cli, vault: Pick<VaultManagement, 'prepare'>): Promise<void> {
  if (!cli.terminal.canAsk) return;
  const prepared = await vault.prepare();
  if (prepared.is === 'ready') return;
  cli.terminal.note(prepared.reason);
  const first: FirstKey =
    prepared.wants === 'passphrase'
      ? { backend: 'passphrase', passphrase: await askNewPassphrase(cli) }
      : await askPlace(cli);
  await vault.prepare(first);
}

async function askPlace(cli: Cli): Promise<FirstKey> {
  const chosen = await askChoice('Where is the key of the vault to be kept?', [
    {
      value: 'passphrase',
      label: 'Seal it with a passphrase',
      hint: 'asked for at every start; a service reads it from a file',
    },
    {
      value: 'key-file',
      label: 'In a key file beside the vault',
      hint: 'whoever can read both files can read your secrets',
    },
    { value: 'cancel', label: 'Nowhere: cancel', hint: 'to set up a keychain first, for example' },
  ]);
  if (chosen === 'cancel') throw problem('cancelled');
  return chosen === 'passphrase'
    ? { backend: 'passphrase', passphrase: await askNewPassphrase(cli) }
    : { backend: 'key-file' };
}
