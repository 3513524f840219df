import type { Way } from '../config/settings-providers.ts';
import type { TokenSet } from './token-set.ts';

/** What a person asks for. */
export interface SignIn {
  /** Name of a provider in the settings. */
  readonly provider: string;
  readonly way: Way;
  /** What the person signs in for, for a page or a list that shows the flow: the name of an account. */
  readonly purpose: string;
  /**
   * Makes the tokens durable. The flow is done when it resolves and failed when it rejects; a Problem's words
   * are then shown. The tokens are nowhere else; a proxy that stops waits for it.
   */
  readonly keep: (tokens: TokenSet) => Promise<void>;
}

/** Why a flow came to nothing. */
export type FlowFailure =
  /** The person, or whoever decides, said no. */
  | 'denied'
  | 'expired'
  | 'cancelled'
  /** The provider refused the code or the request; its words are in the reason. */
  | 'refused'
  | 'unreachable'
  /** The provider's answer cannot be trusted or understood. */
  | 'unsound'
  /** The tokens came, but could not be kept. */
  | 'not-kept';

/** Where a flow stands. */
export type FlowState =
  /** Open this address, in a browser on this machine (`loopback`) or anywhere (`paste`). */
  | { readonly is: 'needs-user'; readonly do: 'open'; readonly url: string }
  /** Enter the code at the address. */
  | {
      readonly is: 'needs-user';
      readonly do: 'enter-code';
      readonly code: string;
      readonly url: string;
      /** The same with the code in it, where the provider has one. */
      readonly completeUrl: string | undefined;
      /** What the provider wants the person to read beside the code. */
      readonly notice: string | undefined;
    }
  /** The person is done; the provider is asked for tokens. */
  | { readonly is: 'pending' }
  | { readonly is: 'done'; readonly label: string | undefined }
  | { readonly is: 'failed'; readonly failure: FlowFailure; readonly reason: string };

/** What the person who signs in may be shown: no code that came back, no verifier, no token. */
export interface FlowView {
  readonly id: string;
  readonly provider: string;
  readonly way: Way;
  readonly purpose: string;
  readonly startedAt: number;
  /** When it fails by itself, if nobody finishes it; some minutes later it is forgotten. */
  readonly expiresAt: number;
  readonly state: FlowState;
  /** Something came that was not believed, and changed nothing: an answer to another sign-in. */
  readonly warning: string | undefined;
}
