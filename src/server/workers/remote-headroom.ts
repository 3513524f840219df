import type { WindowSeen } from '../../accounts/headroom/headroom.ts';
import type { Clock } from '../../base/clock.ts';
import { without, type HeaderList } from '../../http/headers.ts';
import type { Gateway } from '../../proxy/gateway.ts';
import type { Channel } from './channel.ts';
import type { Pictured } from './pictured.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';

/** Answers that follow each other faster are told of by the last of them (ms). */
const tellEveryMs = 250;

/** What answers say of limits, on its way to the first process. */
export class RemoteHeadroom implements Pick<Gateway['headroom'], 'learn' | 'of'> {
  readonly #channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tellLater'>;
  readonly #pictured: Pictured;
  readonly #clock: Clock;
  /** The latest answer of each account that is told of in a moment; undefined where none has come since the last. */
  readonly #latest = new Map<string, HeaderList | undefined>();

  constructor(
    channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tellLater'>,
    pictured: Pictured,
    clock: Clock,
  ) {
    this.#channel = channel;
    this.#pictured = pictured;
    this.#clock = clock;
  }

  learn(accountId: string, headers: HeaderList): void {
    if (this.#latest.has(accountId)) {
      this.#latest.set(accountId, headers);
      return;
    }
    const limits = without(headers, (name) => !tellsLimits(name));
    if (limits.length === 0) return;
    this.#channel.tellLater({ is: 'headroom', accountId, headers: limits });
    this.#latest.set(accountId, undefined);
    this.#clock.after(tellEveryMs, () => {
      const latest = this.#latest.get(accountId);
      this.#latest.delete(accountId);
      if (latest !== undefined) this.learn(accountId, latest);
    });
  }

  of(accountId: string): WindowSeen[] {
    return this.#pictured.windowsOf(accountId);
  }
}

function tellsLimits(name: string): boolean {
  return /^anthropic-(?:ratelimit|priority|fast)-/.test(name);
}
