import { ByUse } from '../../accounts/by-use.ts';
import type { Ask } from '../../accounts/choice.ts';
import type { Clock } from '../../base/clock.ts';
import type { Granted } from './speech.ts';

interface Grant {
  readonly accountId: string;
  /** On the clock that never jumps (ms). */
  readonly until: number;
}

/** Sessions whose grants are kept; beyond it the one unused longest asks again. */
const mostSessions = 10_000;
/** More sessions than can move while an answer is underway. */
const mostUnderway = 1_000;
/** Sorts of calls of one session: models, and whether they count tokens. */
const mostSorts = 20;

/** Where calls of a sort may go unasked for a while, since the first process has decided it for one of them. */
export class Grants {
  readonly #clock: Clock;
  readonly #bySession = new ByUse<Map<string, Grant>>();
  /** Sessions that moved lately, with the number of the news. */
  readonly #moved = new ByUse<number>();
  #allOver = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The account that a call like this one was given last; undefined where it has to ask. */
  find(ask: Ask): string | undefined {
    if (ask.pinned !== undefined || ask.bound !== undefined) return undefined;
    const grant = this.#bySession.get(ask.session ?? '')?.get(sortOf(ask));
    return grant !== undefined && this.#clock.monotonic() < grant.until ? grant.accountId : undefined;
  }

  keep(ask: Ask, accountId: string, { forMs, number }: Granted): void {
    const { session = '' } = ask;
    // Called back while the answer was underway.
    if (number < this.#allOver || number < (this.#moved.get(session) ?? 0)) return;
    const grants = this.#bySession.get(session) ?? new Map<string, Grant>();
    if (grants.size >= mostSorts) grants.clear();
    grants.set(sortOf(ask), { accountId, until: this.#clock.monotonic() + forMs });
    this.#bySession.use(session, grants);
    const { oldest } = this.#bySession;
    if (this.#bySession.size > mostSessions && oldest !== undefined) this.#bySession.delete(oldest);
  }

  /** The session has moved: its next call asks. */
  forget(session: string, number: number): void {
    this.#bySession.delete(session);
    this.#moved.use(session, number);
    const { oldest } = this.#moved;
    if (this.#moved.size > mostUnderway && oldest !== undefined) this.#moved.delete(oldest);
  }

  /** Other accounts are here than before. */
  forgetAll(number: number): void {
    this.#allOver = number;
    for (const [session] of this.#bySession) this.#bySession.delete(session);
  }
}

function sortOf({ purpose, model = '', own, allowed }: Ask): string {
  return `${purpose} ${own ? 'own' : ''} ${allowed === undefined ? '' : JSON.stringify(allowed)} ${model}`;
}
