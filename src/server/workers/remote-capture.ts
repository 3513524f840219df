import type { Log } from '../../base/log.ts';
import type { Settings } from '../../config/settings.ts';
import { KeepingCall, sizeOf } from '../../usage/capture/keeping-call.ts';
import { isOneOf } from '../../usage/capture/one-of.ts';
import type { Keep } from '../../usage/keep.ts';
import type { Channel } from './channel.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';

/** What calls of a worker may hold for being kept, those that are over and wait for the first process included (bytes). */
const mostHeldBytes = 64 * 2 ** 20;

/** What is said in calls of a worker, gathered here and written down by the first process. */
export class RemoteCapture {
  readonly #channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'ask'>;
  readonly #settings: () => Pick<Settings, 'capture'>;
  readonly #log: Log;
  #heldBytes = 0;
  #isDropTold = false;

  constructor(
    channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'ask'>,
    settings: () => Pick<Settings, 'capture'>,
    log: Log,
  ) {
    this.#channel = channel;
    this.#settings = settings;
    this.#log = log;
  }

  readonly keep: Keep = ({ id, name }) => {
    const { enabled, clients, maxCallBytes } = this.#settings().capture;
    if (!enabled || !isOneOf(clients, id, name)) return undefined;
    return new KeepingCall({
      maxBodyBytes: maxCallBytes,
      take: (bytes) => this.#take(bytes),
      onOver: (kept, record) => {
        // Until the first process has it: where that is busy, what waits for it counts as well.
        const taken = (): void => {
          this.#heldBytes -= sizeOf(kept);
          this.#isDropTold = false;
        };
        this.#channel.ask('keep', { kept, record }).then(taken, taken);
      },
      onDropped: (taken) => {
        this.#heldBytes -= taken;
        if (!this.#isDropTold) this.#log.warn('captures are dropped: more is said than can be kept at once');
        this.#isDropTold = true;
      },
    });
  };

  #take(bytes: number): boolean {
    if (this.#heldBytes + bytes > mostHeldBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }
}
