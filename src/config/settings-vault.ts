import { choice, filePath, optional } from './kinds.ts';
import { setting } from './setting.ts';

/** Where the key of the vault can be kept; `auto` decides at the first secret. */
export const vaultBackends = ['keychain', 'environment', 'key-file', 'systemd', 'passphrase'] as const;

export const vault = {
  help: 'Where the key is kept that the secrets are encrypted with; see `docs/vault.md`.',
  settings: {
    backend: setting({
      kind: choice(['auto', ...vaultBackends]),
      fallback: 'auto',
      help: "Where the key is: in the operating system's `keychain`, in the variable CCPROXY_VAULT_KEY (`environment`), in a `key-file`, in a credential of the `systemd` unit, or sealed in the vault with a `passphrase`. `auto`: where it was put; for a new vault what is given, else the keychain. Never changed by itself: `auth vault rekey` moves it.",
      isLive: false,
    }),
    keyFile: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'The key file, where it is not `vault.key` in the home directory: a mounted secret, for example. It holds 32 bytes in base64 or hex.',
      isLive: false,
      example: '/run/secrets/vault-key',
    }),
    passphraseFile: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'A file the passphrase is read from, where nobody is there to type it. `/dev/fd/3` reads an open file descriptor. CCPROXY_VAULT_PASSPHRASE goes before it.',
      isLive: false,
      example: '/run/secrets/vault-passphrase',
    }),
  },
} as const;
