import type { Audit } from '../../access/people/audit.ts';
import type { Role } from '../../access/people/role.ts';
import type { Asker, WhoIsAsking } from '../pages/asker.ts';
import type { SignInDesk } from './sign-in-desk.ts';

/** Who comes in, and how. */
export interface Doors {
  readonly whoIsAsking: WhoIsAsking;
  /** What somebody may do by now who goes on looking at what they once opened; undefined for nothing. */
  readonly roleNow: (asker: Asker) => Promise<Role | undefined>;
  readonly desk: SignInDesk;
  readonly audit: Audit;
}
