import { Connection, type Got } from './a-connection.ts';
import { hello } from './some-workers.ts';

/** One call of messages. */
const message = (connection: Connection): Promise<Got> => connection.post('/v1/messages', hello);

/** Clients that call without a pause, some on a connection for each call, some on one that they keep. */
export class Load {
  /** Calls that were answered as they should be. */
  answered = 0;
  /** What became of the others, in words. */
  readonly troubles: string[] = [];
  readonly #port: number;
  readonly #ask: typeof message;
  #isOver = false;
  #clients: Promise<void>[] = [];

  /** @param clients how many of each kind */
  constructor(port: number, clients: number, ask = message) {
    this.#port = port;
    this.#ask = ask;
    for (let nth = 0; nth < clients; nth++)
      this.#clients.push(
        this.#calls(() => this.#once()),
        this.#keeps(),
      );
  }

  /** Lets the calls that are under way end. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #calls(call: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      try {
        await call();
      } catch (error) {
        this.troubles.push(String(error));
        await Bun.sleep(1);
      }
    }
  }

  async #once(): Promise<void> {
    const connection = await Connection.open(this.#port);
    await this.#call(connection);
    await connection.close();
  }

  async #keeps(): Promise<void> {
    let kept: Connection | undefined;
    await this.#calls(async () => {
      const connection = kept ?? (await Connection.open(this.#port));
      kept = undefined;
      // One that says it ends is not used again.
      if (await this.#call(connection)) kept = connection;
      else await connection.close();
    });
    await kept?.close();
  }

  /** Whether the connection may be used again. */
  async #call(connection: Connection): Promise<boolean> {
    const { status, headers } = await this.#ask(connection);
    if (status === 200) this.answered += 1;
    else this.troubles.push(`status ${status}`);
    return headers.get('connection') !== 'close';
  }
}
