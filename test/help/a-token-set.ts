import { Secret } from '../../src/base/secret.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';

/** Tokens `access-NAME` and `refresh-NAME`, with `more` of their own. */
export function aTokenSet(name: string, more: Partial<TokenSet> = {}): TokenSet {
  return {
    access: new Secret(`access-${name}`),
    refresh: new Secret(`refresh-${name}`),
    expiresAt: undefined,
    scope: undefined,
    label: undefined,
    ...more,
  };
}
