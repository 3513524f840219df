import { Leaving, type Signal } from '../base/signal.ts';
import type { ByteSource } from '../http/bytes.ts';
import type { Call, Peer } from '../http/call.ts';
import type { HeaderList } from '../http/headers.ts';
import { Body, type BodyOwner } from './body.ts';
import { BodyReader } from './body-reader.ts';
import type { BodyLength } from './framing.ts';
import type { RequestHead } from './head.ts';

/** The connection that a turn is read from. */
export interface TurnOwner {
  /** Read no more of its body for now. */
  hold(): void;
  /** Read on; also where nobody wants the rest, which is read over, for the answer to be seen. */
  flow(): void;
  /** Somebody wants the body of `turn`. */
  wanted(turn: Turn): void;
}

/** One request of a client, as it is handed on, and the reading of its body. */
export class Turn implements Call, BodyOwner {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly peer: Peer;
  /** 0 or 1, of HTTP/1. */
  readonly minor: number;
  /** The client wants no call after this one. */
  readonly closes: boolean;
  readonly #owner: TurnOwner;
  readonly #body: Body | undefined;
  readonly #reader: BodyReader | undefined;
  /** Made when somebody asks for it: most calls of the page's own never do. */
  #gone: Leaving | undefined;
  #left: Error | undefined;

  constructor(head: RequestHead, length: BodyLength, peer: Peer, closes: boolean, owner: TurnOwner) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.minor = head.minor;
    this.peer = peer;
    this.closes = closes;
    this.#owner = owner;
    if (length === 0) return;
    this.#body = new Body(this);
    this.#reader = new BodyReader(length);
  }

  get body(): ByteSource | undefined {
    return this.#body;
  }

  get signal(): Signal {
    if (this.#gone === undefined) {
      this.#gone = new Leaving();
      if (this.#left !== undefined) this.#gone.leave(this.#left);
    }
    return this.#gone;
  }

  hold(): void {
    this.#owner.hold();
  }

  flow(): void {
    this.#owner.flow();
  }

  wanted(): void {
    this.#owner.wanted(this);
  }

  dropped(): void {
    this.#owner.flow();
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

  /** The answer is out: what is not there of the body by now is not read any more. */
  giveUpBody(): void {
    this.#body?.fail(new Error('the answer came before the end of the body'));
  }

  /** The client is gone, or will get no answer. */
  leave(reason: Error): void {
    this.#left = reason;
    this.#body?.fail(reason);
    this.#gone?.leave(reason);
  }
}
