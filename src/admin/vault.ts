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
      const { path, secrets, backend, detail, keyId, problem, backupAt, spareKeys } = await vault.state();
      return {
        path,
        secrets: secrets ?? null,
        backend: backend ?? null,
        detail,
        keyId: keyId ?? null,
        problem:
          problem === undefined ? null : { code: problem.code, title: problem.message, fix: problem.fix },
        backupAt: backupAt === undefined ? null : moment(backupAt),
        spareKeys,
      };
    },
    prepare: (first) => vault.prepare(first),
    async rekey(target) {
      const { from, to, detail, keyId, oldKeyIn } = await vault.rekey(target);
      return { from: from ?? null, to, detail, keyId, oldKeyIn: oldKeyIn ?? null };
    },
    changePassphrase: (current, next) => vault.changePassphrase(current, next),
  };
}
