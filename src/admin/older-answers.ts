import type { AccountView, FamilyRestView, StandingView } from './contract-accounts.ts';
import type { CaptureView } from './contract-capture.ts';
import type { RequestView } from './contract-usage.ts';
import type { KeyView, StatusView } from './contract.ts';

/** An answer in which fields are missing that were added to the contract later. */
type Older<View, Added extends keyof View> = Omit<View, Added> & Partial<Pick<View, Added>>;

type OlderRest<Rest extends object> = Older<
  Rest,
  keyof Rest & ('evidence' | 'isGuess' | 'isCut' | 'askedEarlyAt' | 'endsBy')
>;
type OlderStanding =
  | (StandingView & { is: 'ready' })
  | OlderRest<StandingView & { is: 'resting' }>
  | Older<StandingView & { is: 'signed-out' }, 'evidence' | 'endsBy'>
  | Older<StandingView & { is: 'switched-off' }, 'since' | 'endsBy'>;
export type OlderAccount = Omit<
  Older<AccountView, 'windows' | 'lastRest' | 'isHalfOpen' | 'updatedAt'>,
  'standing' | 'familyRests'
> & {
  readonly standing: OlderStanding;
  readonly familyRests: readonly OlderRest<FamilyRestView>[];
};
export type OlderRequest = Older<RequestView, 'bodyDigests'>;
export type OlderKey = Older<KeyView, 'budgets' | 'role'>;
export type OlderStatus = Older<
  Omit<StatusView, 'accounts'>,
  'workers' | 'budgets' | 'moves' | 'capture' | 'newer'
> & {
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
  const { windows = [], lastRest = null, isHalfOpen = false, updatedAt = account.createdAt } = account;
  const standing = fullStanding(account.standing);
  const familyRests = account.familyRests.map((one) => ({ ...unsaid, ...one }));
  return { ...account, standing, familyRests, windows, lastRest, isHalfOpen, updatedAt };
}

function fullStanding(standing: OlderStanding): StandingView {
  switch (standing.is) {
    case 'ready':
      return standing;
    case 'resting':
      return { ...unsaid, ...standing };
    case 'signed-out':
      return { evidence: null, endsBy: 'credential', ...standing };
    case 'switched-off':
      return { since: null, endsBy: 'person', ...standing };
  }
}

const unsaid = { evidence: null, isGuess: false, isCut: false, askedEarlyAt: null, endsBy: 'time' } as const;

export function fullRequest(request: OlderRequest): RequestView {
  return { ...request, bodyDigests: request.bodyDigests ?? null };
}

export function fullKey(key: OlderKey): KeyView {
  return { ...key, budgets: key.budgets ?? [], role: key.role ?? null };
}

export function fullStatus(status: OlderStatus): StatusView {
  const { workers = [], budgets = [], moves = [], capture = noCapture, newer = null, accounts } = status;
  return { ...status, workers, budgets, moves, capture, newer, accounts: accounts.map(fullAccount) };
}
