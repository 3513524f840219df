import type { AccountKind } from '../accounts/account.ts';
import type { LogLevel } from '../base/log.ts';
import type { Way } from '../config/settings-providers.ts';
import type { FlowFailure } from '../oauth/flow.ts';

/**
 * What `/status`, `/control` and `--json` say: plain JSON, camelCase, moments as ISO 8601 in UTC, `null`
 * for "not set". Fields are added, never renamed. No secret is ever part of it.
 */
export type StandingView =
  | { readonly is: 'ready' }
  | { readonly is: 'resting'; readonly since: string; readonly until: string; readonly reason: string }
  | { readonly is: 'signed-out'; readonly since: string; readonly reason: string }
  | { readonly is: 'switched-off' };

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly enabled: boolean;
  readonly standing: StandingView;
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

export interface KeyView {
  readonly id: string;
  readonly name: string;
  /** '' where nobody said. */
  readonly owner: string;
  /** The first characters of the key, to recognise it by. */
  readonly hint: string;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  /** Patterns of models it may use; empty for all. */
  readonly models: readonly string[];
  /** Ids or names of accounts it may use; empty for all. */
  readonly accounts: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly callsAtOnce: number | null;
}

export interface Totals {
  readonly accounts: number;
  readonly ready: number;
  readonly resting: number;
  readonly signedOut: number;
  readonly switchedOff: number;
  readonly callsInFlight: number;
  readonly served: number;
}

/** `GET /status`. */
export interface StatusView {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  /** Where clients reach the proxy. */
  readonly url: string;
  /** Whether callers must bring a client key. */
  readonly keysRequired: boolean;
  readonly totals: Totals;
  readonly accounts: readonly AccountView[];
}

/** A fresh key: the only time it is ever shown. */
export interface CreatedKey {
  readonly key: string;
  readonly view: KeyView;
}

/** What `auth vault status` shows. */
export interface VaultView {
  readonly path: string;
  /** How many secrets it holds; null where it cannot be read. */
  readonly secrets: number | null;
  /** Where its key is kept: `keychain`, `environment`, `key-file`, `systemd`, `passphrase`; null before there is one. */
  readonly backend: string | null;
  /** The same for a person: which keychain, file or variable. */
  readonly detail: string;
  /** The first letters of the id of its key. */
  readonly keyId: string | null;
  /** Why it does not open; null where it does. */
  readonly problem: { readonly code: string; readonly title: string; readonly fix: string } | null;
  readonly backupAt: string | null;
  /** Old keys that an interrupted change left behind; the next start removes them. */
  readonly spareKeys: number;
}

/** What a change of the vault's key did. */
export interface RekeyView {
  readonly from: string | null;
  readonly to: string;
  /** For a person: where the new key is. */
  readonly detail: string;
  readonly keyId: string;
  /** Where the old key still is, as only its owner can remove it. */
  readonly oldKeyIn: string | null;
}

/** What a reload of the settings did. */
export interface ReloadView {
  /** Settings in effect now that were not before, by key: `log.level`. */
  readonly changed: readonly string[];
  /** Settings that changed in the file but need a restart. */
  readonly waitingForRestart: readonly string[];
}

/** `GET /control/log`. */
export interface LogView {
  /** The least important lines that are written now. */
  readonly level: LogLevel;
  /** Until when a command wanted it so; null where the settings hold. */
  readonly until: string | null;
  readonly settingsLevel: LogLevel;
  /** null where the settings want none. */
  readonly file: {
    readonly path: string;
    /** Why it cannot be written; null where it can. */
    readonly trouble: string | null;
    /** Lines dropped since it was last written. */
    readonly lost: number;
  } | null;
}

/** The proxy has begun to stop. */
export interface StopView {
  readonly stopping: true;
  /** How long calls that are running may go on. */
  readonly drainSeconds: number;
}

/** How a check of `/health` came out (draft-inadarei-api-health-check-06 §3.1). */
export type HealthStatus = 'pass' | 'warn' | 'fail';

export interface HealthCheck {
  readonly componentType: 'component' | 'datastore' | 'system';
  readonly status: HealthStatus;
  readonly time: string;
  readonly observedValue?: number;
  readonly observedUnit?: string;
  /** What is wrong and what to do; only where it did not pass. */
  readonly output?: string;
}

/** `GET /health`, media type `application/health+json`. */
export interface HealthView {
  readonly status: HealthStatus;
  readonly version?: string;
  readonly serviceId?: string;
  readonly description?: string;
  readonly output?: string;
  readonly checks?: Readonly<Record<string, readonly HealthCheck[]>>;
}
