import { z } from 'zod';
import { Secret } from '../base/secret.ts';

/** What a sign-in at a provider gave. */
export interface TokenSet {
  readonly access: Secret;
  /** Undefined where the provider gave none: the account then signs in again when `access` has expired. */
  readonly refresh?: Secret;
  /** When `access` expires, in milliseconds since the epoch; undefined where the provider did not say. */
  readonly expiresAt?: number;
  /** What the tokens allow, in the words of the provider. */
  readonly scope?: string;
}

const stored = z.looseObject({
  access: z.string().min(1),
  refresh: z.string().min(1).optional(),
  expiresAt: z.number().optional(),
  scope: z.string().optional(),
});

/** Tokens as they lie in the vault: one secret an account, so that they change together or not at all. */
export function toStored({ access, refresh, expiresAt, scope }: TokenSet): Secret {
  return new Secret(
    JSON.stringify({ access: access.reveal(), refresh: refresh?.reveal(), expiresAt, scope }),
  );
}

/** What {@link toStored} has written; undefined where it is something else. */
export function fromStored(secret: Secret): TokenSet | undefined {
  const read = stored.safeParse(parsed(secret.reveal()));
  if (!read.success) return undefined;
  const { access, refresh, expiresAt, scope } = read.data;
  return {
    access: new Secret(access),
    ...(refresh !== undefined && { refresh: new Secret(refresh) }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(scope !== undefined && { scope }),
  };
}

/** Whether two sets are of one sign-in or refresh. */
export function areSameTokens(a: TokenSet, b: TokenSet): boolean {
  return a.access.reveal() === b.access.reveal() && a.refresh?.reveal() === b.refresh?.reveal();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
