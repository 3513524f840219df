import type { Clock } from '../../base/clock.ts';
import { GatewayError, messageOf, type ErrorCode } from '../../base/errors.ts';

/** What one side may say: what it tells, and what it asks, by the name of the question. */
export interface Speech {
  readonly tells: unknown;
  readonly asks: Readonly<Record<string, { readonly question: unknown; readonly reply: unknown }>>;
}

/** What hears the other side. */
export interface Hearer<Theirs extends Speech> {
  /** Never throws. */
  told(what: Theirs['tells']): void;
  /** What answers each question. What it throws reaches whoever asked; a {@link GatewayError} as such. */
  readonly answers: Answers<Theirs['asks']>;
}

export type Answers<Asks extends Speech['asks']> = {
  readonly [Name in keyof Asks]: (
    question: Asks[Name]['question'],
  ) => Asks[Name]['reply'] | Promise<Asks[Name]['reply']>;
};

/** All that one side had to say in one turn of its loop: one message of the system. */
export interface Parcel {
  readonly told: unknown[];
  readonly asked: (readonly [id: number, name: string, question: unknown])[];
  readonly answered: (readonly [id: number, reply: unknown])[];
  readonly failed: (readonly [id: number, why: Failure])[];
  /** How many parcels of the other side were taken in since the last one. */
  taken: number;
}

/** A refusal of ours as it travels, or the words of any other failure. */
interface Failure {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly retryAfterSeconds?: number | undefined;
  readonly shouldRetry?: boolean | undefined;
  readonly allow?: string | undefined;
  readonly headers?: readonly string[];
}

/** News that nobody waits for go together with what comes in this time (ms): a parcel costs more than what is in it. */
const togetherMs = 5;
/** Parcels with nothing but news that may be on their way; what comes meanwhile goes with the next one. */
const mostOnTheWay = 2;
/** The same for news that cannot wait: as many as a side may have to take in that is only busy. */
const mostHurried = 100;
/** News that may wait for that. Beyond it the oldest is dropped: the other side is not to be overrun, nor is memory. */
const mostWaiting = 100_000;

interface Waiter {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/**
 * Two processes that talk: each tells the other what happened, in order, and asks it. What is said in one turn of the
 * loop goes in one parcel. Questions, and news that cannot wait, go at once and take along whatever waits; news alone
 * waits while parcels are on their way, so that a side which is busy gets few large ones.
 */
export class Channel<Mine extends Speech, Theirs extends Speech> {
  readonly #send: (parcel: Parcel) => void;
  readonly #hearer: Hearer<Theirs>;
  readonly #clock: Clock;
  readonly #waiters = new Map<number, Waiter>();
  #next = emptyParcel();
  #isLeaving = false;
  #hurries = false;
  #cancelLater: (() => void) | undefined;
  #onTheWay = 0;
  #asked = 0;
  readonly #flushing: (() => void)[] = [];
  #dropped = 0;
  #isClosed = false;

  /** @param send hands a parcel to the system; may throw where the other side is gone */
  constructor(send: (parcel: Parcel) => void, hearer: Hearer<Theirs>, clock: Clock) {
    this.#send = send;
    this.#hearer = hearer;
    this.#clock = clock;
  }

  /** News that were dropped because the other side did not take any. */
  get dropped(): number {
    return this.#dropped;
  }

  /** At once, and with all that waits. */
  tell(what: Mine['tells']): void {
    this.tellLater(what);
    this.#hurries = true;
    this.#leaveSoon();
  }

