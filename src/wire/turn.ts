import type { ByteSource } from '../http/bytes.ts';
import type { Call, Peer } from '../http/call.ts';
import type { HeaderList } from '../http/headers.ts';
import { Body, type BodyOwner } from './body.ts';
import { BodyReader } from './body-reader.ts';
import type { BodyLength } from './framing.ts';
import type { RequestHead } from './head.ts';

/** One request of a client, as it is handed on, and the reading of its body. */
export class Turn implements Call {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly peer: Peer;
  /** 0 or 1, of HTTP/1. */
  readonly minor: number;
  /** The client wants no call after this one. */
  readonly closes: boolean;
  readonly #body: Body | undefined;
  readonly #reader: BodyReader | undefined;
  /** Made when somebody asks for it: most calls of the page's own never do. */
  #gone: AbortController | undefined;
  #left: Error | undefined;

  constructor(head: RequestHead, length: BodyLength, peer: Peer, closes: boolean, owner: BodyOwner) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.minor = head.minor;
    this.peer = peer;
    this.closes = closes;
    if (length === 0) return;
    this.#body = new Body(owner);
    this.#reader = new BodyReader(length);
  }

  get body(): ByteSource | undefined {
    return this.#body;
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController();
      if (this.#left !== undefined) this.#gone.abort(this.#left);
    }
    return this.#gone.signal;
  }

  /** Nothing of this request is still to come. */
  get isBodyOver(): boolean {
    return this.#reader?.isOver ?? true;
  }

  /** What came is not the body that was announced. */
  get isWrong(): boolean {
    return this.#reader?.isWrong ?? false;
  }

  /** Takes bytes of the body; gives back what follows it, undefined where nothing does. */
  read(bytes: Buffer, start = 0): Buffer | undefined {
    if (this.#reader === undefined) return bytes.subarray(start);
    const end = this.#reader.read(bytes, start);
    const isWhole = start === 0 && end === bytes.length;
    const { isOver } = this.#reader;
    if (end > start || isOver) this.#body?.feed(isWhole ? bytes : bytes.subarray(start, end), isOver);
    if (!isOver) return undefined;
    const { restAt } = this.#reader;
    return restAt < bytes.length ? bytes.subarray(restAt) : undefined;
  }

  /** The client is gone, or will get no answer. */
  leave(reason: Error): void {
    this.#left = reason;
    this.#body?.fail(reason);
    this.#gone?.abort(reason);
  }
}
