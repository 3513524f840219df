import type { Clock } from '../../base/clock.ts';
import type { Budgets } from '../../usage/budgets/budgets.ts';
import type { Asked } from '../../usage/budgets/expectation.ts';
import type { Held } from '../../usage/budgets/hold.ts';
import type { CallRecord } from '../../usage/call-record.ts';
import type { WorkerSpeech } from './speech.ts';

interface HoldElsewhere {
  readonly hold: Held;
  readonly clientId: string | undefined;
  readonly model: string;
  readonly since: number;
}

/** What is held against budgets for the calls of one worker. */
export class HoldsElsewhere {
  readonly #budgets: Pick<Budgets, 'admit' | 'hold'>;
  readonly #clock: Clock;
  readonly #holds = new Map<number, HoldElsewhere>();

  constructor(budgets: Pick<Budgets, 'admit' | 'hold'>, clock: Clock) {
    this.#budgets = budgets;
    this.#clock = clock;
  }

  admit(number: number, clientId: string | undefined, asked: Asked): WorkerSpeech['asks']['budget']['reply'] {
    const admission = this.#budgets.admit(clientId, asked);
    if (admission.is !== 'admitted') return admission;
    const { hold } = admission;
    this.#holds.set(number, { hold, clientId, model: asked.model, since: this.#clock.now() });
    return { is: 'admitted', headers: hold.headers() };
  }

  /** The call is tried on this account now. */
  on(number: number, accountId: string): void {
    this.#holds.get(number)?.hold.on(accountId);
  }

  /** The call is over. `number`: of what was held for it, or what it asked where nothing was. */
  settle(record: CallRecord, number: number | Asked): void {
    const clientId = record.clientId === 'local' ? undefined : record.clientId;
    const held = typeof number === 'number' ? this.#holds.get(number)?.hold : undefined;
    if (typeof number === 'number') this.#holds.delete(number);
    const hold = held ?? (typeof number === 'number' ? undefined : this.#budgets.hold(clientId, number));
    if (record.accountId !== undefined) hold?.on(record.accountId);
    hold?.settle(record);
  }

  /** The worker is gone, and nobody will ever know what its calls have used: what was expected counts. */
  close(): void {
    for (const { hold, clientId = 'local', model, since } of this.#holds.values())
      hold.settle({ ...lost, clientId, clientName: clientId, model, startedAt: since });
    this.#holds.clear();
  }
}

const lost = {
  requestId: '',
  method: 'POST',
  path: '/v1/messages',
  purpose: 'messages',
  isStream: false,
  status: 200,
  ended: 'client-left',
  bytesIn: 0,
  bytesOut: 0,
  ms: 0,
  attempts: [],
} as const;
