import type { AccountView } from './contract-accounts.ts';
import type { CaptureView } from './contract-capture.ts';
import type { KeyView, StatusView } from './contract.ts';

/** An answer in which fields are missing that were added to the contract later. */
type Older<View, Added extends keyof View> = Omit<View, Added> & Partial<Pick<View, Added>>;

export type OlderAccount = Older<AccountView, 'windows'>;
export type OlderKey = Older<KeyView, 'budgets' | 'role'>;
export type OlderStatus = Older<Omit<StatusView, 'accounts'>, 'budgets' | 'capture'> & {
  readonly accounts: readonly OlderAccount[];
};

/*
 * After an update the proxy of before runs on until somebody restarts it, and the commands of the new program
 * ask it. What it does not know of is empty, as with a proxy that has none.
 */

/** One that cannot keep prompts and answers keeps none. */
const noCapture: CaptureView = {
  isOn: false,
  since: null,
  folder: '',
  keepDays: 0,
  maxBytes: 0,
  kept: 0,
  dropped: 0,
  trouble: null,
};

export function fullAccount(account: OlderAccount): AccountView {
  return { ...account, windows: account.windows ?? [] };
}

export function fullKey(key: OlderKey): KeyView {
  return { ...key, budgets: key.budgets ?? [], role: key.role ?? null };
}

export function fullStatus(status: OlderStatus): StatusView {
  const { budgets = [], capture = noCapture, accounts } = status;
  return { ...status, budgets, capture, accounts: accounts.map(fullAccount) };
}
