import { z } from 'zod';
import { Secret } from '../base/secret.ts';
import type { TokenSet } from '../oauth/token-set.ts';

const shape = z.object({
  access: z.string().min(1),
  refresh: z.string().min(1).optional(),
  expiresAt: z.number().optional(),
  scope: z.string().optional(),
  label: z.string().optional(),
});

/** Tokens as they lie in the vault: one secret an account, so that they change together or not at all. */
export function toStored({ access, refresh, ...rest }: TokenSet): Secret {
  return new Secret(JSON.stringify({ access: access.reveal(), refresh: refresh?.reveal(), ...rest }));
}

/** What {@link toStored} has written; undefined where it is something else. */
export function fromStored(secret: Secret): TokenSet | undefined {
  const read = shape.safeParse(parsed(secret.reveal()));
  if (!read.success) return undefined;
  const { access, refresh, expiresAt, scope, label } = read.data;
  return {
    access: new Secret(access),
    refresh: refresh === undefined ? undefined : new Secret(refresh),
    expiresAt,
    scope,
    label,
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
