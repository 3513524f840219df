import type { Socket } from 'node:net';
import type { LineUser, OpenLine } from './line.ts';

/** A line on a stream of `node:net` or `node:tls`: TLS that we serve, and connections through a proxy. */
export class NodeLine implements OpenLine {
  readonly #socket: Socket;
  readonly remoteAddress: string;
  readonly localAddress: string;

  #user: LineUser | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.localAddress = socket.localAddress ?? '';
    socket.setNoDelay(true);
    let failure: Error | undefined;
    socket.on('data', (bytes: Buffer) => this.#user?.data(bytes));
    socket.on('drain', () => this.#user?.drained());
    socket.on('end', () => this.#user?.ended());
    socket.on('error', (error) => {
      failure ??= error;
    });
    socket.on('close', () => this.#user?.closed(failure));
  }

  /** Who is told from now on. */
  set user(user: LineUser) {
    this.#user = user;
    // Whoever had the socket before may have stopped it.
    this.#socket.resume();
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  writeLent(bytes: Uint8Array, length: number): boolean {
    return this.#socket.write(bytes.slice(0, length));
  }

  end(): void {
    const socket = this.#socket;
    socket.end(() => {
      socket.destroy();
    });
  }

  finish(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
