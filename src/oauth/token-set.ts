import type { Secret } from '../base/secret.ts';

/** What a provider gave out for one account. */
export interface TokenSet {
  readonly access: Secret;
  /** Undefined where the provider gives none: at expiry the person signs in again. */
  readonly refresh: Secret | undefined;
  /** Milliseconds since the epoch; undefined where nobody knows. */
  readonly expiresAt: number | undefined;
  /** As the provider says it; undefined where it is what was asked for (RFC 6749 §5.1). */
  readonly scope: string | undefined;
  /**
   * Whose account it may be: an e-mail address, a name or a subject, shortened and fit to be shown. A hint
   * for naming, never a proof of identity.
   */
  readonly label: string | undefined;
}
