import type { Log } from '../base/log.ts';
import { once } from '../base/once.ts';
import type { Secret } from '../base/secret.ts';
import type { Way } from '../config/settings-providers.ts';
import { Discovery } from './discovery.ts';
import type { FlowView, SignIn } from './flow.ts';
import { Flows } from './flows.ts';
import type { World } from './grants.ts';
import type { Identities } from './identity.ts';
import type { Refreshed, Revoked } from './outcome.ts';
import { Providers, type ProvidersOptions } from './provider.ts';
import { refresh, revoke, type Desk } from './renewal.ts';
import { SignInDesk } from './sign-in.ts';

export interface OAuthOptions extends ProvidersOptions, World {
  /** So many bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

/** Signing in to providers, renewing what they give out, and giving it back. */
export interface OAuth {
  /**
   * The ways in that the provider has and the settings allow, best first.
   *
   * @throws Problem provider-unknown, provider-unreachable, provider-unsound, client-secret-missing
   */
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
   * Takes what a person copied from the browser: a code, `code#state`, or the whole address it went to. Resolves
   * when the flow has ended. What is not understood or not believed leaves it open.
   *
   * @throws Problem sign-in-unknown, sign-in-over, pasted-code-unclear, pasted-code-foreign
   */
  paste(id: string, text: string): Promise<FlowView>;
  /** Ends a flow that waits for a person; any other stays as it is. @throws Problem sign-in-unknown */
  cancel(id: string): FlowView;
  /** Resolves when the flow is done or failed. @throws Problem sign-in-unknown */
  ended(id: string): Promise<FlowView>;
  /** New tokens for a refresh token. Never rejects for what a provider or a network may do. */
  refresh(provider: string, refreshToken: Secret, signal?: AbortSignal): Promise<Refreshed>;
  /** Gives tokens back, as an account is removed. Never rejects for what a provider or a network may do. */
  revoke(
    provider: string,
    tokens: { readonly access?: Secret | undefined; readonly refresh?: Secret | undefined },
  ): Promise<Revoked>;
  /** Who somebody is, as providers say it; loaded when somebody asks. */
  identities(): Promise<Identities>;
  /** Ends what waits for a person, lets what asks for tokens finish, and closes every listener. */
  close(): Promise<void>;
}

export function openOAuth(options: OAuthOptions): OAuth {
  const { sender, clock } = options;
  const world: World = { sender, clock };
  const discovery = new Discovery(sender, clock);
  const providers = new Providers(options, discovery);
  const desk: Desk = { providers, discovery, world };
  const flows = new Flows(clock);
  const signIns = new SignInDesk({ ...options, providers, flows, world });
  return {
    ways: (provider) => signIns.ways(provider),
    begin: (signIn) => signIns.begin(signIn),
    flow: (id) => flows.find(id)?.view,
    flows: () => flows.all(),
    paste: (id, text) => flows.paste(id, text),
    cancel(id) {
      const flow = flows.get(id);
      if (flow.view.state.is === 'needs-user') flow.fail('cancelled', 'It was cancelled.');
      return flow.view;
    },
    ended: async (id) => flows.get(id).ended,
    refresh: (provider, token, signal) => refresh(desk, provider, token, signal),
    revoke: (provider, tokens) => revoke(desk, provider, tokens),
    identities: once(async () => {
      const { Identities: Asking } = await import('./identity.ts');
      return new Asking(providers, world, options.random, options.log);
    }),
    close: () => flows.close(),
  };
}
