import type { AccountKind } from '../accounts/account.ts';
import type { Way } from '../config/settings-providers.ts';
import type { FlowFailure } from '../oauth/flow.ts';

/**
 * What `/status`, `/control` and `--json` say: plain JSON, camelCase, moments as ISO 8601 in UTC, `null`
 * for "not set". Fields are added, never renamed. No secret is ever part of it.
 */
export type StandingView =
  | { readonly is: 'ready' }
  | {
      readonly is: 'resting';
      readonly since: string;
      readonly until: string;
      readonly reason: string;
      /** What the upstream said; null where the reason is one of ours, such as a budget. */
      readonly evidence: EvidenceView | null;
      /** The upstream named no moment: one call asks before then, where nobody else can serve. */
      readonly isGuess: boolean;
      /** The upstream named a moment that has passed or is absurdly far; `until` is what was made of it. */
      readonly isCut: boolean;
      /** When one call asked last before the named end whether the limit still holds; null where none did. */
      readonly askedEarlyAt: string | null;
      /** By itself at `until`, or by one call that asks. */
      readonly endsBy: 'time' | 'probe';
    }
  | {
      readonly is: 'signed-out';
      readonly since: string;
      readonly reason: string;
      readonly evidence: EvidenceView | null;
      /** `credential`: a new one. `person`: somebody settles with the upstream what it holds the account for. */
      readonly endsBy: 'credential' | 'person';
    }
  /** `since`: null where an older proxy does not know. */
  | { readonly is: 'switched-off'; readonly since: string | null; readonly endsBy: 'person' };

/** A header of an upstream's answer as it came, or a member of its error body; cut where it is long. */
export interface EvidenceView {
  readonly in: 'header' | 'body';
  readonly name: string;
  readonly value: string;
}

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly enabled: boolean;
  readonly standing: StandingView;
  /** Families of models it does not serve for a while, though it serves all others. */
  readonly familyRests: readonly FamilyRestView[];
  /** What it came back from last; null where it has not rested since the proxy began. */
  readonly lastRest: LastRestView | null;
  /** A guessed end has come: one call asks whether the rest is over before others follow. */
  readonly isHalfOpen: boolean;
  /** The upstream struggled a moment ago: taken only where nothing else is left. */
  readonly isAvoided: boolean;
  /** The lower number is preferred. */
  readonly priority: number;
  readonly weight: number;
  readonly baseUrl: string;
  /** Patterns of models it may serve; empty for all. */
  readonly models: readonly string[];
  readonly maxConcurrent: number | null;
  /** The header an API key travels in. */
  readonly sendAs: string | null;
  /** The provider that signs an `oauth` account in, and what it gave; null for other kinds. */
  readonly signIn: SignInView | null;
  /** What it has left, as its upstream said it last; the fullest first. */
  readonly windows: readonly WindowView[];
  readonly allowPlainHttp: boolean;
  /** Headers set for every call. They are no place for secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** The outbound proxy, without what it wants to know. */
  readonly proxy: string | null;
  readonly proxyHasLogin: boolean;
  /** Certificates trusted for this account besides the usual ones. */
  readonly extraCa: readonly CertificateView[];
  /** The mounted file it stands in; null for accounts that commands may change. */
  readonly from: string | null;
  readonly notes: string;
  readonly callsInFlight: number;
  readonly served: number;
  readonly lastUsedAt: string | null;
  readonly createdAt: string;
  /** Of its settings; it only goes up, and tells two versions of the account apart. */
  readonly updatedAt: string;
}

export interface FamilyRestView extends Omit<StandingView & { is: 'resting' }, 'is'> {
  /** `opus`, `sonnet`, … */
  readonly family: string;
}

/** A rest that is over. */
export interface LastRestView {
  readonly since: string;
  /** When it was to end; a call that was served may have ended it before. */
  readonly until: string;
  readonly reason: string;
  readonly evidence: EvidenceView | null;
}

