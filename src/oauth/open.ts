import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { ProviderSettings } from '../config/settings.ts';
import type { Way } from '../config/settings-providers.ts';
import type { FlowView, SignIn } from './flow.ts';
import type { Refreshed, Revoked } from './outcome.ts';

export interface OAuthOptions {
  /** The providers of the settings, asked each time, so that a reload takes effect. */
  readonly providers: () => ReadonlyMap<string, ProviderSettings>;
  /** Of the proxy's process: `client_secret_env` names a variable in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Carries requests; `server/oauth-fetch.ts` makes one of the wire's sender, with its extra certificates. */
  readonly fetch: OAuthFetch;
  readonly clock: Clock;
  /** So many bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

/** The part of `fetch` that is used. Follows no redirect, adds no header, keeps to the signal. */
export type OAuthFetch = (
  url: URL,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array | undefined;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** Signing in to providers, renewing what they give out, and giving it back. */
export interface OAuth {
  /** The ways in that the provider has and the settings allow. @throws Problem provider-… */
  ways(provider: string): Promise<readonly Way[]>;
  /**
   * Begins a sign-in.
   *
   * @throws Problem provider-unknown, provider-incomplete, provider-way-missing, provider-unreachable,
   *   provider-unsound, provider-refused, client-secret-missing, sign-ins-full, redirect-port-taken
   */
  begin(signIn: SignIn): Promise<FlowView>;
  /** The flow of that id; undefined when there is none, or no more. */
  flow(id: string): FlowView | undefined;
  /** Every flow that is not forgotten yet, oldest first. */
  flows(): FlowView[];
  /**
   * What a person copied from the browser: a code, `code#state`, or the whole address it went to.
   *
   * @throws Problem sign-in-unknown, sign-in-over, pasted-code-unclear, pasted-code-foreign
   */
  paste(id: string, text: string): Promise<FlowView>;
  /** Ends a flow that is not over. @throws Problem sign-in-unknown */
  cancel(id: string): FlowView;
  /** Resolves when the flow is done or failed. @throws Problem sign-in-unknown */
  ended(id: string): Promise<FlowView>;
  /** New tokens for a refresh token. Never rejects for what a provider or a network may do. */
  refresh(provider: string, refreshToken: Secret, signal?: AbortSignal): Promise<Refreshed>;
  /** Gives tokens back, as an account is removed. Never rejects for what a provider or a network may do. */
  revoke(provider: string, tokens: { readonly access?: Secret; readonly refresh?: Secret }): Promise<Revoked>;
  /** Cancels what runs and closes every listener. */
  close(): Promise<void>;
}
