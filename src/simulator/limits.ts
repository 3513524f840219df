/** Rate limits of one key; what is left out is not limited. */
export interface RateLimits {
  readonly requestsPerMinute?: number | undefined;
  /** Input and output tokens together. */
  readonly tokensPerMinute?: number | undefined;
  /** Cache reads do not count, cache writes do. */
  readonly inputTokensPerMinute?: number | undefined;
  readonly outputTokensPerMinute?: number | undefined;
  /** count_tokens has a limit of its own. */
  readonly countTokensPerMinute?: number | undefined;
}

/** A refusal of a limit: what it is about and when another try can succeed. */
export interface LimitRefusal {
  readonly what: string;
  readonly perMinute: number;
  readonly retryAfterSeconds: number;
}

/** What the headers of an unlimited key show: round figures of a large tier. */
const shownWhenUnlimited = { requests: 4_000, input: 2_000_000, output: 400_000, count: 8_000 };

/** What sums of parts of a second may be off by. */
const rounding = 1e-6;

/** A bucket that holds one minute's worth and fills evenly (the API's own kind of limit). */
class Bucket {
  readonly perMinute: number;
  readonly #enforced: boolean;
  #level: number;
  #at: number;

  constructor(perMinute: number | undefined, shown: number, now: number) {
    this.perMinute = perMinute ?? shown;
    this.#enforced = perMinute !== undefined;
    this.#level = this.perMinute;
    this.#at = now;
  }

  level(now: number): number {
    if (!this.#enforced) return this.perMinute;
    const grown = ((now - this.#at) / 60_000) * this.perMinute;
    if (grown > 0) {
      this.#level = Math.min(this.perMinute, this.#level + grown);
      this.#at = now;
    }
    return this.#level;
  }

  /** Milliseconds until `amount`, or all the bucket can ever hold, is there. */
  waitFor(amount: number, now: number): number {
    if (!this.#enforced) return 0;
    const missing = Math.min(amount, this.perMinute) - this.level(now);
    return missing <= rounding ? 0 : this.#timeFor(missing);
  }

  /** Takes what was used, below nothing if need be: the answer is already on its way. */
  take(amount: number, now: number): void {
    if (!this.#enforced) return;
    this.#level = this.level(now) - amount;
  }

  fullAt(now: number): number {
    return now + this.#timeFor(this.perMinute - this.level(now));
  }

  #timeFor(amount: number): number {
    return this.perMinute <= 0 ? 3_600_000 : (amount / this.perMinute) * 60_000;
  }
}

/** The buckets of one key. */
export class Limits {
  readonly #requests: Bucket;
  readonly #all: Bucket | undefined;
  readonly #input: Bucket;
  readonly #output: Bucket;
  readonly #count: Bucket;

  constructor(limits: RateLimits, now: number) {
    const shown = shownWhenUnlimited;
    const both = limits.tokensPerMinute;
    this.#requests = new Bucket(limits.requestsPerMinute, shown.requests, now);
    this.#all = both === undefined ? undefined : new Bucket(both, both, now);
    this.#input = new Bucket(limits.inputTokensPerMinute, shown.input, now);
    this.#output = new Bucket(limits.outputTokensPerMinute, shown.output, now);
    this.#count = new Bucket(limits.countTokensPerMinute, shown.count, now);
  }

  /** Lets a message in, or says why not. Letting it in takes one request and its tokens. */
  admit(tokens: { input: number; output: number }, now: number): LimitRefusal | undefined {
    const both = tokens.input + tokens.output;
    const wants: [what: string, bucket: Bucket | undefined, amount: number][] = [
      ['requests', this.#requests, 1],
      ['input tokens', this.#input, tokens.input],
      ['output tokens', this.#output, tokens.output],
      ['tokens', this.#all, both],
    ];
    for (const [what, bucket, amount] of wants) {
      const wait = bucket?.waitFor(amount, now) ?? 0;
      if (bucket !== undefined && wait > 0)
        return { what, perMinute: bucket.perMinute, retryAfterSeconds: secondsOf(wait) };
    }
    for (const [, bucket, amount] of wants) bucket?.take(amount, now);
    return undefined;
  }

  /** The same for one count of tokens. */
  admitCount(now: number): LimitRefusal | undefined {
    const wait = this.#count.waitFor(1, now);
    if (wait > 0)
      return {
        what: 'token counting requests',
        perMinute: this.#count.perMinute,
        retryAfterSeconds: secondsOf(wait),
      };
    this.#count.take(1, now);
    return undefined;
  }

  /** `anthropic-ratelimit-…`: remaining tokens are rounded to thousands, `tokens` shows the tightest limit. */
  headers(now: number): string[] {
    const tightest = [this.#all, this.#input, this.#output]
      .filter((bucket) => bucket !== undefined)
      .toSorted((a, b) => a.level(now) / a.perMinute - b.level(now) / b.perMinute)[0];
    return [
      ...headersOf('requests', this.#requests, 1, now),
      ...headersOf('input-tokens', this.#input, 1000, now),
      ...headersOf('output-tokens', this.#output, 1000, now),
      ...headersOf('tokens', tightest ?? this.#input, 1000, now),
    ];
  }

  /** What is left, for the state. */
  remaining(now: number): Record<string, number> {
    return {
      requests: Math.floor(this.#requests.level(now)),
      input_tokens: Math.floor(this.#input.level(now)),
      output_tokens: Math.floor(this.#output.level(now)),
      tokens: Math.floor((this.#all ?? this.#input).level(now)),
    };
  }
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000 - rounding));
}

function headersOf(name: string, bucket: Bucket, unit: number, now: number): string[] {
  const left = Math.max(0, bucket.level(now));
  const shown = unit === 1 ? Math.floor(left) : Math.round(left / unit) * unit;
  const prefix = `anthropic-ratelimit-${name}`;
  return [
    `${prefix}-limit`,
    String(bucket.perMinute),
    `${prefix}-remaining`,
    String(shown),
    `${prefix}-reset`,
    `${new Date(bucket.fullAt(now)).toISOString().slice(0, 19)}Z`,
  ];
}
