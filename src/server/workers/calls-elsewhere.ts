import type { Ask, Choice, Lease } from '../../accounts/choice.ts';
import type { Account } from '../../accounts/account.ts';
import { GatewayError } from '../../base/errors.ts';
import { couldServe } from '../../proxy/could-serve.ts';
import type { Gateway } from '../../proxy/gateway.ts';
import { Patience } from '../../proxy/patience.ts';
import type { Budgets } from '../../usage/budgets/budgets.ts';
import type { Choosing, Chosen, Granted, Scene, TravellingChoice, WorkerSpeech } from './speech.ts';

type Told<Is extends WorkerSpeech['tells']['is']> = WorkerSpeech['tells'] & { readonly is: Is };

export interface Deciding {
  readonly gateway: Gateway;
  readonly budgets: Pick<Budgets, 'barred'>;
  /** Whether calls like this one may go to that account unasked. */
  readonly grantFor: (ask: Ask, accountId: string) => Granted | undefined;
  /** Notes on which account the call runs that something is held for. */
  readonly holdOn: (hold: number, accountId: string) => void;
}

/** A call of a worker, as long as it asks for accounts or is on one. */
interface CallElsewhere {
  /** Of those that were decided here: most never are. */
  patience: Patience | undefined;
  gone: AbortController | undefined;
  lease: Lease | undefined;
  waitedMs: number | undefined;
}

/** More clients than leave between two messages of a worker. */
const mostLeft = 1_000;

/** The calls of one worker: who takes them is decided here, as for those of this process. */
export class CallsElsewhere {
  readonly #deciding: Deciding;
  readonly #calls = new Map<number, CallElsewhere>();
  /** Calls that asked for nothing yet, as far as is known here: news of one turn pass its questions. */
  readonly #left = new Set<number>();

  constructor(deciding: Deciding) {
    this.#deciding = deciding;
  }

  /** The account for the next attempt, or why there is none, as soon as that is settled. @throws GatewayError client_left */
  async choose(choosing: Choosing): Promise<Chosen> {
    const { call, ask, hold, before } = choosing;
    const { gateway, grantFor, holdOn } = this.#deciding;
    if (this.#left.delete(call)) throw clientLeft();
    const one = this.#of(call);
    const gone = (one.gone ??= new AbortController());
    const patience = (one.patience ??= this.#patience(choosing, one, gone.signal));
    for (const [accountId, lesson] of before) {
      patience.asks(accountId);
      if (lesson !== undefined) patience.heard(accountId, lesson);
    }
    const next = patience.next();
    // What is held on the account must stand there before the next call is decided: they come many at a time.
    const choice = next instanceof Promise ? await next : next;
    const { waitedMs } = one;
    one.waitedMs = undefined;
    if (choice.is === 'account') {
      if (gone.signal.aborted) {
        choice.lease.release();
        throw clientLeft();
      }
      one.lease = choice.lease;
      patience.asks(choice.account.id);
      if (hold !== undefined) holdOn(hold, choice.account.id);
    }
    return {
      choice: travelling(choice),
      tokensAtHome: patience.tokensAtHome,
      waitedMs,
      granted: choice.is === 'account' ? grantFor(ask, choice.account.id) : undefined,
      scene: choice.is === 'account' ? undefined : this.#scene(ask, gateway),
    };
  }

  /** A call goes to an account on a grant: it takes a place there as any other. */
  took({ call, accountId, ask }: Told<'took'>): void {
    const { pool } = this.#deciding.gateway;
    const choice = pool.choose({ ...ask, pinned: accountId }, new Set());
    if (choice.is === 'account') this.#of(call).lease = choice.lease;
  }

  learned({ call, on, lesson, model }: Told<'learned'>): void {
    const patience = this.#calls.get(call)?.patience;
    if (patience === undefined) this.#deciding.gateway.pool.report(on.id, lesson, on, model);
    else patience.learns(on, lesson);
  }

  /** The account of an attempt has its place back; another attempt may follow. */
  released(call: number): void {
    const one = this.#calls.get(call);
    one?.lease?.release();
    if (one !== undefined) one.lease = undefined;
  }

  /** Its client has left while it waited. */
  aborted(call: number): void {
    const gone = this.#calls.get(call)?.gone;
    gone?.abort();
    if (gone !== undefined) return;
    this.#left.add(call);
    const [oldest] = this.#left;
    if (this.#left.size > mostLeft && oldest !== undefined) this.#left.delete(oldest);
  }

  ended({ call, isServed, home }: Told<'ended'>): void {
    this.#left.delete(call);
    const one = this.#calls.get(call);
    if (one === undefined) return;
    this.#calls.delete(call);
    one.patience?.ends(isServed, home === undefined ? undefined : { id: home });
    one.lease?.release();
  }

  /** Their worker is gone. */
  close(): void {
    for (const { gone, lease } of this.#calls.values()) {
      gone?.abort();
      lease?.release();
    }
    this.#calls.clear();
  }

  #of(call: number): CallElsewhere {
    let one = this.#calls.get(call);
    if (one === undefined) {
      one = { patience: undefined, gone: undefined, lease: undefined, waitedMs: undefined };
      this.#calls.set(call, one);
    }
    return one;
  }

  #patience({ ask, lane, headers }: Choosing, one: CallElsewhere, signal: AbortSignal): Patience {
    const onWait = (ms: number): void => {
      one.waitedMs = (one.waitedMs ?? 0) + ms;
    };
    const waiting = { ask, call: { headers, signal }, onWait, ...(lane && { lane }) };
    return new Patience(waiting, this.#deciding.gateway);
  }

  #scene(ask: Ask, { pool, headroom }: Gateway): Scene {
    const ids = couldServe(ask, pool).map(({ id }: Account) => id);
    const { budgets } = this.#deciding;
    return {
      windows: ids.map((id) => [id, headroom.of(id)] as const),
      bars: ids.flatMap((id) => {
        const bar = budgets.barred(id);
        return bar === undefined ? [] : [[id, bar] as const];
      }),
    };
  }
}

function clientLeft(): GatewayError {
  return new GatewayError('client_left', 'The client left.');
}

function travelling(choice: Choice): TravellingChoice {
  if (choice.is !== 'account') return choice;
  const { account, why, left } = choice;
  const from = left && { accountId: left.account.id, reason: left.reason };
  return { is: 'account', accountId: account.id, why, ...(from && { left: from }) };
}
