import type { Audit } from '../../access/people/audit.ts';
import type { Asker, WhoIsAsking } from '../pages/asker.ts';
import type { SignInDesk } from './sign-in-desk.ts';

/** Who comes in, and how. */
export interface Doors {
  readonly whoIsAsking: WhoIsAsking;
  /** Whether somebody may go on looking at what they once opened. */
  readonly isStillIn: (asker: Asker) => Promise<boolean>;
  readonly desk: SignInDesk;
  readonly audit: Audit;
}
