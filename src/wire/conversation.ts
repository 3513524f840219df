import { messageOf } from '../base/errors.ts';
import type { Answer, Handler, Peer } from '../http/call.ts';
import { Answering, type Written } from './answering.ts';
import { Brake } from './brake.ts';
import { framingOf, requestLength } from './framing.ts';
import { endOfHead, mayBecomeRequest, readRequestHead, withoutEmptyLines, type RequestHead } from './head.ts';
import type { Line, LineUser } from './line.ts';
import type { ListenOptions, Refusal } from './listener.ts';
import { Turn, type TurnOwner } from './turn.ts';

/** A head must be complete within this time, or the connection is a slow-loris (ms). */
const headDeadlineMs = 30_000;
/** Longer than the idle time of common load balancers (60 s), so that they close first (ms). */
const idleConnectionMs = 75_000;
/** How long a client that does not read may keep what waits for it (ms). */
const stuckMs = 600_000;
/** How long what is still said is read after an answer that ends the connection, so that it is seen (ms). */
const lingerMs = 2_000;

const continueLine = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');

/** What a conversation needs besides its line. */
export interface ConversationOptions extends ListenOptions {
  readonly handler: Handler;
  /** Told when the connection is gone. */
  readonly onClosed: (conversation: Conversation) => void;
}

/** One connection of a client: its calls in turn, one at a time, however many it sends ahead. */
export class Conversation implements LineUser, TurnOwner {
  readonly #line: Line;
  readonly #brake: Brake;
  readonly #options: ConversationOptions;
  readonly #peer: Peer;
  readonly #maxHeadBytes: number;
  /** What came and was not read yet: a head that is not complete, or calls to come. */
  #unread: Buffer | undefined;
  /** How much of it was searched for the end of a head. */
  #searched = 0;
  #turn: Turn | undefined;
  #answering: Answering | undefined;
  #state: 'open' | 'leaving' | 'draining' | 'lingering' | 'closed' = 'open';
  #expects = false;
  /** When this connection is given up, on the monotonic clock (ms). */
  #deadline: number;

