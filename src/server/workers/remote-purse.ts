import type { Account } from '../../accounts/account.ts';
import type { ClientKey } from '../../access/client-key.ts';
import type { Settings } from '../../config/settings.ts';
import type { Now, Purse } from '../../proxy/gateway.ts';
import type { Admission, SeenBudget } from '../../usage/budgets/budgets.ts';
import type { Asked } from '../../usage/budgets/expectation.ts';
import type { Held } from '../../usage/budgets/hold.ts';
import { Pots } from '../../usage/budgets/pots.ts';
import type { UsageView } from '../../usage/budgets/usage-view.ts';
import type { CallRecord } from '../../usage/call-record.ts';
import type { Channel } from './channel.ts';
import type { Pictured } from './pictured.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';

export interface PurseOptions {
  readonly channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tell' | 'ask'>;
  readonly pictured: Pictured;
  readonly settings: () => Pick<Settings, 'budgets'>;
  readonly keys: () => readonly ClientKey[];
}

/** What is held for a call by the first process: all that is left to do here is to say by which number. */
class HeldElsewhere implements Held {
  readonly #number: number | undefined;
  readonly #headers: string[];
  readonly #onSettled: (record: CallRecord) => void;

  constructor(number: number | undefined, headers: string[], onSettled: (record: CallRecord) => void) {
    this.#number = number;
    this.#headers = headers;
    this.#onSettled = onSettled;
  }

  get number(): number | undefined {
    return this.#number;
  }

  on(): void {
    // Noted by the first process, which chose the account.
  }

  headers(): string[] {
    return this.#headers;
  }

  settle(record: CallRecord): void {
    this.#onSettled(record);
  }
}

/** The number of what the first process holds for a call; undefined where nothing is held. */
export function heldElsewhere(hold: Held | undefined): number | undefined {
  return hold instanceof HeldElsewhere ? hold.number : undefined;
}

/** What may be spent, decided by the first process; where there is no budget at all nobody is asked. */
export class RemotePurse implements Purse {
  readonly #options: PurseOptions;
  readonly #settled = new WeakMap<CallRecord, number | Asked>();
  #pots: Pots | undefined;
  #holds = 0;

  constructor(options: PurseOptions) {
    this.#options = options;
  }

  /** Budgets, keys or accounts are others than before. */
  forget(): void {
    this.#pots = undefined;
  }

  admit(clientId: string | undefined, asked: Asked): Now<Admission> {
    if (this.#all().all.length === 0) return { is: 'admitted', hold: this.#held(undefined, [], asked) };
    this.#holds += 1;
    return this.#ask(this.#holds, clientId, asked);
  }

  barred(accountId: string): ReturnType<Purse['barred']> {
    return this.#options.pictured.barOf(accountId);
  }

  countsEverything(clientId: string | undefined): boolean {
    return this.#all()
      .ofClient(clientId)
      .some(({ isHard }) => isHard);
  }

  /** Budgets are shown by the first process. */
  look(): readonly SeenBudget[] {
    return [];
  }

  usageOf(clientId: string): Promise<UsageView> {
    return this.#options.channel.ask('usage', clientId);
  }

  /** Under which number the first process knows what was held for a call that is over, or what that call asked. */
  heldFor(record: CallRecord): number | Asked | undefined {
    return this.#settled.get(record);
  }

  async #ask(number: number, clientId: string | undefined, asked: Asked): Promise<Admission> {
    const reply = await this.#options.channel.ask('budget', { hold: number, clientId, asked });
    if (reply.is !== 'admitted') return reply;
    return { is: 'admitted', hold: this.#held(number, reply.headers, asked) };
  }

  #held(number: number | undefined, headers: string[], asked: Asked): Held {
    return new HeldElsewhere(number, headers, (record) => this.#settled.set(record, number ?? asked));
  }

  #all(): Pots {
    const { settings, keys, pictured } = this.#options;
    this.#pots ??= new Pots(potsInput(settings(), keys(), pictured.list()));
    return this.#pots;
  }
}

function potsInput(
  { budgets }: Pick<Settings, 'budgets'>,
  keys: readonly ClientKey[],
  accounts: readonly Account[],
): ConstructorParameters<typeof Pots>[0] {
  return {
    budgets,
    keys: keys.map((key) => ({ ...key, isOver: key.revokedAt !== undefined })),
    accounts,
  };
}
