import type { Answer } from '../http/call.ts';
import { Body, type BodyOwner } from './body.ts';
import { BodyReader } from './body-reader.ts';
import { answerLength, framingOf, isBodiless } from './framing.ts';
import { endOfHead, mayBecomeAnswer, readAnswerHead, type AnswerHead } from './head.ts';
import type { Line, LineUser } from './line.ts';

/** More than any upstream's head; what follows is not read (bytes). */
const largestHead = 128 * 1024;
/** Interim answers (1xx) before the real one; nobody sends more. */
const mostInterim = 16;

/** Who waits for an answer on a connection. */
export interface Waiter {
  readonly method: string;
  /** The whole request is on its way: the connection may serve another one after this. */
  readonly isSent: boolean;
  answered(answer: Answer): void;
  /** The connection ended, or spoke nonsense, before there was an answer. */
  lost(cause: Error): void;
  /** The answer is complete, or will never be. */
  over(): void;
  drained(): void;
}

/** Whose connection it is. */
export interface LineKeeper {
  /** It is free again. */
  give(line: UpstreamLine): void;
  /** It is gone. */
  forget(line: UpstreamLine): void;
}

/** One connection to an upstream: one request at a time. */
export class UpstreamLine implements LineUser, BodyOwner {
  readonly line: Line;
  readonly #keeper: LineKeeper;
  #waiter: Waiter | undefined;
  #head: Buffer | undefined;
  #searched = 0;
  #interim = 0;
  #reader: BodyReader | undefined;
  #body: Body | undefined;
  #isLast = false;
  #isGone = false;
  /** It has served a request before this one. */
  isReused = false;
  /** On the monotonic clock (ms). */
  idleSince = 0;

  constructor(line: Line, keeper: LineKeeper) {
    this.line = line;
    this.#keeper = keeper;
  }

  /** The next answer is for `waiter`. */
  wait(waiter: Waiter): void {
    this.#waiter = waiter;
  }

  /** Ends an idle connection. */
  close(): void {
    this.#keeper.forget(this);
    this.line.end();
  }

  /** Gone at once: the request on it is given up. */
  cut(): void {
    this.#isGone = true;
    this.#keeper.forget(this);
    this.line.reset();
    this.#fail(new Error('given up'));
  }

  data(bytes: Buffer): void {
    if (this.#isGone) return;
    if (this.#reader !== undefined) this.#readBody(this.#reader, bytes, 0);
    else if (this.#waiter !== undefined) this.#readHead(bytes);
    // Nobody asked: whatever this is, it is no answer to the next request.
    else this.cut();
  }

  drained(): void {
    this.#waiter?.drained();
  }

  ended(): void {
    if (this.#isGone) return;
    if (this.#reader?.endsWithLine === true) this.#finish(undefined);
    else this.#break(new Error('the upstream closed the connection'));
  }

  closed(error: Error | undefined): void {
    this.#keeper.forget(this);
    if (this.#isGone) return;
    this.#isGone = true;
    this.#fail(error ?? new Error('the connection closed'));
  }

  hold(): void {
    this.line.pause();
  }

  flow(): void {
    this.line.resume();
  }

  wanted(): void {}

  /** Nobody wants the rest of the answer. */
  dropped(): void {
    this.cut();
  }

  #break(cause: Error): void {
    this.#isGone = true;
    this.#keeper.forget(this);
    this.line.reset();
    this.#fail(cause);
  }

  /** Tells whoever waits for more than there will be. */
  #fail(cause: Error): void {
    const waiter = this.#waiter;
    const body = this.#body;
    this.#waiter = undefined;
    this.#reader = undefined;
    this.#body = undefined;
    if (body === undefined) waiter?.lost(cause);
    else {
      body.fail(cause);
      waiter?.over();
    }
  }

  #readHead(bytes: Buffer): void {
    let all = this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]);
    for (;;) {
      const end = endOfHead(all, this.#searched);
      if (end > largestHead || (end === -1 && all.length > largestHead)) {
        this.#break(new Error('the head of the answer is too long'));
        return;
      }
      if (end === -1) {
        if (!mayBecomeAnswer(all, this.#searched)) this.#break(new Error('the answer is not valid HTTP/1.1'));
        this.#head = all;
        this.#searched = all.length;
        return;
      }
      this.#searched = 0;
      const head = readAnswerHead(all, 0, end);
      if (head === undefined || head.status === 101) {
        this.#break(new Error('the answer is not valid HTTP/1.1'));
        return;
      }
      if (head.status >= 200) {
        this.#head = undefined;
        this.#answer(head, all, end);
        return;
      }
      this.#interim += 1;
      if (this.#interim > mostInterim) {
        this.#break(new Error('the upstream sends interim answers without end'));
        return;
      }
      if (!isBodiless(head.headers)) {
        this.#break(new Error('an interim answer tells of a body'));
        return;
      }
      all = all.subarray(end);
    }
  }

  #answer(head: AnswerHead, bytes: Buffer, bodyAt: number): void {
    const waiter = this.#waiter;
    const framing = framingOf(head.headers);
    const length = framing && waiter && answerLength(framing, head, waiter.method);
    if (framing === undefined || waiter === undefined || length === undefined) {
      this.#break(new Error('the answer tells its length in two ways'));
      return;
    }
    this.#isLast = framing.closes || head.minor === 0;
    const { status, headers } = head;
    if (length === 0) {
      this.#reader = new BodyReader(0);
      waiter.answered({ status, headers, body: undefined });
      this.#finish(bodyAt < bytes.length ? bytes : undefined);
      return;
    }
    const body = new Body(this);
    const reader = new BodyReader(length);
    this.#body = body;
    this.#reader = reader;
    waiter.answered({ status, headers, body });
    if (bodyAt < bytes.length) this.#readBody(reader, bytes, bodyAt);
  }

  #readBody(reader: BodyReader, bytes: Buffer, start: number): void {
    const body = this.#body;
    const end = reader.read(bytes, start);
    const { isOver } = reader;
    const isWhole = start === 0 && end === bytes.length;
    if (isOver) this.#finish(reader.restAt < bytes.length ? bytes : undefined);
    if (end > start || isOver) body?.feed(isWhole ? bytes : bytes.subarray(start, end), isOver);
    if (reader.isWrong) this.#break(new Error('the chunks of the answer are not valid'));
  }

  /** The answer is complete; `rest` is what nobody asked for. */
  #finish(rest: Buffer | undefined): void {
    const waiter = this.#waiter;
    const body = this.#body;
    const isSent = waiter?.isSent === true;
    const isFree = !this.#isLast && rest === undefined && isSent;
    const endsWithLine = this.#reader?.endsWithLine === true;
    this.#waiter = undefined;
    this.#reader = undefined;
    this.#body = undefined;
    this.#interim = 0;
    if (isFree && !endsWithLine) {
      this.isReused = true;
      this.#keeper.give(this);
    } else {
      this.#isGone = true;
      this.#keeper.forget(this);
      // What still waits to be sent would keep the connection for as long as the upstream does not take it.
      if (isSent) this.line.end();
      else this.line.reset();
    }
    if (endsWithLine) body?.feed(Buffer.alloc(0), true);
    waiter?.over();
  }
}
