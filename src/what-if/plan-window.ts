/** What a plan lets through in a length of time. */
export interface PlanLimit {
  /** As the headers name it: `5h`, `7d`. */
  readonly name: string;
  readonly lengthMs: number;
  /** By list prices (millionths of a US dollar): what a plan really counts nobody says. */
  readonly microUsd: number;
}

/** A window of a plan: it begins with the first call, and is whole again when its time is over. */
export class PlanWindow {
  readonly limit: PlanLimit;
  #used = 0;
  #endsAt = Number.NEGATIVE_INFINITY;

  constructor(limit: PlanLimit) {
    this.limit = limit;
  }

  /** When a window that is used up ends; undefined where it has something left. */
  usedUpUntil(now: number): number | undefined {
    return now < this.#endsAt && this.#used >= this.limit.microUsd ? this.#endsAt : undefined;
  }

  take(microUsd: number, now: number): void {
    if (now >= this.#endsAt) {
      this.#used = 0;
      this.#endsAt = now + this.limit.lengthMs;
    }
    this.#used += microUsd;
  }

  /** `anthropic-ratelimit-unified-5h-…`; none before anything was used. */
  headers(now: number): string[] {
    if (now >= this.#endsAt) return [];
    const { name, microUsd } = this.limit;
    const used = microUsd <= 0 ? 1 : this.#used / microUsd;
    const prefix = `anthropic-ratelimit-unified-${name}`;
    return [
      `${prefix}-status`,
      used >= 1 ? 'rejected' : used >= 0.9 ? 'allowed_warning' : 'allowed',
      `${prefix}-utilization`,
      String(Math.round(used * 1000) / 1000),
      `${prefix}-reset`,
      String(Math.ceil(this.#endsAt / 1000)),
    ];
  }
}
