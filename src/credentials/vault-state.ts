import { stat } from 'node:fs/promises';
import { Problem } from '../base/problem.ts';
import type { KeyKeeper } from './key-keeper.ts';
import type { KeyPlaces } from './key-places.ts';
import type { StoredFile } from './stored-file.ts';
import type { VaultState } from './vault.ts';
import { emptyVault } from './vault-file.ts';

/** Looks at everything and changes nothing. A key in the keychain is asked for, as nothing else tells. */
export async function stateOf(stored: StoredFile, keeper: KeyKeeper, places: KeyPlaces): Promise<VaultState> {
  let file = emptyVault;
  let isReadable = false;
  let problem: Problem | undefined;
  try {
    ({ file } = await stored.read());
    isReadable = true;
    await keeper.check(file);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem = error;
  }
  const used = keeper.describe();
  const backend = used.backend ?? file.backend;
  return {
    path: stored.path,
    secrets: isReadable ? file.entries.size : undefined,
    backend,
    detail: backend === undefined ? '' : places.at(backend).detail,
    keyId: file.key === '' ? undefined : file.key.slice(0, 8),
    problem,
    backupAt: await stat(`${stored.path}.bak`).then(
      ({ mtimeMs }) => Math.round(mtimeMs),
      () => undefined,
    ),
    spareKeys: file.spare.length,
  };
}
