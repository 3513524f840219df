import type { Account } from '../../accounts/account.ts';
import type { Renewal } from '../../accounts/refresher.ts';
import type { Trouble } from '../../accounts/refresh-state.ts';
import type { Clock } from '../../base/clock.ts';
import { Secret } from '../../base/secret.ts';
import type { Gateway } from '../../proxy/gateway.ts';
import type { Channel } from './channel.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';

interface Kept {
  readonly secret: Secret;
  readonly updatedAt: number;
  /** On the clock that never jumps (ms). */
  readonly until: number;
}

/** The secrets of accounts, as the first process has given them; tokens for seconds only, since they change. */
export class RemoteSecrets implements Pick<Gateway, 'secretOf' | 'tokens'> {
  readonly #channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'ask'>;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<Secret | undefined>>();
  readonly #troubles = new Map<string, Trouble>();
  /** How often anything was forgotten: what was asked for before that is not kept. */
  #forgotten = 0;

  constructor(channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'ask'>, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  readonly secretOf: Gateway['secretOf'] = (account) => {
    const kept = this.#kept.get(account.id);
    if (kept?.updatedAt === account.updatedAt && this.#clock.monotonic() < kept.until) return kept.secret;
    const asked = this.#asked.get(account.id) ?? this.#ask(account);
    this.#asked.set(account.id, asked);
    return asked;
  };

  readonly tokens: Gateway['tokens'] = {
    renew: async (account, refused): Promise<Renewal> => {
      this.forget(account.id);
      const renewal = await this.#channel.ask('renew', { accountId: account.id, refused: refused.reveal() });
      // A question that was underway meanwhile may have brought the refused one once more.
      this.forget(account.id);
      return renewal;
    },
    trouble: ({ id }) => this.#troubles.get(id),
  };

  /** What an outbound proxy wants to know. */
  async entry(name: string): Promise<Secret | undefined> {
    const text = await this.#channel.ask('entry', name);
    return text === undefined ? undefined : new Secret(text);
  }

  /** The account has another secret than before. */
  forget(accountId: string): void {
    this.#forgotten += 1;
    this.#kept.delete(accountId);
    this.#asked.delete(accountId);
  }

  async #ask({ id, updatedAt }: Account): Promise<Secret | undefined> {
    const before = this.#forgotten;
    try {
      const { secret: text, forMs, trouble } = await this.#channel.ask('secret', id);
      if (trouble === undefined) this.#troubles.delete(id);
      else this.#troubles.set(id, trouble);
      if (text === undefined) return undefined;
      const secret = new Secret(text);
      if (this.#forgotten === before)
        this.#kept.set(id, { secret, updatedAt, until: this.#clock.monotonic() + forMs });
      return secret;
    } finally {
      this.#asked.delete(id);
    }
  }
}
