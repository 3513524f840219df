import type { Secret } from '../base/secret.ts';
import type { FirstKey, KeyedVault, Prepared, RekeyTarget } from '../credentials/vault.ts';
import type { RekeyView, VaultView } from './contract.ts';
import { moment } from './status.ts';

/** What commands may do to the vault itself. */
export interface VaultManagement {
  state(): Promise<VaultView>;
  /** Settles where the key of a new vault goes, see {@link KeyedVault.prepare}. */
  prepare(first?: FirstKey): Promise<Prepared>;
  /** @throws Problem; then nothing was changed */
  rekey(target: RekeyTarget): Promise<RekeyView>;
  /** @throws Problem vault-wrong-passphrase, vault-no-passphrase, vault-weak-passphrase */
  changePassphrase(current: Secret, next: Secret): Promise<void>;
}

/** The vault of this process. */
export function localVault(vault: KeyedVault): VaultManagement {
  return {
    async state() {
      const { secrets, backend, keyId, problem, backupAt, ...rest } = await vault.state();
      return {
        ...rest,
        secrets: secrets ?? null,
        backend: backend ?? null,
        keyId: keyId ?? null,
        problem:
          problem === undefined ? null : { code: problem.code, title: problem.message, fix: problem.fix },
        backupAt: backupAt === undefined ? null : moment(backupAt),
      };
    },
    prepare: (first) => vault.prepare(first),
    async rekey(target) {
      const { from, oldKeyIn, ...rest } = await vault.rekey(target);
      return { ...rest, from: from ?? null, oldKeyIn: oldKeyIn ?? null };
    },
    changePassphrase: (current, next) => vault.changePassphrase(current, next),
  };
}
