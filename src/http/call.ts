import type { Signal } from '../base/signal.ts';
import type { ByteSource } from './bytes.ts';
import type { HeaderList } from './headers.ts';

/** Who is at the other end of the connection a call came over. */
export interface Peer {
  /** The remote IP address as the socket tells it: `127.0.0.1`, `::1`, `::ffff:10.0.0.2`. */
  readonly address: string;
  /** The address of ours that was dialled. */
  readonly localAddress: string;
  /** The connection itself is TLS. */
  readonly secure: boolean;
}

/** One request of a client, as it came. */
export interface Call {
  readonly method: string;
  /** The request target in origin form, byte for byte: path and query (RFC 9112 §3.2.1). */
  readonly target: string;
  readonly headers: HeaderList;
  /** Undefined where the message has no body. Nothing is read before somebody starts the source. */
  readonly body: ByteSource | undefined;
  readonly peer: Peer;
  /** Aborted as soon as the client is gone. */
  readonly signal: Signal;
}

/** What goes back: a head, and a body that is bytes at hand, bytes to come, or nothing. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array | ByteSource | undefined;
}

/**
 * Answers one call. A rejection means that there is no answer at all: the carrier destroys the
 * connection, as a server that dies would.
 */
export type Handler = (call: Call) => Promise<Answer>;