/** One limit of an account, by the headers of its last answer. */
export interface WindowView {
  /** As the headers name it: `5h`, `7d_opus`, `input-tokens`, … */
  readonly name: string;
  /** `plan`: used up by and by until its reset. `bucket`: fills all the time. */
  readonly kind: 'plan' | 'bucket';
  /** 0 … 1, and above where the upstream lets more through. */
  readonly used: number | null;
  /** Requests or tokens. */
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly status: string | null;
  readonly resetsAt: string | null;
  readonly readAt: string;
  /** At the pace of the last while; `renewed`: its reset has passed since it was read. */
  readonly forecast: 'used-up' | 'runs-out' | 'lasts' | 'renewed' | 'unknown';
  readonly runsOutAt: string | null;
}

export interface SignInView {
  readonly provider: string;
  readonly isSignedIn: boolean;
  /** When the access token expires; null where nobody said. */
  readonly expiresAt: string | null;
  readonly canRefresh: boolean;
  readonly scope: string | null;
  /** Whose sign-in it may be. */
  readonly label: string | null;
  /** When the tokens were stored: at the sign-in, or at the last refresh. */
  readonly refreshedAt: string | null;
  /** When they are to be renewed; null where they never are, and where no proxy runs. */
  readonly nextRefreshAt: string | null;
  /** Why the last attempt to renew them came to nothing; null where it went well, or there was none. */
  readonly lastFailure: { readonly at: string; readonly reason: string } | null;
}

/**
 * A sign-in that is open or has just ended: `GET /control/sign-ins/ID`. Begun with `POST /control/sign-ins`
 * (`account`, `way`), finished by the person at the provider or with `POST …/ID/paste` (`text`), given up with
 * `POST …/ID/cancel`. Done means that the tokens are stored and in use.
 */
export interface SignInFlowView {
  readonly id: string;
  /** Name of the account, when it began. */
  readonly account: string;
  readonly provider: string;
  readonly way: Way;
  readonly startedAt: string;
  /** When it fails by itself, if nobody finishes it. */
  readonly expiresAt: string;
  readonly state: SignInFlowState;
  /** Something came that was not believed, and changed nothing. */
  readonly warning: string | null;
}

export type SignInFlowState =
  /** Open this address: in a browser on the machine of the proxy (`loopback`), or anywhere (`paste`). */
  | { readonly is: 'needs-user'; readonly do: 'open'; readonly url: string }
  /** Enter the code at the address; `completeUrl` has it in it. `notice` are words of the provider. */
  | {
      readonly is: 'needs-user';
      readonly do: 'enter-code';
      readonly code: string;
      readonly url: string;
      readonly completeUrl: string | null;
      readonly notice: string | null;
    }
  /** The person is done; the provider is asked for tokens. */
  | { readonly is: 'pending' }
  | { readonly is: 'done'; readonly label: string | null }
  | { readonly is: 'failed'; readonly failure: FlowFailure; readonly reason: string };

/** What became of tokens that were given back to their provider. */
export interface GivenBackView {
  /** `not-offered`: the provider takes none back, so they are good until they expire. */
  readonly is: 'revoked' | 'not-offered' | 'failed';
  readonly reason: string | null;
}

/** An account that was removed. */
export interface RemovalView {
  readonly account: AccountView;
  /** null where there was nothing to give back. */
  readonly givenBack: GivenBackView | null;
}

export interface CertificateView {
  readonly subject: string;
  readonly expiresAt: string;
}

/** How the test of an account came out. */
export interface TestView {
  readonly works: boolean;
  /** Stable, for scripts: `works`, `refused`, `dns`, `tls-untrusted`, … */
  readonly code: string;
  /** What was found, as the end of a sentence that begins with the account. */
  readonly says: string;
  /** What to do; null where nothing is to be done. */
  readonly fix: string | null;
  /** The status the upstream answered with; null where it did not. */
  readonly status: number | null;
  readonly ms: number;
}

/** Who is preferred now, and who was. */
export interface RotationView {
  readonly preferred: AccountView;
  readonly before: AccountView;
}

/** Accounts with all their secrets, sealed with a passphrase. */
export interface ExportView {
  readonly sealed: string;
  readonly names: readonly string[];
}

/** What became of an account that was brought from elsewhere. */
export interface ImportView {
  readonly is: 'added' | 'replaced' | 'kept';
  readonly account: AccountView;
}
