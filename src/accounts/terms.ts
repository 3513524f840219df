import type { Secret } from '../base/secret.ts';

/** Tokens of Claude.ai sign-ins begin so, and so do short-lived ones of workloads and profiles. */
const accessPrefix = 'sk-ant-oat';
const refreshPrefix = 'sk-ant-ort';

/** Whether a secret may be a token of a consumer sign-in: then it is stored only after an explicit yes. */
export function mayBeSignIn(secret: Secret): boolean {
  return secret.reveal().trim().startsWith(accessPrefix);
}

/** Whether a secret is the part of a sign-in that renews it: then it is not stored at all. */
export function isRefreshToken(secret: Secret): boolean {
  return secret.reveal().trim().startsWith(refreshPrefix);
}

/** What a person is told who stores such a token; `docs/accounts.md` says more. */
export const terms: readonly string[] = [
  'This looks like a token of a Claude.ai sign-in, or a short-lived one of a workload or profile.',
  "Anthropic's terms (August 2026) do not allow third parties to collect, store or intermediate Claude.ai",
  'credentials. Tokens of your own workloads are another matter. An API key (--kind api-key) is the',
  'recommended way; --kind passthrough lets clients use their own sign-in without storing it.',
];
