import type { Socket } from 'node:net';
import { messageOf } from '../base/errors.ts';
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
    // What a listener throws would end the process: that connection is lost, the others are not.
    const on = (event: string, tell: (bytes: Buffer) => void): void => {
      socket.on(event, (bytes: Buffer) => {
        try {
          tell(bytes);
        } catch (error) {
          failure ??= new Error(messageOf(error), { cause: error });
          socket.resetAndDestroy();
        }
      });
    };
    on('data', (bytes) => this.#user?.data(bytes));
    on('drain', () => this.#user?.drained());
    // The runtime tells an end also of what was reset here.
    on('end', () => {
      if (!socket.destroyed) this.#user?.ended();
    });
    on('close', () => this.#user?.closed(failure));
    socket.on('error', (error) => {
      failure ??= error;
    });
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
    // A copy: the `slice` of a Buffer would be a window into what the next message is written to.
    return this.#socket.write(new Uint8Array(bytes.subarray(0, length)));
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
