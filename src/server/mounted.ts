import { MountedAccounts } from '../accounts/mounted-accounts.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';

export interface MountOptions {
  readonly accounts: AccountStore;
  readonly settings: Pick<Settings, 'accounts'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Puts the accounts of mounted files behind the stored ones, as the files are now. */
export async function mountAccounts({
  accounts,
  settings,
  ...world
}: MountOptions): Promise<MountedAccounts> {
  const { file, folder } = settings.accounts;
  const onChange = accounts.mount.bind(accounts);
  const mounted = new MountedAccounts({ ...world, file, folder, onChange });
  await mounted.open();
  return mounted;
}
