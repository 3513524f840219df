/** @jsxImportSource hono/jsx */
import type { AccountKind } from '../../../accounts/account.ts';
import { kindNames } from './words.ts';

export const kindHints: Readonly<Record<AccountKind, string>> = {
  'api-key': 'From console.anthropic.com, or of another service that speaks the Claude API.',
  token: 'A fixed token of a gateway or a workload.',
  oauth: 'At a provider of the settings: a gateway or an identity provider of your own.',
  passthrough: 'Stores nothing: each client brings its own sign-in.',
};

/** The kinds in the order in which they are recommended. */
export const kinds = ['api-key', 'passthrough', 'oauth', 'token'] as const satisfies readonly AccountKind[];

/** One button for every kind, that opens the form for it. */
export function kindCards() {
  return kinds.map((kind) => (
    <button
      type="button"
      class="kind-card"
      hx-get={`/accounts/add?kind=${kind}`}
      hx-target="#dialog"
      hx-swap="innerHTML"
    >
      <strong>{kindNames[kind]}</strong>
      <span>{kindHints[kind]}</span>
    </button>
  ));
}
