import { messageOf } from '../base/errors.ts';
import { alreadyClosed, explain, workerStopped, type DatabaseError } from './errors.ts';
import type { Answered, Asked, Request, StatementResult } from './protocol.ts';

interface Pending {
  resolve(results: readonly StatementResult[]): void;
  reject(error: DatabaseError): void;
}

/**
 * Where the worker's code lies. A standalone executable holds the worker as an entry point of its own, at
 * its place below src (`--root src`), while this file has become part of the executable's root.
 */
function workerLocation(): URL {
  return Bun.isStandaloneExecutable
    ? new URL('./database/worker.ts', import.meta.url)
    : new URL('./worker.ts', import.meta.url);
}

/** The way to the worker and back: requests are carried out in the order in which they were sent. */
export class Link {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #gone: Promise<void>;
  #sent = 0;
  /** Why nothing can be sent any more. */
  #over: DatabaseError | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, location: URL = workerLocation()) {
    this.#path = path;
    this.#worker = new Worker(location, { smol: true });
    this.#worker.addEventListener('message', (event: MessageEvent<Answered>) => {
      this.#settle(event.data);
    });
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(event.message);
    });
    this.#gone = new Promise((resolve) => {
      this.#worker.addEventListener('close', () => {
        this.#fail('it ended');
        resolve();
      });
    });
  }

  /**
   * @throws DatabaseError with what SQLite said, or `database-gone` once the worker has died, or
   *   `database-closed` after `close`
   */
  send(request: Request): Promise<readonly StatementResult[]> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const asked: Asked = { id: (this.#sent += 1), request };
    return new Promise((resolve, reject) => {
      this.#pending.set(asked.id, { resolve, reject });
      try {
        // A worker is no window: it has no origin to name.
        // oxlint-disable-next-line unicorn/require-post-message-target-origin
        this.#worker.postMessage(asked);
      } catch (error) {
        // A value that cannot be copied to another thread: this request alone is at fault.
        this.#pending.delete(asked.id);
        reject(explain({ message: messageOf(error), sqlite: undefined }, this.#path));
      }
    });
  }

  /** Lets everything sent so far finish, closes the file and ends the worker. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#over === undefined) {
      const closed = this.send({ is: 'close' });
      this.#over = alreadyClosed(this.#path);
      try {
        await closed;
      } catch {
        // A worker that can no longer close its file is ended all the same; WAL keeps what was committed.
        this.#worker.terminate();
      }
    }
    await this.#gone;
  }

  #settle(answered: Answered): void {
    const pending = this.#pending.get(answered.id);
    this.#pending.delete(answered.id);
    if ('results' in answered) pending?.resolve(answered.results);
    else pending?.reject(explain(answered.failure, this.#path));
  }

  #fail(reason: string): void {
    this.#over ??= workerStopped(this.#path, firstLine(reason));
    const error = workerStopped(this.#path, firstLine(reason));
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

/** The runtime's message about a worker's error carries the source lines around it; the last line is the point. */
function firstLine(reason: string): string {
  const said = /^error: (.*)$/m.exec(reason)?.[1];
  return said ?? reason.split('\n', 1)[0] ?? '';
}