  /** With what else is to be told in a moment. */
  tellLater(what: Mine['tells']): void {
    if (this.#isClosed) return;
    const { told } = this.#next;
    told.push(what);
    if (told.length > mostWaiting) {
      told.shift();
      this.#dropped += 1;
    }
    this.#leaveLater();
  }

  /** @throws GatewayError what the other side refused with; Error where it failed, or is gone */
  ask<Name extends keyof Mine['asks'] & string>(
    name: Name,
    question: Mine['asks'][Name]['question'],
  ): Promise<Mine['asks'][Name]['reply']> {
    if (this.#isClosed) return Promise.reject(gone());
    this.#asked += 1;
    const id = this.#asked;
    this.#next.asked.push([id, name, question]);
    this.#leaveSoon();
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject });
    });
  }

  /** A parcel of the other side has come. */
  take(parcel: Parcel): void {
    this.#onTheWay -= parcel.taken;
    if (saysSomething(parcel)) {
      this.#next.taken += 1;
      this.#leaveLater();
    }
    // What waited until others were taken in may go now.
    if (parcel.taken > 0 && this.#next.told.length > 0) this.#leaveLater();
    for (const what of parcel.told) this.#hearer.told(what);
    for (const [id, name, question] of parcel.asked) void this.#answer(id, name, question);
    for (const [id, reply] of parcel.answered) this.#waiterOf(id)?.resolve(reply);
    for (const [id, why] of parcel.failed) this.#waiterOf(id)?.reject(errorFrom(why));
    this.#whenFlushed();
  }

  /** The other side is gone: whoever waits for it waits no longer. */
  close(): void {
    this.#isClosed = true;
    this.#next = emptyParcel();
    for (const waiter of this.#waiters.values()) waiter.reject(gone());
    this.#waiters.clear();
    this.#whenFlushed();
  }

  /** Resolves when everything that was said has been taken in, or the other side is gone. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushing.push(resolve);
      this.#leaveSoon();
      this.#whenFlushed();
    });
  }

  #whenFlushed(): void {
    const { told, asked } = this.#next;
    if (!this.#isClosed && (this.#onTheWay > 0 || told.length + asked.length > 0)) return;
    for (const resolve of this.#flushing.splice(0)) resolve();
  }

  async #answer(id: number, name: string, question: unknown): Promise<void> {
    try {
      const reply = await this.#hearer.answers[name]?.(question);
      this.#next.answered.push([id, reply]);
    } catch (error) {
      this.#next.failed.push([id, failureOf(error)]);
    }
    this.#leaveSoon();
  }

  #waiterOf(id: number): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    return waiter;
  }

  #leaveLater(): void {
    if (this.#isLeaving || this.#isClosed) return;
    this.#cancelLater ??= this.#clock.after(togetherMs, () => {
      this.#cancelLater = undefined;
      this.#leaveSoon();
    });
  }

  #leaveSoon(): void {
    if (this.#isLeaving || this.#isClosed) return;
    this.#cancelLater?.();
    this.#cancelLater = undefined;
    this.#isLeaving = true;
    setImmediate(() => {
      this.#isLeaving = false;
      this.#leave();
    });
  }

  #leave(): void {
    const parcel = this.#next;
    if (this.#isClosed || isEmpty(parcel)) return;
    const { asked, answered, failed, taken } = parcel;
    const isUrgent = asked.length + answered.length + failed.length + taken > 0;
    if (!isUrgent && this.#onTheWay >= (this.#hurries ? mostHurried : mostOnTheWay)) return;
    this.#hurries = false;
    this.#next = emptyParcel();
    // One that only says what was taken is not itself to be confirmed.
    if (saysSomething(parcel)) this.#onTheWay += 1;
    try {
      this.#send(parcel);
    } catch {
      this.close();
    }
  }
}

function emptyParcel(): Parcel {
  return { told: [], asked: [], answered: [], failed: [], taken: 0 };
}

function isEmpty(parcel: Parcel): boolean {
  return parcel.taken === 0 && !saysSomething(parcel);
}

function saysSomething({ told, asked, answered, failed }: Parcel): boolean {
  return told.length + asked.length + answered.length + failed.length > 0;
}

function gone(): GatewayError {
  return new GatewayError('shutting_down', 'The proxy is about to stop; try again in a moment.', {
    retryAfterSeconds: 2,
  });
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof GatewayError)) return { message: messageOf(error) };
  const { code, message, retryAfterSeconds, shouldRetry, allow, headers } = error;
  return { message, code, retryAfterSeconds, shouldRetry, allow, headers };
}

function errorFrom({ message, code, ...rest }: Failure): Error {
  if (code === undefined) return new Error(message);
  const known = Object.entries(rest).filter(([, value]) => value !== undefined);
  return new GatewayError(code, message, Object.fromEntries(known));
}
