import type { TokenSet } from './token-set.ts';

/** How an attempt to renew tokens ended. */
export type Refreshed =
  /** The new tokens; the old refresh token is in them where no new one came (RFC 6749 §6). */
  | { readonly is: 'renewed'; readonly tokens: TokenSet }
  /**
   * The provider said no, and will say it again. `invalid_grant`: the refresh token is spent, revoked or
   * expired; any other code (`invalid_client`, `unauthorized_client`, …) is about the provider's settings, and
   * the token may still be good.
   */
  | { readonly is: 'refused'; readonly code: string; readonly reason: string }
  /** Nothing was sent, so the refresh token is as good as before. */
  | { readonly is: 'unreachable'; readonly reason: string; readonly retryAt: number | undefined }
  /**
   * There was no usable answer. With `mayBeSpent` the request may have arrived, and a provider that rotates
   * may count the refresh token as used.
   */
  | {
      readonly is: 'failed';
      readonly reason: string;
      readonly mayBeSpent: boolean;
      readonly retryAt: number | undefined;
    };

/** How an attempt to give tokens back ended (RFC 7009). */
export type Revoked =
  | { readonly is: 'revoked' }
  /** The provider has no such endpoint: signing out is local only. */
  | { readonly is: 'not-offered' }
  | { readonly is: 'failed'; readonly reason: string };