  constructor(line: Line, options: ConversationOptions) {
    this.#line = line;
    this.#brake = new Brake(line);
    this.#options = options;
    this.#maxHeadBytes = options.maxHeaderBytes ?? 64 * 1024;
    this.#peer = {
      address: line.remoteAddress,
      localAddress: line.localAddress,
      secure: options.tls !== undefined,
    };
    this.#deadline = options.clock.monotonic() + idleConnectionMs;
  }

  /** Closes with the next answer. */
  leave(): void {
    if (this.#state === 'open') this.#state = 'leaving';
  }

  /** Closes now if nothing is being served, else with the answer that is. */
  drain(): void {
    if (this.#state !== 'open' && this.#state !== 'leaving') return;
    this.#state = 'draining';
    if (this.#turn === undefined) this.#close();
  }

  /** Gone at once. */
  cut(): void {
    this.#line.reset();
  }

  /** Looks at the time: called every second or so. */
  check(now: number): void {
    if (now < this.#deadline || this.#state === 'closed') return;
    if (this.#state === 'lingering' || this.#answering?.isHeld === true) this.#line.reset();
    else if (this.#unread !== undefined) this.#refuse('too-slow');
    else this.#close();
  }

  data(bytes: Buffer): void {
    if (this.#state === 'lingering' || this.#state === 'closed') return;
    const turn = this.#turn;
    if (turn === undefined) {
      if (this.#answering?.isHeld === true) this.#keep(bytes);
      else this.#readHead(bytes);
      return;
    }
    const rest = turn.isBodyOver ? bytes : turn.read(bytes);
    if (turn.isWrong) this.#breakOff(new Error('the chunks of the request are not valid'));
    else if (rest !== undefined) this.#keep(rest);
  }

  drained(): void {
    if (this.#answering?.isHeld !== true || this.#state === 'lingering') return;
    this.#moveDeadline(Number.POSITIVE_INFINITY);
    this.#answering.drained();
    if (this.#turn === undefined) this.#next();
  }

  ended(): void {
    if (this.#turn === undefined) this.#close();
    else this.#breakOff(new Error('the client left'));
  }

  closed(error: Error | undefined): void {
    const wasServing = this.#turn !== undefined;
    if (wasServing && error !== undefined)
      this.#options.log.debug('client connection failed', { reason: messageOf(error) });
    this.#state = 'closed';
    this.#unread = undefined;
    this.#options.onClosed(this);
    this.#leave(error ?? new Error('the client left'));
  }

  hold(): void {
    this.#brake.hold('body');
  }

  flow(): void {
    this.#brake.free('body');
  }

  wanted(turn: Turn): void {
    if (!this.#expects || this.#turn !== turn) return;
    this.#expects = false;
    if (this.#answering === undefined) this.#line.write(continueLine);
  }

  /** The client is gone in the middle of a turn: whoever works for it may stop. */
  #breakOff(reason: Error): void {
    this.#leave(reason);
    this.#line.reset();
  }

  #leave(reason: Error): void {
    const turn = this.#turn;
    this.#turn = undefined;
    this.#answering?.cancel();
    turn?.leave(reason);
  }

  /** Bytes of calls to come. More than a head of them is not read ahead. */
  #keep(bytes: Buffer): void {
    this.#unread = this.#unread === undefined ? bytes : Buffer.concat([this.#unread, bytes]);
    if (this.#unread.length > this.#maxHeadBytes) this.#brake.hold('ahead');
  }

  /** What was read ahead is taken up, or most of it. */
  #readOn(): void {
    if ((this.#unread?.length ?? 0) <= this.#maxHeadBytes) this.#brake.free('ahead');
  }

  #readHead(bytes: Buffer): void {
    const before = this.#unread;
    const came = before === undefined ? bytes : Buffer.concat([before, bytes]);
    const all = withoutEmptyLines(came);
    const end = endOfHead(all, this.#searched);
    if (end > this.#maxHeadBytes || (end === -1 && all.length > this.#maxHeadBytes)) {
      this.#refuse('headers-too-large');
      return;
    }
    if (end === -1) {
      if (before === undefined) this.#moveDeadline(headDeadlineMs);
      this.#unread = all;
      if (!mayBecomeRequest(all, this.#searched)) this.#refuse('not-http');
      this.#searched = all.length;
      return;
    }
    this.#unread = undefined;
    this.#searched = 0;
    const head = readRequestHead(all, 0, end);
    if (head === undefined) this.#refuse('not-http');
    else this.#begin(head, all, end);
  }

  #begin(head: RequestHead, bytes: Buffer, bodyAt: number): void {
    const framing = framingOf(head.headers);
    const length = framing && requestLength(framing, head.minor);
    if (framing === undefined || length === undefined) {
      this.#refuse('lengths-contradict');
      return;
    }
    if (framing.expects === 'other') {
      this.#refuse('not-http');
      return;
    }
    const closes = framing.closes || head.minor === 0;
    const turn = new Turn(head, length, this.#peer, closes, this);
    this.#turn = turn;
    this.#answering = undefined;
    this.#expects = framing.expects === 'continue' && length !== 0 && head.minor === 1;
    this.#moveDeadline(Number.POSITIVE_INFINITY);
    const rest = bodyAt < bytes.length ? turn.read(bytes, bodyAt) : undefined;
    if (rest !== undefined) this.#keep(rest);
    if (turn.isWrong) {
      this.#turn = undefined;
      this.#refuse('not-http');
      return;
    }
    this.#options.handler(turn).then(
      (answer) => {
        this.#answer(turn, answer);
      },
      (error: unknown) => {
        this.#noAnswer(turn, error);
      },
    );
  }

  #answer(turn: Turn, answer: Answer): void {
    if (this.#turn !== turn) {
      letGo(answer);
      return;
    }
    const settle = (written: Written): void => {
      this.#settle(turn, answering, written);
    };
    // Only from then on: a stream that flowed for hours may be held for a moment.
    const onHeld = (): void => {
      this.#moveDeadline(stuckMs);
    };
    const answering: Answering = new Answering(this.#line, settle, onHeld);
    this.#answering = answering;
    try {
      answering.begin(answer, turn, turn.closes || this.#state !== 'open' || !turn.isBodyOver);
    } catch (error) {
      letGo(answer);
      this.#noAnswer(turn, error);
    }
  }

  #noAnswer(turn: Turn, error: unknown): void {
    this.#options.log.debug('call ended without an answer', { reason: messageOf(error) });
    if (this.#turn === turn) this.#breakOff(new Error('no answer'));
  }

  #settle(turn: Turn, answering: Answering, written: Written): void {
    if (this.#turn !== turn) return;
    this.#turn = undefined;
    if (written === 'broken') {
      turn.leave(new Error('the answer broke off'));
      this.#line.reset();
      return;
    }
    if (answering.closes || this.#state !== 'open') {
      turn.giveUpBody();
      // What was not read would reset the connection, and the answer with it.
      if (turn.isBodyOver && this.#unread === undefined) this.#close();
      else this.#linger();
      return;
    }
    // The next call waits until the client has taken this answer: what it does not read would pile up here.
    if (!answering.isHeld) this.#next();
  }

  #next(): void {
    const unread = this.#unread;
    this.#unread = undefined;
    this.#searched = 0;
    this.#moveDeadline(idleConnectionMs);
    if (unread !== undefined) this.#readHead(unread);
    this.#readOn();
  }

  #refuse(refusal: Refusal): void {
    const answer = this.#options.refuse?.(refusal) ?? { status: 400, headers: [], body: new Uint8Array() };
    this.#unread = undefined;
    new Answering(this.#line, () => {}).begin(answer, { method: 'GET', minor: 1 }, true);
    this.#linger();
  }

  #close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'lingering';
    this.#moveDeadline(stuckMs);
    this.#line.end();
  }

  /** The answer is out, the client may still be talking: read over it for a moment, so that nothing is reset. */
  #linger(): void {
    if (this.#state === 'closed') return;
    this.#state = 'lingering';
    this.#line.finish();
    this.#brake.release();
    this.#moveDeadline(lingerMs);
  }

  #moveDeadline(ms: number): void {
    this.#deadline = ms === Number.POSITIVE_INFINITY ? ms : this.#options.clock.monotonic() + ms;
  }
}

function letGo({ body }: Answer): void {
  if (body !== undefined && 'cancel' in body) body.cancel();
}
