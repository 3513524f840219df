import { vaultBackends } from '../config/settings-vault.ts';
import { option, type Declarer } from './declare.ts';

/** `auth vault`: where the secrets are, and the key they are encrypted with. */
export function declareVault(auth: Declarer): void {
  const vault = auth.group('vault', 'where the secrets are, and the key they are encrypted with');
  vault.add(
    {
      usage: 'status',
      summary: 'show where the secrets are and where their key is kept',
      more: 'Exits with another code than 0 when the vault does not open.',
      json: true,
      examples: [
        ['auth vault status', ''],
        ['auth vault status --json', 'for a script'],
      ],
    },
    async () => (await import('./auth-vault-status.ts')).authVaultStatus,
  );
  vault.add(
    {
      usage: 'rekey',
      summary: 'encrypt every secret with another key, or keep the key elsewhere',
      more:
        'The old key is removed when the new one is in use. Acts in the running proxy, where one runs: ' +
        'its keychain and its files are the ones that count.',
      options: [
        option('--to <place>', 'where the key is kept from now on (default: where it is)').choices([
          ...vaultBackends,
        ]),
        passphraseOption('with --to passphrase: '),
      ],
      json: true,
      examples: [
        ['auth vault rekey', 'a fresh key in the same place'],
        ['auth vault rekey --to keychain', "into the operating system's keychain"],
        ['auth vault rekey --to passphrase', 'asks for a new passphrase'],
        ['auth vault rekey --to environment', 'to the key in CCPROXY_VAULT_KEY'],
      ],
    },
    async () => (await import('./auth-vault-rekey.ts')).authVaultRekey,
  );
  vault.add(
    {
      usage: 'change-passphrase',
      summary: 'seal the vault with another passphrase',
      options: [passphraseOption('')],
      json: true,
      examples: [
        ['auth vault change-passphrase', 'asks for the old and the new one'],
        [
          'auth vault change-passphrase --passphrase-stdin < new.txt',
          'the old one in CCPROXY_VAULT_PASSPHRASE',
        ],
      ],
    },
    async () => (await import('./auth-vault-passphrase.ts')).authVaultPassphrase,
  );
}

function passphraseOption(when: string) {
  return option('--passphrase-stdin', `${when}read the new passphrase from standard input`);
}
