import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';

/** What can be different from one moment to the next. */
export const topics = [
  'accounts',
  'requests',
  'usage',
  'budgets',
  'keys',
  'settings',
  'health',
  'changes',
  'people',
  'checks',
] as const;
export type Topic = (typeof topics)[number];

/** Tells one state of a topic from another; nobody reads anything else out of it. */
export type Marks = Readonly<Record<Topic, string>>;

/** What there is to see of a topic now. Anything that changes by itself with time must not be part of it. */
export type Looks = Readonly<Record<Topic, () => unknown>>;

export interface FeedOptions {
  readonly looks: Looks;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a change may take to be noticed (ms): "within a second", with room for the page itself. */
const intervalMs = 300;

/**
 * Tells open pages what has changed. It looks at the state itself, often, while a page is open, and never while none
 * is: then nothing can change without being seen, and nobody who changes something has to think of pages.
 */
export class Feed {
  readonly #options: FeedOptions;
  readonly #listeners = new Set<(marks: Marks) => void>();
  readonly #ends = new Set<() => void>();
  #last: Marks | undefined;
  #cancel: (() => void) | undefined;
  #isClosed = false;
  #isLooking = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** How everything stands now. Never rejects: a topic that cannot be looked at stays as it was. */
  async marks(): Promise<Marks> {
    const found: Partial<Record<Topic, string>> = {};
    await Promise.all(
      topics.map(async (topic) => {
        found[topic] = await this.#markOf(topic);
      }),
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every topic is set
    return found as Marks;
  }

  /**
   * Calls `onMarks` after every change from now on, and `onEnd` when there will be no more.
   *
   * @returns the way to stop
   */
  follow(onMarks: (marks: Marks) => void, onEnd: () => void): () => void {
    if (this.#isClosed) {
      onEnd();
      return () => {};
    }
    this.#listeners.add(onMarks);
    this.#ends.add(onEnd);
    this.#wait();
    return () => {
      this.#listeners.delete(onMarks);
      this.#ends.delete(onEnd);
      if (this.#listeners.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  /** Looks now: something was changed, and whoever did it waits to see it. */
  async look(): Promise<void> {
    const before = this.#last;
    const now = await this.marks();
    this.#last = now;
    if (before !== undefined && topics.every((topic) => before[topic] === now[topic])) return;
    for (const listener of this.#listeners) listener(now);
  }

  /** Ends every page's stream: a proxy that stops must not wait for pages. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#listeners.clear();
    for (const end of this.#ends) end();
    this.#ends.clear();
  }

  #wait(): void {
    // While it looks, a page that goes and one that comes would begin another round beside this one.
    if (this.#isLooking) return;
    this.#cancel ??= this.#options.clock.after(intervalMs, () => {
      this.#cancel = undefined;
      this.#isLooking = true;
      void this.look().finally(() => {
        this.#isLooking = false;
        if (this.#listeners.size > 0) this.#wait();
      });
    });
  }

  async #markOf(topic: Topic): Promise<string> {
    try {
      return Bun.hash(JSON.stringify(await this.#options.looks[topic]()) ?? '').toString(36);
    } catch (error) {
      this.#options.log.debug('a page is not told of changes', { topic, reason: messageOf(error) });
      return this.#last?.[topic] ?? '';
    }
  }
}
