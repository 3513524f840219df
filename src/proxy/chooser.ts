import type { Account } from '../accounts/account.ts';
import type { Choice } from '../accounts/choice.ts';
import type { Lesson } from '../accounts/standing.ts';

/** Finds the accounts for the attempts of one call, one after the other, and takes what they teach. */
export interface Chooser {
  /** What the session has to lose, in the cache it had when the call came (tokens); undefined where nobody knows. */
  readonly tokensAtHome: number | undefined;
  /** The account for the next attempt, or why there is none, as soon as that is settled. @throws GatewayError client_left */
  next(): Choice | Promise<Choice>;
  /** An account is asked now. */
  asks(accountId: string): void;
  /** What an account that was asked teaches, as it was then. */
  learns(account: Account, lesson: Lesson): void;
  /** No further account is asked. Where nobody served, the session is at home again where it was: `home`. */
  ends(isServed: boolean, home: Pick<Account, 'id'> | undefined): void;
}
