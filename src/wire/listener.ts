import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Answer, Handler } from '../http/call.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Other processes of ours listen on the same address, and the system deals connections out (Linux only). */
  readonly isShared?: boolean | undefined;
  readonly log: Log;
  readonly clock: Clock;
  /** PEM texts; with them the listener speaks TLS only. */
  readonly tls?: TlsFiles | undefined;
  /** Bytes of request line and headers together; more is answered 431. */
  readonly maxHeaderBytes?: number | undefined;
  /** The answer to what never became a call: no readable head, too much of it, contradicting lengths. */
  readonly refuse?: ((refusal: Refusal) => Answer) | undefined;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Why a connection's bytes could not be read as a request. */
export type Refusal = 'headers-too-large' | 'lengths-contradict' | 'not-http' | 'too-slow';

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** The listening socket, for who shares its address; undefined where the wire does not say. */
  readonly descriptor: number | undefined;
  /** Takes a renewed certificate for connections to come. */
  renew(tls: TlsFiles): void;
  /** From now on every connection ends with its next answer, and says so there: its client comes back on another one. */
  leave(): void;
  /** Accepts nothing new, waits up to `graceMs` for calls to end, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Listens for HTTP/1.1 and hands each request to `handler` as it came.
 *
 * @throws the system error when the address cannot be had (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`)
 */
export type Listen = (handler: Handler, options: ListenOptions) => Promise<Listener>;
