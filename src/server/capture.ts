import { lstat } from 'node:fs/promises';
import { once } from '../base/once.ts';
import type { Settings } from '../config/settings.ts';
import type { Capture } from '../usage/capture/capture.ts';
import type { Keep } from '../usage/keep.ts';
import type { Parts } from './parts.ts';

/** Captures of a running proxy, as the settings want it right now. */
export interface OpenCapture {
  readonly keep: Keep;
  /** Since when it is on (ms since the epoch); undefined where it is off. */
  readonly since: () => number | undefined;
  /** Undefined where nobody has needed it. */
  readonly loaded: () => Capture | undefined;
  /** What does it all, for those who look at captures. */
  readonly load: () => Promise<Capture>;
}

const sweepEveryMs = 3_600_000;

/** Nothing of it is loaded where it is off and nothing was ever kept. */
export async function openCapture(parts: Parts): Promise<OpenCapture> {
  const opened = new Opened(parts);
  await opened.follow(parts.live.settings.capture);
  parts.live.onChange(({ capture }) => void opened.follow(capture));
  opened.sweepAgain();
  parts.closing.push(() => opened.close());
  return {
    keep: (client) => opened.capture?.begin(client),
    since: () => opened.since,
    loaded: () => opened.capture,
    load: opened.load,
  };
}

class Opened {
  capture: Capture | undefined;
  since: number | undefined;
  readonly load: () => Promise<Capture>;
  readonly #parts: Parts;
  #cancelSweep: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { places, stores, live, clock, log } = parts;
    this.load = once(async () => {
      const { Capture } = await import('../usage/capture/capture.ts');
      const settings = () => live.settings.capture;
      this.capture = new Capture({ folder: places.captures, vault: stores.vault, settings, clock, log });
      return this.capture;
    });
  }

  /** Turns it on or off, and never quietly. */
  async follow({ enabled, keepDays, maxBytes }: Settings['capture']): Promise<void> {
    const { places, clock, log } = this.#parts;
    if (enabled === (this.since !== undefined)) return;
    this.since = enabled ? clock.now() : undefined;
    if (enabled) {
      const folder = places.captures;
      log.warn('capture is on: prompts and answers are kept', { folder, keepDays, maxBytes });
      await this.load();
    } else {
      log.info('capture is off: no prompt and no answer is kept any more');
      await this.capture?.rest();
    }
  }

  /** Now and every hour; what is there grows old also while nothing is added. */
  sweepAgain(): void {
    this.#cancelSweep = this.#parts.clock.after(sweepEveryMs, () => {
      this.sweepAgain();
    });
    void this.#sweep();
  }

  async close(): Promise<void> {
    this.#cancelSweep?.();
    await this.capture?.close();
  }

  async #sweep(): Promise<void> {
    const { captures } = this.#parts.places;
    const isThere = this.capture !== undefined || (await lstat(captures).then(Boolean, () => false));
    if (isThere) await (await this.load()).sweep();
  }
}
