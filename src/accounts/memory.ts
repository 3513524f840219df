import type { Account } from './account.ts';
import { unknownRoom, type RoomOf } from './headroom/room.ts';
import type { FamilyRest, Standing } from './standing.ts';

/** What was learned about an account from its answers. */
export interface Learned {
  readonly standing?: Standing;
  readonly familyRests: readonly FamilyRest[];
}

/** What outlives the pool. None of it may throw or wait. */
export interface Memory {
  readonly roomOf: RoomOf;
  /** What was learned about the account before this pool began, as far as it still holds. */
  readonly recall: (account: Account) => Learned;
  /** Hears what is learned now, each time it may be something else. */
  readonly keep: (account: Account, learned: Learned) => void;
}

/** Begins and ends with the pool. */
export const noMemory: Memory = {
  roomOf: () => unknownRoom,
  recall: () => ({ familyRests: [] }),
  keep: () => {},
};
