import { ByUse } from '../../accounts/by-use.ts';
import type { Ask } from '../../accounts/choice.ts';
import type { Clock } from '../../base/clock.ts';

interface Grant {
  readonly accountId: string;
  /** On the clock that never jumps (ms). */
  readonly until: number;
}

/** Sessions whose grants are kept; beyond it the one unused longest asks again. */
const mostSessions = 10_000;
/** Sorts of calls of one session: models, and whether they count tokens. */
const mostSorts = 20;

/** Where calls of a sort may go unasked for a while, since the first process has decided it for one of them. */
export class Grants {
  readonly #clock: Clock;
  readonly #bySession = new ByUse<Map<string, Grant>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The account that a call like this one was given last; undefined where it has to ask. */
  find(ask: Ask): string | undefined {
    if (ask.pinned !== undefined || ask.bound !== undefined) return undefined;
    const grant = this.#bySession.get(ask.session ?? '')?.get(sortOf(ask));
    return grant !== undefined && this.#clock.monotonic() < grant.until ? grant.accountId : undefined;
  }

  keep(ask: Ask, accountId: string, forMs: number): void {
    const { session = '' } = ask;
    const grants = this.#bySession.get(session) ?? new Map<string, Grant>();
    if (grants.size >= mostSorts) grants.clear();
    grants.set(sortOf(ask), { accountId, until: this.#clock.monotonic() + forMs });
    this.#bySession.use(session, grants);
    const { oldest } = this.#bySession;
    if (this.#bySession.size > mostSessions && oldest !== undefined) this.#bySession.delete(oldest);
  }

  /** The session has moved: its next call asks. */
  forget(session: string): void {
    this.#bySession.delete(session);
  }

  /** Other accounts are here than before. */
  forgetAll(): void {
    for (const [session] of this.#bySession) this.#bySession.delete(session);
  }
}

function sortOf({ purpose, model = '', own, allowed }: Ask): string {
  return `${purpose} ${own ? 'own' : ''} ${allowed === undefined ? '' : JSON.stringify(allowed)} ${model}`;
}
