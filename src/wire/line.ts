/**
 * One connection, as the wire uses it: bytes out, held back where the other end takes less than it gets,
 * and bytes in, told to a {@link LineUser}. Whose sockets are behind it is the line's own business.
 */
export interface Line {
  readonly remoteAddress: string;
  readonly localAddress: string;
  /**
   * Sends `bytes`, which stay as they are until they are gone.
   *
   * @returns false where some of it waits; `drained` tells when it is gone
   */
  write(bytes: Uint8Array): boolean;
  /** Sends the first `length` of `bytes`, which are the caller's again when this returns. */
  writeLent(bytes: Uint8Array, length: number): boolean;
  /** Nothing more is written. What waits goes out, then the connection closes, reading included. */
  end(): void;
  /** Nothing more is written, and the other end is told so; what it says is still read. */
  finish(): void;
  /** Gone at once, and the other end hears that it was no clean end (RST where the platform can). */
  reset(): void;
  /** No `data` until `resume`. The end of a connection may stay unseen meanwhile. */
  pause(): void;
  resume(): void;
}

/** A line before anybody is told of it. */
export interface OpenLine extends Line {
  /** Who is told from now on. */
  set user(user: LineUser);
}

/** What is told of a line. Nothing comes after `closed`. */
export interface LineUser {
  /** The buffer is the user's: nobody else reads or writes it afterwards. */
  data(bytes: Buffer): void;
  /** All that waited is gone. */
  drained(): void;
  /** The other end says no more (FIN). */
  ended(): void;
  /** The connection is gone; `error` where it was no orderly end. */
  closed(error: Error | undefined): void;
}
