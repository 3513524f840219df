import type { Account } from './account.ts';

/** What a call asks of the pool. */
export interface Ask {
  /** `counting` stands outside limits: it neither waits for room nor takes it. */
  readonly purpose: 'messages' | 'counting' | 'other';
  readonly model?: string | undefined;
  readonly session?: string | undefined;
  /** The account that made an object the call names: nobody else can serve it. */
  readonly bound?: string | undefined;
  /** An account the caller chose by id or name. */
  readonly pinned?: string | undefined;
  /** Ids or names the caller may use; undefined for all. */
  readonly allowed?: readonly string[] | undefined;
  /** The call brings its own upstream credential: only pass-through accounts, and no other after them. */
  readonly own: boolean;
  /** Of a call in the queue: how long after its last call an account that is back from a rest takes this one (ms). */
  readonly gapMs?: number | undefined;
  /** Nothing is left for the call but to be refused: it may ask whether a limit with a named end still holds. */
  readonly mayAskEarly?: true | undefined;
}

/** Why this account; `early`: nobody can serve, and it is asked whether its limit still holds. */
export type Why = 'session' | 'object' | 'pinned' | 'free' | 'next' | 'early';

export type Choice =
  | {
      readonly is: 'account';
      readonly account: Account;
      readonly why: Why;
      readonly lease: Lease;
      readonly left?: Left;
    }
  /** No account of that id or name (pinned), or the object's account is gone (bound). */
  | { readonly is: 'unknown' }
  /** There are accounts, but each is resting, at its most calls at once, or tried. */
  | {
      readonly is: 'limited';
      readonly readyAt: number | undefined;
      /** Undefined where waiting changes nothing. */
      readonly awaits?: Hindrance | undefined;
      readonly name?: string;
    }
  /** Every account that would fit is signed out or switched off. */
  | { readonly is: 'unavailable'; readonly name?: string; readonly reason?: string }
  /** No account is set up for such a call, or none for this model. */
  | { readonly is: 'none'; readonly because: 'empty' | 'model' | 'not-allowed' };

/** Why an account must not be used for messages now, whatever the upstream says of it. */
export interface Bar {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The evidence, in words a person understands. */
  readonly reason: string;
}

/** Asks for the bar of an account, by its id. */
export type Barred = (accountId: string) => Bar | undefined;

/**
 * What keeps an account from taking a call, and is over by itself: it is back from a rest and takes others first, is
 * at its most calls at once, or rests (until a moment in milliseconds since the epoch).
 */
export type Hindrance =
  | { readonly is: 'turn' }
  | { readonly is: 'room'; readonly places: number }
  | { readonly is: 'rest'; readonly until: number };

/** The account a session was on, and why its call goes elsewhere, in words. */
export interface Left {
  readonly account: Account;
  readonly reason: string;
}

/** A place taken on an account; `release` gives it back, once. */
export interface Lease {
  release(): void;
}
