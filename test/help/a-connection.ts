import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** An answer as it came over a connection that stays open. */
export interface Got {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** One connection to a proxy, of which one knows which process has it. */
export class Connection {
  readonly #socket: Socket;
  readonly #port: number;
  #seen = '';
  #onSeen = (): void => {};
  /** How it ended; undefined while it is open. */
  ended: 'end' | 'reset' | undefined;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('data', (bytes) => {
      this.#seen += bytes.toString('latin1');
      this.#onSeen();
    });
    const over = (how: 'end' | 'reset') => (): void => {
      this.ended ??= how;
      this.#onSeen();
    };
    socket.on('end', over('end'));
    socket.on('error', over('reset'));
    socket.on('close', over('reset'));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(new Connection(socket, port));
      });
      socket.once('error', reject);
    });
  }

  /** What has come and was not taken yet. */
  get seen(): string {
    return this.#seen;
  }

  /** The process at the other end: one of `pids`. */
  processAmong(pids: readonly number[]): number | undefined {
    return processOf(this.#socket.localPort ?? 0, this.#port, pids);
  }

  post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
    this.send(path, body, headers);
    return this.answer();
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
    this.ask(path, headers);
    return this.answer();
  }

  ask(path: string, headers: Readonly<Record<string, string>> = {}): void {
    this.#socket.write(`GET ${path} HTTP/1.1\r\n${lines({ host: 'localhost', ...headers })}\r\n`);
  }

  send(path: string, body: object, headers: Readonly<Record<string, string>> = {}): void {
    const text = JSON.stringify(body);
    const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\n${lines({ ...all, 'content-length': String(Buffer.byteLength(text)) })}\r\n${text}`,
    );
  }

  /** Resolves as soon as `isEnough` of what has come, or the connection has ended. */
  async until(isEnough: (seen: string) => boolean): Promise<void> {
    while (!isEnough(this.#seen) && this.ended === undefined) {
      await new Promise<void>((resolve) => {
        this.#onSeen = resolve;
      });
    }
  }

  /** The next whole answer. */
  async answer(): Promise<Got> {
    let got: { readonly answer: Got; readonly length: number } | undefined;
    await this.until((seen) => {
      got = wholeIn(seen);
      return got !== undefined;
    });
    if (got === undefined) throw new Error(`the connection ended (${this.ended}) after: ${this.#seen}`);
    this.#seen = this.#seen.slice(got.length);
    return got.answer;
  }

  close(): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }
}

function lines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

function wholeIn(seen: string): { readonly answer: Got; readonly length: number } | undefined {
  const end = seen.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...rest] = seen.slice(0, end).split('\r\n');
  const headers = new Map(
    rest.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(first.split(' ')[1]);
  const begin = end + 4;
  if (headers.get('transfer-encoding') === 'chunked') {
    const last = seen.indexOf('0\r\n\r\n', begin);
    if (last === -1) return undefined;
    const body = seen.slice(begin, last).replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n/g, '');
    return { answer: { status, headers, body }, length: last + 5 };
  }
  const length = begin + Number(headers.get('content-length') ?? 0);
  return seen.length < length
    ? undefined
    : { answer: { status, headers, body: seen.slice(begin, length) }, length };
}

/** Which of `pids` has the connection from `clientPort` to `port` of 127.0.0.1 (Linux). */
function processOf(clientPort: number, port: number, pids: readonly number[]): number | undefined {
  const address = (one: number): string => `0100007F:${one.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .find(([, local, remote]) => local === address(port) && remote === address(clientPort));
  const wanted = `socket:[${line?.[9]}]`;
  return pids.find((pid) =>
    readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === wanted;
      } catch {
        return false;
      }
    }),
  );
}
