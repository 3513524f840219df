/** One window of a subscription: so many weighted tokens within so much time, from its first use. */
export interface WindowLimit {
  /** Tokens: input, cache writes and output count whole, cache reads a tenth. */
  readonly limit: number;
  /** How long the window is; 5 hours or 7 days if left out (ms). */
  readonly lengthMs?: number | undefined;
  /** Tokens that are already used up when the simulator starts. */
  readonly used?: number | undefined;
}

/** A key that behaves like a subscription; what is left out does not exist. */
export interface Subscription {
  readonly fiveHour?: WindowLimit | undefined;
  readonly sevenDay?: WindowLimit | undefined;
  readonly sevenDayOpus?: WindowLimit | undefined;
  readonly sevenDaySonnet?: WindowLimit | undefined;
  /** What happens when a window of all models is used up; left out, calls are refused. */
  readonly overage?:
    | { readonly status: 'allowed' | 'rejected'; readonly disabledReason?: string }
    | undefined;
}

export interface WindowRefusal {
  readonly claim: string;
  readonly retryAfterSeconds: number;
}

const hourMs = 3_600_000;

/** Above this part of a window the API warns. */
const warnAt = 0.75;

class Window {
  readonly short: string;
  readonly claim: string;
  readonly #family: string | undefined;
  readonly #limit: number;
  readonly #lengthMs: number;
  #used: number;
  #endsAt: number | undefined;

  constructor(short: string, claim: string, family: string | undefined, settings: WindowLimit, now: number) {
    this.short = short;
    this.claim = claim;
    this.#family = family;
    this.#limit = settings.limit;
    this.#lengthMs = settings.lengthMs ?? (short === '5h' ? 5 * hourMs : 168 * hourMs);
    this.#used = settings.used ?? 0;
    this.#endsAt = this.#used > 0 ? now + this.#lengthMs : undefined;
  }

  concerns(model: string): boolean {
    return this.#family === undefined || model.includes(this.#family);
  }

  get isModelScoped(): boolean {
    return this.#family !== undefined;
  }

  utilization(now: number): number {
    if (this.#endsAt !== undefined && now >= this.#endsAt) {
      this.#used = 0;
      this.#endsAt = undefined;
    }
    return this.#limit <= 0 ? 1 : this.#used / this.#limit;
  }

  /** When it begins anew; one that nobody uses would begin now. */
  endsAt(now: number): number {
    return this.#endsAt ?? now + this.#lengthMs;
  }

  use(tokens: number, now: number): void {
    this.utilization(now);
    this.#endsAt ??= now + this.#lengthMs;
    this.#used += tokens;
  }

  status(now: number): 'allowed' | 'allowed_warning' | 'rejected' {
    const part = this.utilization(now);
    if (part >= 1) return 'rejected';
    return part >= warnAt ? 'allowed_warning' : 'allowed';
  }
}

/** The windows of one subscription-like key. */
export class Windows {
  readonly #windows: readonly Window[];
  readonly #overage: Subscription['overage'];

  constructor(subscription: Subscription, now: number) {
    const make = (short: string, claim: string, family: string | undefined, limit: WindowLimit | undefined) =>
      limit === undefined ? [] : [new Window(short, claim, family, limit, now)];
    this.#windows = [
      ...make('5h', 'five_hour', undefined, subscription.fiveHour),
      ...make('7d', 'seven_day', undefined, subscription.sevenDay),
      ...make('7d_opus', 'seven_day_opus', 'opus', subscription.sevenDayOpus),
      ...make('7d_sonnet', 'seven_day_sonnet', 'sonnet', subscription.sevenDaySonnet),
    ];
    this.#overage = subscription.overage;
  }

  /** Why a call of `model` cannot be served: the rejected window that ends last. */
  refusal(model: string, now: number): WindowRefusal | undefined {
    const worst = this.#worst(model, now);
    if (worst === undefined || worst.status(now) !== 'rejected' || this.#runsOnOverage(worst))
      return undefined;
    return { claim: worst.claim, retryAfterSeconds: Math.ceil((worst.endsAt(now) - now) / 1000) };
  }

  use(model: string, tokens: { fresh: number; read: number }, now: number): void {
    const weighted = tokens.fresh + tokens.read / 10;
    for (const window of this.#windows) if (window.concerns(model)) window.use(weighted, now);
  }

  /** `anthropic-ratelimit-unified-…`. While overage serves, the windows are not told (seen from the API). */
  headers(model: string, now: number): string[] {
    const worst = this.#worst(model, now);
    if (worst === undefined) return [];
    const unified = (name: string, value: string): string[] => [`anthropic-ratelimit-unified-${name}`, value];
    const seconds = (at: number): string => String(Math.floor(at / 1000));
    if (worst.status(now) === 'rejected' && this.#runsOnOverage(worst)) {
      return [
        ...unified('status', 'allowed'),
        ...unified('representative-claim', 'overage'),
        ...unified('reset', seconds(worst.endsAt(now))),
        ...unified('overage-status', 'allowed'),
        ...unified('overage-in-use', 'true'),
      ];
    }
    const told = this.#windows.flatMap((window) => [
      ...unified(`${window.short}-status`, window.status(now)),
      ...unified(`${window.short}-utilization`, window.utilization(now).toFixed(2)),
      ...unified(`${window.short}-reset`, seconds(window.endsAt(now))),
    ]);
    return [
      ...unified('status', worst.status(now)),
      ...unified('representative-claim', worst.claim),
      ...unified('reset', seconds(worst.endsAt(now))),
      ...told,
      ...this.#overageHeaders(),
    ];
  }

  /** Part of each window that is used, for the state. */
  utilization(now: number): Record<string, number> {
    return Object.fromEntries(this.#windows.map((window) => [window.short, window.utilization(now)]));
  }

  /** The window that decides: of the rejected ones the one that ends last, else the fullest. */
  #worst(model: string, now: number): Window | undefined {
    const mine = this.#windows.filter((window) => window.concerns(model));
    const rejected = mine.filter((window) => window.status(now) === 'rejected');
    if (rejected.length > 0) return rejected.toSorted((a, b) => b.endsAt(now) - a.endsAt(now))[0];
    return mine.toSorted((a, b) => b.utilization(now) - a.utilization(now))[0];
  }

  #runsOnOverage(window: Window): boolean {
    return this.#overage?.status === 'allowed' && !window.isModelScoped;
  }

  #overageHeaders(): string[] {
    if (this.#overage === undefined) return [];
    const headers = ['anthropic-ratelimit-unified-overage-status', this.#overage.status];
    if (this.#overage.disabledReason !== undefined)
      headers.push('anthropic-ratelimit-unified-overage-disabled-reason', this.#overage.disabledReason);
    return headers;
  }
}
