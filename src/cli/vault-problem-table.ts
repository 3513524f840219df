import { newer, restore, rights } from './problem-fixes.ts';

/** The problems of the vault and its key; part of the table in `problem-table.ts`. */
export const vaultProblems = {
  'vault-key-needed': {
    exit: 'refused',
    title: 'The vault has no key yet.',
    fix: 'Choose a place: `{self} auth vault rekey --to key-file`, for example.',
  },
  'vault-backend-differs': {
    exit: 'settings',
    title: 'The key of the vault is kept elsewhere than the settings allow.',
    fix: 'Move it: `{self} auth vault rekey --to PLACE`; or change the setting vault.backend.',
  },
  'vault-keychain-silent': {
    exit: 'unreachable',
    title: 'The keychain does not answer.',
    fix: 'Unlock it; `{self} doctor` looks closer.',
  },
  'vault-passphrase-needed': {
    exit: 'refused',
    title: 'The vault is sealed with a passphrase, and nobody gave it.',
    fix: 'Run the command at a terminal, or give it as CCPROXY_VAULT_PASSPHRASE.',
  },
  'vault-wrong-passphrase': {
    exit: 'refused',
    title: 'The passphrase does not open the vault.',
    fix: 'Type it again.',
  },
  'vault-weak-passphrase': {
    exit: 'usage',
    title: 'The passphrase is too short.',
    fix: 'Take a longer one.',
  },
  'vault-no-passphrase': {
    exit: 'failed',
    title: 'The vault is not sealed with a passphrase.',
    fix: '`{self} auth vault status` says where its key is; `{self} auth vault rekey --to passphrase` changes that.',
  },
  'vault-same-key': {
    exit: 'failed',
    title: 'This is the key in use already.',
    fix: 'Give another one.',
  },
  'vault-key-missing': { exit: 'settings', title: 'The key of the vault is missing.', fix: restore },
  'vault-key-invalid': { exit: 'settings', title: 'The key of the vault is no key.', fix: restore },
  'vault-wrong-key': {
    exit: 'settings',
    title: 'This is not the key the vault was made with.',
    fix: restore,
  },
  'vault-missing': { exit: 'settings', title: 'The vault is missing.', fix: restore },
  'vault-damaged': { exit: 'settings', title: 'The vault is damaged.', fix: restore },
  'vault-newer': { exit: 'settings', title: 'The vault was written by a newer version.', fix: newer },
  'vault-busy': { exit: 'failed', title: 'Another process keeps the vault locked.', fix: 'Try again.' },
  'vault-unreadable': { exit: 'settings', title: 'The vault cannot be read.', fix: rights },
  'vault-unwritable': { exit: 'settings', title: 'The vault cannot be written.', fix: rights },
} as const;
