import type { Account } from '../../accounts/account.ts';
import type { Choice, Lease } from '../../accounts/choice.ts';
import type { Lesson } from '../../accounts/standing.ts';
import { GatewayError } from '../../base/errors.ts';
import { header } from '../../http/headers.ts';
import type { Chooser } from '../../proxy/chooser.ts';
import type { Work } from '../../proxy/work.ts';
import type { Channel } from './channel.ts';
import type { Grants } from './grants.ts';
import type { Pictured } from './pictured.ts';
import { heldElsewhere } from './remote-purse.ts';
import type { Chosen, OwnerSpeech, TravellingChoice, WorkerSpeech } from './speech.ts';

export interface Choosers {
  readonly channel: Pick<Channel<WorkerSpeech, OwnerSpeech>, 'tell' | 'tellLater' | 'ask'>;
  readonly pictured: Pictured;
  readonly grants: Grants;
}

/** A client that says when it gives up: that decides how long its call may wait. */
const patienceHeader = 'x-stainless-timeout';

let calls = 0;

/**
 * Finds the accounts of one call of a worker: on a grant at once, where the account is open; else the first process
 * chooses, and lets the call wait where that is worth it.
 */
export class RemoteChooser implements Chooser {
  tokensAtHome: number | undefined;
  readonly #work: Work;
  readonly #around: Choosers;
  readonly #call: number;
  /** Whom it asked on a grant, and what that taught. */
  #before: [accountId: string, lesson: Lesson | undefined][] = [];
  #isFirst = true;
  #hasAsked = false;
  #hasEnded = false;

  constructor(work: Work, around: Choosers) {
    calls += 1;
    this.#call = calls;
    this.#work = work;
    this.#around = around;
  }

  next(): Choice | Promise<Choice> {
    const granted = this.#isFirst ? this.#granted() : undefined;
    this.#isFirst = false;
    return granted ?? this.#ask();
  }

  asks(): void {
    // Whoever chose knows it.
  }

  learns(account: Account, lesson: Lesson): void {
    const { channel, pictured } = this.#around;
    const { model } = this.#work.ask;
    if (lesson.is === 'fine') {
      // On an open account there is no guess that a family of models could end.
      const proves = this.#hasAsked ? model : undefined;
      if (lesson.isServed === true) channel.tellLater({ is: 'served', accountId: account.id, model: proves });
      return;
    }
    // At once here; elsewhere as soon as the first process has heard of it.
    pictured.close(account.id);
    const last = this.#before.at(-1);
    if (last?.[0] === account.id) last[1] = lesson;
    channel.tell({ is: 'learned', call: this.#call, on: account, lesson, model });
  }

  ends(isServed: boolean, home: Pick<Account, 'id'> | undefined): void {
    this.#hasEnded = true;
    if (!isServed) this.#tellEnd(false, home?.id);
  }

  #granted(): Choice | undefined {
    const { channel, grants, pictured } = this.#around;
    const { ask } = this.#work;
    const accountId = grants.find(ask);
    const account = accountId === undefined ? undefined : pictured.find(accountId);
    if (account === undefined || !pictured.isOpen(account.id)) return undefined;
    this.#before.push([account.id, undefined]);
    const { purpose, model, own } = ask;
    const took = { purpose, model, own };
    channel.tellLater({ is: 'took', call: this.#call, accountId: account.id, ask: took });
    return {
      is: 'account',
      account,
      why: ask.session === undefined ? 'free' : 'session',
      lease: this.#lease(),
    };
  }

  async #ask(): Promise<Choice> {
    const { channel, grants, pictured } = this.#around;
    const { ask, call, lane, hold, onWait } = this.#work;
    // It may have left while somebody else was asked, and nobody would ever say so again.
    if (call.signal.aborted) throw new GatewayError('client_left', 'The client left.');
    const leave = (): void => {
      channel.tell({ is: 'aborted', call: this.#call });
    };
    call.signal.addEventListener('abort', leave, { once: true });
    this.#hasAsked = true;
    const before = this.#before;
    this.#before = [];
    const stands = header(call.headers, patienceHeader);
    const headers = stands === undefined ? [] : [patienceHeader, stands];
    let chosen: Chosen;
    try {
      const held = heldElsewhere(hold);
      chosen = await channel.ask('choose', { call: this.#call, ask, lane, headers, hold: held, before });
    } finally {
      call.signal.removeEventListener('abort', leave);
    }
    this.tokensAtHome = chosen.tokensAtHome;
    if (chosen.waitedMs !== undefined) onWait?.(chosen.waitedMs);
    if (chosen.scene !== undefined) pictured.show(chosen.scene);
    const choice = this.#arrived(chosen.choice);
    if (choice.is === 'account' && chosen.granted !== undefined)
      grants.keep(ask, choice.account.id, chosen.granted);
    return choice;
  }

  #arrived(choice: TravellingChoice): Choice {
    if (choice.is !== 'account') return choice;
    const { pictured } = this.#around;
    const account = pictured.find(choice.accountId);
    // It was removed while the answer was underway.
    if (account === undefined) return { is: 'limited', readyAt: undefined };
    const leftAt = choice.left === undefined ? undefined : pictured.find(choice.left.accountId);
    const left = leftAt && { account: leftAt, reason: choice.left?.reason ?? '' };
    return { is: 'account', account, why: choice.why, lease: this.#lease(), ...(left && { left }) };
  }

  #lease(): Lease {
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        if (this.#hasEnded) this.#tellEnd(true, undefined);
        else this.#around.channel.tell({ is: 'released', call: this.#call });
      },
    };
  }

  #tellEnd(isServed: boolean, home: string | undefined): void {
    const { channel } = this.#around;
    const end = { is: 'ended', call: this.#call, isServed, home } as const;
    // Somebody may wait for the place, but never on an account that is granted.
    if (this.#hasAsked) channel.tell(end);
    else channel.tellLater(end);
  }
}
