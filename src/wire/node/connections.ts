import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';

/** The open connections of a listener, and which of them are serving a call right now. */
export class Connections {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #open = new Set<Socket>();
  readonly #serving = new Map<Socket, number>();
  #isDraining = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#serving.delete(socket);
    });
    socket.on('error', (error) => {
      this.#log.debug('client connection failed', { reason: messageOf(error) });
    });
  }

  /** Notes a call on `socket` until its answer is over. */
  serves(socket: Socket, response: ServerResponse): void {
    this.#serving.set(socket, (this.#serving.get(socket) ?? 0) + 1);
    if (this.#isDraining) response.shouldKeepAlive = false;
    response.on('close', () => {
      const left = (this.#serving.get(socket) ?? 1) - 1;
      if (left > 0) {
        this.#serving.set(socket, left);
        return;
      }
      this.#serving.delete(socket);
      // `end`, not `destroy`: the last bytes of the answer may still be on their way out.
      if (this.#isDraining) socket.end();
    });
  }

  /** Closes what is idle now, the rest as its calls end, and after `graceMs` whatever is left. */
  drain(graceMs: number): void {
    this.#isDraining = true;
    for (const socket of this.#open) if (graceMs <= 0 || !this.#serving.has(socket)) socket.destroy();
    if (graceMs <= 0) return;
    this.#clock.after(graceMs, () => {
      for (const socket of this.#open) socket.destroy();
    });
  }
}
