import type { ByteSource } from '../../http/bytes.ts';
import type { Answer, Call } from '../../http/call.ts';
import type { Channel } from './channel.ts';
import type { HandedBack, HandedOver, OwnerSpeech, WorkerSpeech } from './speech.ts';

/** Answers a request for one of our own paths. @throws GatewayError */
export type AnswerOwn = (call: Call) => Promise<Answer>;

/** Requests for our own paths that one worker has handed over. */
export class OwnRequests {
  readonly #answer: AnswerOwn;
  readonly #channel: () => Pick<Channel<OwnerSpeech, WorkerSpeech>, 'tell'>;
  readonly #running = new Map<number, AbortController>();

  constructor(answer: AnswerOwn, channel: () => Pick<Channel<OwnerSpeech, WorkerSpeech>, 'tell'>) {
    this.#answer = answer;
    this.#channel = channel;
  }

  /** @throws GatewayError */
  async answer({ id, method, target, headers, peer, body }: HandedOver): Promise<HandedBack> {
    const gone = new AbortController();
    this.#running.set(id, gone);
    const source = body === undefined ? undefined : sourceOf(body);
    try {
      const call = { method, target, headers, peer, body: source, signal: gone.signal };
      const answer = await this.#answer(call);
      const isStream = answer.body !== undefined && !(answer.body instanceof Uint8Array);
      if (isStream) this.#pass(id, answer.body, gone.signal);
      else this.#running.delete(id);
      const whole = answer.body instanceof Uint8Array ? answer.body : undefined;
      return { status: answer.status, headers: answer.headers, body: whole, isStream };
    } catch (error) {
      this.#running.delete(id);
      throw error;
    }
  }

  /** Who asked has left. */
  cancel(id: number): void {
    this.#running.get(id)?.abort(new Error('the client left'));
    this.#running.delete(id);
  }

  /** The worker is gone. */
  close(): void {
    for (const id of this.#running.keys()) this.cancel(id);
  }

  #pass(id: number, body: ByteSource, signal: AbortSignal): void {
    // Who left while it was made is not heard of again.
    if (signal.aborted) {
      body.cancel();
      return;
    }
    const end = (isWhole: boolean): void => {
      this.#running.delete(id);
      this.#channel().tell({ is: 'end', id, isWhole });
    };
    signal.addEventListener('abort', () => {
      body.cancel();
    });
    body.start({
      chunk: (bytes) => {
        this.#channel().tell({ is: 'chunk', id, bytes });
      },
      end: () => {
        end(true);
      },
      fail: () => {
        end(false);
      },
    });
  }
}

/** Bytes at hand as a body. */
function sourceOf(bytes: Uint8Array): ByteSource {
  let isCancelled = false;
  return {
    start(sink) {
      if (!isCancelled && bytes.length > 0) sink.chunk(bytes);
      if (!isCancelled) sink.end();
    },
    pause() {},
    resume() {},
    cancel() {
      isCancelled = true;
    },
  };
}
