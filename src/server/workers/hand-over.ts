import type { Clock } from '../../base/clock.ts';
import type { ByteSink, ByteSource } from '../../http/bytes.ts';
import type { Answer, Call } from '../../http/call.ts';
import { smallBody } from '../web-bridge.ts';
import type { Channel } from './channel.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';

/** Requests for our own paths that came to a worker: the first process answers them, since it alone knows everything. */
export class HandOver {
  readonly #channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tell' | 'ask'>;
  readonly #clock: Clock;
  readonly #streams = new Map<number, Pieces>();
  #requests = 0;

  constructor(channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tell' | 'ask'>, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** @throws GatewayError as the first process does; body_too_large, body_timeout */
  async answer(call: Call): Promise<Answer> {
    this.#requests += 1;
    const id = this.#requests;
    const { method, target, headers, peer, signal } = call;
    const body = await smallBody(call, this.#clock);
    const cancel = (): void => {
      this.#streams.delete(id);
      this.#channel.tell({ is: 'cancelled', id });
    };
    signal.addEventListener('abort', cancel, { once: true });
    const pieces = new Pieces(() => {
      signal.removeEventListener('abort', cancel);
      cancel();
    });
    // The first of them may come with the answer itself.
    this.#streams.set(id, pieces);
    let back;
    try {
      back = await this.#channel.ask('own', { id, method, target, headers, peer, body });
    } catch (error) {
      signal.removeEventListener('abort', cancel);
      this.#streams.delete(id);
      throw error;
    }
    const { status, isStream } = back;
    if (isStream) return { status, headers: back.headers, body: pieces };
    signal.removeEventListener('abort', cancel);
    this.#streams.delete(id);
    return { status, headers: back.headers, body: back.body };
  }

  chunk(id: number, bytes: Uint8Array): void {
    this.#streams.get(id)?.add(bytes);
  }

  end(id: number, isWhole: boolean): void {
    this.#streams.get(id)?.end(isWhole);
    this.#streams.delete(id);
  }
}

/** A body that comes in pieces over the channel. What the reader does not take waits here: events are few and small. */
class Pieces implements ByteSource {
  readonly #onCancel: () => void;
  readonly #waiting: Uint8Array[] = [];
  #sink: ByteSink | undefined;
  #isHeld = false;
  #ended: 'whole' | 'broken' | undefined;
  #isOver = false;

  constructor(onCancel: () => void) {
    this.#onCancel = onCancel;
  }

  add(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#flow();
  }

  end(isWhole: boolean): void {
    this.#ended = isWhole ? 'whole' : 'broken';
    this.#flow();
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#flow();
  }

  pause(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.#flow();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onCancel();
  }

  #flow(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    while (!this.#isHeld && !this.#isOver) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      sink.chunk(next);
    }
    if (this.#isHeld || this.#isOver || this.#waiting.length > 0 || this.#ended === undefined) return;
    this.#isOver = true;
    if (this.#ended === 'whole') sink.end();
    else sink.fail(new Error('the first process broke its answer off'));
  }
}
