import type { Clock } from '../base/clock.ts';
import type { Signal } from '../base/signal.ts';
import type { ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import type { HeaderList } from '../http/headers.ts';

/** A way to the upstream other than the usual one. Two sendings with the same object share connections. */
export interface Way {
  /** `http:`, `https:` or `socks5:`, with user name and password where the proxy wants them. */
  readonly proxy?: URL;
  /** PEM certificates trusted besides the usual ones. */
  readonly extraCa?: string;
}

/** A request of ours, ready for the wire. */
export interface Sending {
  /** Scheme, host and port; path and query are in `target`. */
  readonly origin: URL;
  /** Undefined for the usual one. */
  readonly via?: Way | undefined;
  readonly method: string;
  readonly target: string;
  /** Go out as they stand, `host` among them; only a length that is not the body's is put right. */
  readonly headers: HeaderList;
  readonly body: Uint8Array | ByteSource | undefined;
  /** Shown the bytes of the body as they are handed to the connection. */
  readonly onBody?: ((bytes: Uint8Array) => void) | undefined;
  readonly signal: Signal;
  /** Milliseconds until the connection stands, TLS included. */
  readonly connectMs: number;
  /** Milliseconds from the whole request sent until the head of the answer; and those an upload may be held up. */
  readonly headMs: number;
}

/** How the sending of one request ended, as far as the head of its answer. */
export type Delivery =
  | { readonly is: 'answered'; readonly answer: Answer }
  /** No connection: the request was not sent. */
  | { readonly is: 'unreachable'; readonly cause: Error }
  /** The connection broke after something was sent; `reused`: it had served before and may just have idled out. */
  | { readonly is: 'lost'; readonly cause: Error; readonly reused: boolean }
  /** No head in time. */
  | { readonly is: 'late' }
  /** The caller's signal was aborted, or its body broke off. */
  | { readonly is: 'cancelled' };

/** Connections to the upstreams, kept alive and shared. */
export interface Sender {
  send(sending: Sending): Promise<Delivery>;
  close(): void;
}

export interface SenderOptions {
  readonly clock: Clock;
  /** PEM certificates trusted besides the system's own. */
  readonly extraCa?: string | undefined;
}
