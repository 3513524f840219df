import type { VaultManagement } from './vault.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The vault of a running proxy: it alone knows its keychain and its environment. */
export function remoteVault(ask: Ask): VaultManagement {
  return {
    state: () => ask('GET', '/control/vault'),
    prepare: (first) =>
      ask('POST', '/control/vault/prepare', {
        first: first?.backend === 'passphrase' ? { ...first, passphrase: first.passphrase.reveal() } : first,
      }),
    rekey: ({ backend, key, passphrase }) =>
      ask('POST', '/control/vault/rekey', {
        to: backend,
        key: key?.reveal(),
        passphrase: passphrase?.reveal(),
      }),
    changePassphrase: (current, next) =>
      ask('POST', '/control/vault/passphrase', { current: current.reveal(), next: next.reveal() }),
  };
}
