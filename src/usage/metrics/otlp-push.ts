import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { userAgent } from '../../base/product.ts';
import type { Settings } from '../../config/settings.ts';
import { collect, type ByteSource } from '../../http/bytes.ts';
import type { Answer } from '../../http/call.ts';
import type { Sender } from '../../wire/sender.ts';
import type { Family } from './family.ts';
import { otlpHeaders } from './otlp-headers.ts';
import { otlpText } from './otlp-json.ts';

/** The longest a collector may take for one batch, connecting included (ms). */
const patienceMs = 10_000;
/** The same for the last one, which the end of the program waits for (ms). */
const lastPatienceMs = 2_000;
/** Longer than any answer of a collector (bytes). */
const largestAnswer = 64 * 1024;

export interface PushOptions {
  readonly families: () => Promise<readonly Family[]>;
  readonly sender: Sender;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells this run from others. */
  readonly instance: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sends the metrics to a collector, again and again. Each sending holds everything since the start, so that none
 * is repeated: a collector that fails costs a try an interval, and is told of once until it works again.
 */
export class OtlpPush {
  readonly #options: PushOptions;
  readonly #startedAt: number;
  #settings: Settings['metrics'] | undefined;
  #cancel = (): void => {};
  #running: Promise<void> | undefined;
  #patience = new AbortController();
  #fails = false;

  constructor(options: PushOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** Takes where to and how often from the settings as they are now. */
  follow(settings: Settings['metrics']): void {
    this.#settings = settings;
    this.#cancel();
    if (settings.otlpUrl === undefined) return;
    this.#cancel = this.#options.clock.after(settings.otlpIntervalSeconds * 1000, () => {
      void this.#next();
    });
  }

  /** Sends what there is a last time, if that goes quickly; to a collector that failed, nothing. */
  async close(): Promise<void> {
    this.#cancel();
    this.#patience.abort();
    await this.#running;
    if (!this.#fails) await this.#push(lastPatienceMs);
    this.#settings = undefined;
  }

  async #next(): Promise<void> {
    // Settings that changed meanwhile have begun a wait of their own.
    const settings = this.#settings;
    this.#running ??= this.#push(patienceMs);
    await this.#running;
    this.#running = undefined;
    if (settings !== undefined && settings === this.#settings) this.follow(settings);
  }

  async #push(forMs: number): Promise<void> {
    const settings = this.#settings;
    const url = settings?.otlpUrl;
    if (settings === undefined || url === undefined) return;
    try {
      await this.#send(new URL(url), settings, forMs);
      if (this.#fails) this.#options.log.info('metrics are exported again');
      this.#fails = false;
    } catch (error) {
      if (!this.#fails)
        this.#options.log.warn('metrics not exported', {
          collector: new URL(url).host,
          reason: messageOf(error),
        });
      this.#fails = true;
    }
  }

  async #send(url: URL, settings: Settings['metrics'], forMs: number): Promise<void> {
    const { families, sender, env, instance, clock } = this.#options;
    const headers = await otlpHeaders(settings, env);
    const text = await otlpText(await families(), { instance, startedAt: this.#startedAt, now: clock.now() });
    const patience = new AbortController();
    this.#patience = patience;
    const cancelTimer = clock.after(forMs, () => {
      patience.abort();
    });
    try {
      const delivery = await sender.send({
        origin: url,
        method: 'POST',
        target: url.pathname === '/' ? '/v1/metrics' : url.pathname,
        headers: ['host', url.host, 'user-agent', userAgent, 'content-type', 'application/json', ...headers],
        body: Buffer.from(text),
        signal: patience.signal,
        connectMs: forMs,
        headMs: forMs,
      });
      switch (delivery.is) {
        case 'answered':
          await takeAnswer(delivery.answer, patience.signal);
          return;
        case 'unreachable':
          throw new Error(`cannot be reached: ${messageOf(delivery.cause)}`);
        case 'lost':
          throw new Error(`broke off: ${messageOf(delivery.cause)}`);
        case 'late':
        case 'cancelled':
          throw new Error(`gave no answer within ${forMs / 1000} seconds`);
      }
    } finally {
      cancelTimer();
    }
  }
}

/** Reads what a collector says of a batch. Its words stay out of the log: they may repeat a header. */
async function takeAnswer({ status, body }: Answer, signal: AbortSignal): Promise<void> {
  if (status !== 200) {
    if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
    throw new Error(`answered with status ${status}`);
  }
  const bytes = body === undefined || body instanceof Uint8Array ? body : await inTime(body, signal);
  const rejected = rejectedIn(Buffer.from(bytes ?? []).toString());
  if (rejected !== '0') throw new Error(`refused ${rejected} data points`);
}

/** The whole body; one that goes on trickling is let go. */
async function inTime(body: ByteSource, signal: AbortSignal): Promise<Uint8Array> {
  const late = Promise.withResolvers<never>();
  const leave = (): void => {
    body.cancel();
    late.reject(new Error('did not finish its answer in time'));
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([collect(body, largestAnswer), late.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** `partialSuccess.rejectedDataPoints`: a number, or as decimal text. */
function rejectedIn(text: string): string {
  return /"rejectedDataPoints"\s*:\s*"?(\d{1,20})/.exec(text)?.[1] ?? '0';
}
