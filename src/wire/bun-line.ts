import type { Socket, SocketHandler } from 'bun';
import type { LineUser, OpenLine } from './line.ts';
import { Waiting } from './waiting.ts';

/** A line on a socket of the runtime: one call of the system a write, nothing between. */
export class BunLine implements OpenLine {
  readonly #socket: Socket<BunLine | undefined>;
  readonly #waiting = new Waiting();
  #user: LineUser = nobody;
  #then: 'close' | 'shut' | undefined;
  #isClosed = false;

  constructor(socket: Socket<BunLine | undefined>) {
    this.#socket = socket;
    socket.data = this;
    socket.setNoDelay(true);
  }

  /** Who is told from now on. */
  set user(user: LineUser) {
    this.#user = user;
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress;
  }

  get localAddress(): string {
    return this.#socket.localAddress;
  }

  write(bytes: Uint8Array): boolean {
    const sent = this.#send(bytes, bytes.length);
    if (sent === bytes.length) return true;
    this.#waiting.push(sent === 0 ? bytes : bytes.subarray(sent));
    return false;
  }

  writeLent(bytes: Uint8Array, length: number): boolean {
    const sent = this.#send(bytes, length);
    if (sent === length) return true;
    this.#waiting.push(bytes.slice(sent, length));
    return false;
  }

  /** How many went. A connection that is going down takes everything: `closed` tells. */
  #send(bytes: Uint8Array, length: number): number {
    if (this.#isClosed) return length;
    if (!this.#waiting.isEmpty) return 0;
    const sent = this.#socket.write(bytes, 0, length);
    return sent < 0 ? length : sent;
  }

  end(): void {
    if (this.#waiting.isEmpty) this.#socket.end();
    else this.#then = 'close';
  }

  finish(): void {
    if (this.#waiting.isEmpty) this.#socket.shutdown();
    else this.#then ??= 'shut';
  }

  reset(): void {
    this.#waiting.drop();
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Keeps an idle connection from being forgotten by what lies between. */
  keepAlive(afterMs: number): void {
    this.#socket.setKeepAlive(true, afterMs);
  }

  /** The process may end while this line is open. */
  unref(): void {
    this.#socket.unref();
  }

  data(bytes: Buffer): void {
    this.#user.data(bytes);
  }

  drained(): void {
    if (this.#waiting.isEmpty) return;
    this.#waiting.flush((bytes) => Math.max(0, this.#socket.write(bytes)));
    if (!this.#waiting.isEmpty) return;
    if (this.#then === 'close') this.#socket.end();
    else if (this.#then === 'shut') this.#socket.shutdown();
    else this.#user.drained();
  }

  ended(): void {
    this.#user.ended();
  }

  closed(error: Error | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting.drop();
    this.#user.closed(error);
  }
}

const nobody: LineUser = { data() {}, drained() {}, ended() {}, closed() {} };

/** The handlers of any socket whose `data` is its line. */
export const lineHandlers = {
  data(socket, bytes) {
    socket.data?.data(bytes);
  },
  drain(socket) {
    socket.data?.drained();
  },
  end(socket) {
    socket.data?.ended();
  },
  close(socket, error) {
    socket.data?.closed(error);
  },
  // Also what one of the handlers above throws: that connection is lost, the others are not.
  error(socket, error) {
    socket.terminate();
    socket.data?.closed(error);
  },
} satisfies SocketHandler<BunLine | undefined>;
