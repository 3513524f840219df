import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ByteSource } from '../../src/http/bytes.ts';
import type { HeaderList } from '../../src/http/headers.ts';
import { Conversation } from '../../src/wire/conversation.ts';
import { UpstreamLine } from '../../src/wire/upstream-line.ts';
import { MemoryLine } from './a-line.ts';
import type { HttpCase } from './http-cases.ts';

/** One message as somebody read it. */
export interface ReadMessage {
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  readonly status?: number | undefined;
  readonly headers: HeaderList;
  /** As Latin-1. */
  readonly body: string;
  /** The end of the message was seen. */
  readonly isWhole: boolean;
}

/** What the wire made of a case. */
export interface Reading {
  readonly messages: readonly ReadMessage[];
  /** `waiting` for more bytes; `refused`; `closed` since the message wants it so; `free` for the next exchange. */
  readonly ends: 'waiting' | 'refused' | 'closed' | 'free';
}

const stillClock: Clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };

/** A message being read. */
class Writing implements ReadMessage {
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  readonly status?: number | undefined;
  readonly headers: HeaderList;
  body = '';
  isWhole = false;
  isBroken = false;

  constructor(head: Pick<ReadMessage, 'method' | 'target' | 'status' | 'headers'>) {
    this.method = head.method;
    this.target = head.target;
    this.status = head.status;
    this.headers = head.headers;
  }

  /** Reads the body to its end; the promise is kept at whichever end it has. */
  async follow(source: ByteSource | Uint8Array | undefined): Promise<void> {
    if (source === undefined) {
      this.isWhole = true;
      return;
    }
    if (source instanceof Uint8Array) throw new Error('what comes from a line is a source');
    await new Promise<void>((resolve) => {
      source.start({
        chunk: (bytes) => {
          this.body += Buffer.from(bytes).toString('latin1');
        },
        end: () => {
          this.isWhole = true;
          resolve();
        },
        fail: () => {
          this.isBroken = true;
          resolve();
        },
      });
    });
  }
}

/** The pieces that a case arrives in, as buffers of their own: readers may write into them. */
function* pieces({ text, cuts }: HttpCase): Generator<Buffer> {
  let from = 0;
  for (const to of [...cuts, text.length]) {
    if (to > from) yield Buffer.from(text.slice(from, to), 'latin1');
    from = to;
  }
}

/** Lets a conversation take its next calls. */
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What our listener makes of the requests of `given`. */
export async function readRequests(given: HttpCase): Promise<Reading> {
  const messages: Writing[] = [];
  const line = new MemoryLine();
  let isRefused = false;
  const conversation = new Conversation(line, {
    host: '',
    port: 0,
    log: silentLog,
    clock: stillClock,
    onClosed() {},
    refuse() {
      isRefused = true;
      return { status: 400, headers: [], body: undefined };
    },
    async handler(call) {
      const message = new Writing(call);
      messages.push(message);
      await message.follow(call.body);
      return { status: 200, headers: [], body: undefined };
    },
  });
  line.user = conversation;
  for (const piece of pieces(given)) {
    // What is no more read is not told.
    if (!line.isOver) conversation.data(piece);
    // Sometimes the next bytes come while the call before them is still being answered.
    if (piece.length % 3 === 0) await turns();
  }
  await turns();
  const isBroken = messages.some((message) => message.isBroken);
  const ends =
    isRefused || isBroken || line.asked.includes('reset') ? 'refused' : line.isOver ? 'closed' : 'waiting';
  return { messages, ends };
}

/** What our sender makes of the answer of `given`. */
export async function readAnswer(given: HttpCase): Promise<Reading> {
  const line = new MemoryLine();
  let message: Writing | undefined;
  let isLost = false;
  let isFree = false;
  const upstream = new UpstreamLine(line, {
    give() {
      isFree = true;
    },
    forget() {},
  });
  line.user = upstream;
  upstream.wait({
    method: given.asked,
    isSent: true,
    answered(answer) {
      message = new Writing(answer);
      void message.follow(answer.body);
    },
    lost() {
      isLost = true;
    },
    over() {},
    drained() {},
  });
  for (const piece of pieces(given)) {
    // More than was asked for.
    isFree = false;
    if (!line.isOver) upstream.data(piece);
  }
  if (given.ends && !line.isOver && !isFree) upstream.ended();
  await turns();
  const isRefused = isLost || message?.isBroken === true;
  const ends = isRefused ? 'refused' : isFree ? 'free' : line.isOver ? 'closed' : 'waiting';
  return { messages: message === undefined ? [] : [message], ends };
}
