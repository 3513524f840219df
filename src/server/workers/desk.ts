import type { ClientKeys } from '../../access/client-keys.ts';
import type { Bindings } from '../../accounts/bindings.ts';
import type { Refresher } from '../../accounts/refresher.ts';
import type { AccountStore } from '../../accounts/store.ts';
import { messageOf } from '../../base/errors.ts';
import type { LineLog } from '../../base/log.ts';
import { Secret } from '../../base/secret.ts';
import type { Budgets } from '../../usage/budgets/budgets.ts';
import type { Capture } from '../../usage/capture/capture.ts';
import { CallsElsewhere, type Deciding } from './calls-elsewhere.ts';
import type { Channel, Hearer } from './channel.ts';
import { HoldsElsewhere } from './holds-elsewhere.ts';
import { OwnRequests, type AnswerOwn } from './own-requests.ts';
import type { GivenSecret, OverElsewhere, OwnerSpeech, WorkerSpeech } from './speech.ts';

/** What the first process needs to serve its workers. */
export interface DeskOptions extends Pick<Deciding, 'gateway' | 'grantFor'> {
  readonly budgets: Budgets;
  readonly accounts: Pick<AccountStore, 'list' | 'secret'>;
  readonly keys: Pick<ClientKeys, 'used'>;
  readonly bindings: Bindings;
  readonly refresher: Pick<Refresher, 'renew' | 'trouble'>;
  readonly capture: () => Capture | undefined;
  readonly answerOwn: AnswerOwn;
  readonly log: LineLog;
}

/** Tokens change by themselves: a worker asks for them again that often (ms). What else is secret changes with its account. */
const tokenForMs = 5_000;
const secretForMs = 3_600_000;

const served = { is: 'fine', isServed: true } as const;

/** The traffic of a worker that this process does not count itself. */
export interface Traffic {
  readonly calls: number;
  readonly streams: number;
  readonly heldBytes: number;
}

/** Where one worker is served: what it asks is decided, what it tells is taken in. */
export class Desk implements Hearer<WorkerSpeech> {
  traffic: Traffic = { calls: 0, streams: 0, heldBytes: 0 };
  readonly #options: DeskOptions;
  readonly #calls: CallsElsewhere;
  readonly #holds: HoldsElsewhere;
  readonly #own: OwnRequests;
  /** How calls that are counted here leave again, by their tickets. */
  readonly #inside = new Map<number, () => void>();

  constructor(options: DeskOptions, channel: () => Pick<Channel<OwnerSpeech, WorkerSpeech>, 'tell'>) {
    this.#options = options;
    this.#holds = new HoldsElsewhere(options.budgets, options.gateway.clock);
    const holdOn = (hold: number, accountId: string): void => {
      this.#holds.on(hold, accountId);
    };
    this.#calls = new CallsElsewhere({ ...options, holdOn });
    this.#own = new OwnRequests(options.answerOwn, channel);
  }

  told(what: WorkerSpeech['tells']): void {
    try {
      this.#hear(what);
    } catch (error) {
      const reason = messageOf(error);
      this.#options.log.error('what a worker told could not be taken in', { what: what.is, reason });
    }
  }

  readonly answers: Hearer<WorkerSpeech>['answers'] = {
    choose: (choosing) => this.#calls.choose(choosing),
    budget: ({ hold, clientId, asked }) => this.#holds.admit(hold, clientId, asked),
    usage: (clientId) => this.#options.budgets.usageOf(clientId),
    key: async ({ ticket, key }) => {
      const admission = await this.#options.gateway.limits.admit(key);
      if (admission.is !== 'admitted') return admission;
      this.#inside.set(ticket, () => {
        admission.release();
      });
      return { is: 'admitted' };
    },
    enter: async ({ ticket, most }) => {
      this.#inside.set(ticket, await this.#options.gateway.crowd.enter(most));
    },
    find: (id) => this.#options.bindings.find(id),
    secret: (accountId) => this.#secret(accountId),
    entry: async (name) => (await this.#options.accounts.secret(name))?.reveal(),
    renew: async ({ accountId, refused }) => {
      const account = this.#account(accountId);
      return account === undefined
        ? { is: 'stands' }
        : this.#options.refresher.renew(account, new Secret(refused));
    },
    own: (request) => this.#own.answer(request),
    keep: ({ kept, record }) => this.#options.capture()?.adopt(kept, record),
  };

  /** The worker is gone: what it held is given back. */
  close(): void {
    this.#calls.close();
    this.#holds.close();
    this.#own.close();
    for (const leave of this.#inside.values()) leave();
    this.#inside.clear();
    this.traffic = { calls: 0, streams: 0, heldBytes: 0 };
  }

  #hear(what: WorkerSpeech['tells']): void {
    const { gateway, bindings, log } = this.#options;
    switch (what.is) {
      case 'took':
        this.#calls.took(what);
        break;
      case 'served':
        gateway.pool.report(what.accountId, served, undefined, what.model);
        break;
      case 'learned':
        this.#calls.learned(what);
        break;
      case 'released':
        this.#calls.released(what.call);
        break;
      case 'aborted':
        this.#calls.aborted(what.call);
        break;
      case 'ended':
        this.#calls.ended(what);
        break;
      case 'over':
        this.#over(JSON.parse(what.json));
        break;
      case 'left':
        this.#inside.get(what.ticket)?.();
        this.#inside.delete(what.ticket);
        break;
      case 'headroom':
        gateway.headroom.learn(what.accountId, what.headers);
        break;
      case 'bound':
        bindings.remember(what.kind, what.id, what.accountId, what.ttlMs);
        break;
      case 'line':
        log.relay(what.json);
        break;
      case 'traffic':
        this.traffic = what;
        break;
      case 'cancelled':
        this.#own.cancel(what.id);
    }
  }

  /** A call is over: counted against budgets and written down as any other. */
  #over({ record, hold }: OverElsewhere): void {
    if (hold !== undefined) this.#holds.settle(record, hold);
    if (record.clientId !== 'local') this.#options.keys.used(record.clientId);
    this.#options.gateway.record(record);
  }

  async #secret(accountId: string): Promise<GivenSecret> {
    const { gateway, refresher } = this.#options;
    const account = this.#account(accountId);
    if (account === undefined) return { secret: undefined, forMs: 0, trouble: undefined };
    const secret = await gateway.secretOf(account);
    const isToken = account.kind === 'oauth';
    return {
      secret: secret?.reveal(),
      forMs: isToken ? tokenForMs : secretForMs,
      trouble: isToken && secret === undefined ? refresher.trouble(account) : undefined,
    };
  }

  #account(accountId: string): ReturnType<AccountStore['list']>[number] | undefined {
    return this.#options.accounts.list().find(({ id }) => id === accountId);
  }
}
