import type { ClientKey } from '../../access/client-key.ts';
import type { Admission } from '../../access/limits.ts';
import type { Entrance, Now } from '../../proxy/gateway.ts';
import type { Crowd } from '../../proxy/held.ts';
import type { Channel } from './channel.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';

/** Who may come in: counted by the first process wherever there is a limit, and by nobody else where there is none. */
export class RemoteEntrance implements Entrance {
  readonly #channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tell' | 'ask'>;
  readonly #crowd: Crowd;
  readonly #onEnter: () => void;
  #tickets = 0;
  /** Calls inside that the first process counts itself. */
  #counted = 0;

  constructor(
    channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tell' | 'ask'>,
    crowd: Crowd,
    onEnter: () => void,
  ) {
    this.#channel = channel;
    this.#crowd = crowd;
    this.#onEnter = onEnter;
  }

  /** Those that only this process knows of. */
  get calls(): number {
    return this.#crowd.calls - this.#counted;
  }

  get streams(): number {
    return this.#crowd.streams;
  }

  stream(): () => void {
    return this.#crowd.stream();
  }

  enter(most: number): Now<() => void> {
    this.#onEnter();
    return most === 0 ? this.#crowd.enter(0) : this.#askToEnter(most);
  }

  /** What `KeyLimits` does for all processes. */
  admit(key: ClientKey): Now<Admission> {
    const { callsAtOnce, requestsPerMinute } = key;
    if (callsAtOnce === undefined && requestsPerMinute === undefined)
      return { is: 'admitted', release: () => {} };
    return this.#askFor(key);
  }

  async #askToEnter(most: number): Promise<() => void> {
    const ticket = this.#ticket();
    await this.#channel.ask('enter', { ticket, most });
    const leave = this.#crowd.enter(0);
    this.#counted += 1;
    return this.#once(ticket, () => {
      this.#counted -= 1;
      leave();
    });
  }

  async #askFor(key: ClientKey): Promise<Admission> {
    const ticket = this.#ticket();
    const reply = await this.#channel.ask('key', { ticket, key });
    return reply.is === 'admitted' ? { is: 'admitted', release: this.#once(ticket, () => {}) } : reply;
  }

  #ticket(): number {
    this.#tickets += 1;
    return this.#tickets;
  }

  #once(ticket: number, then: () => void): () => void {
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      then();
      this.#channel.tell({ is: 'left', ticket });
    };
  }
}
