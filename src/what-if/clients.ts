import { sleep } from '../base/clock.ts';
import { oneCall, type Went } from './one-call.ts';
import type { Stage } from './stage.ts';
import { add, noSums, type Sums, type Tally } from './tally.ts';
import type { Step, Thread, Traffic } from './traffic.ts';

/** How often Claude Code tries a call again, and the longest `retry-after` that it waits for (ms). */
const mostRetries = 10;
const longestRetryAfterMs = 60_000;
/** The longest that a person stays away who was told when to come back (ms). */
const longestBreakMs = 8 * 3_600_000;

/** Plays `traffic` on `stage` to its end, each client as patient as Claude Code is; resolves with what came of it. */
export async function play(traffic: Traffic, stage: Stage, policy: string): Promise<Tally> {
  const clients = new Clients(stage);
  const playing = traffic.threads.map((thread) => clients.play(thread));
  await stage.clock.run();
  await Promise.all(playing);
  const total = noSums();
  for (const sums of clients.bySession.values()) add(total, sums);
  return { policy, total, bySession: clients.bySession, byAccount: clients.byAccount };
}

class Clients {
  readonly bySession = new Map<string, Sums>();
  readonly byAccount = new Map<string, number>();
  readonly #stage: Stage;
  /** The account that served each session last. */
  readonly #homes = new Map<string, string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async play(thread: Thread): Promise<void> {
    const { clock } = this.#stage;
    await sleep(clock, thread.beginsMs);
    for (const step of thread.steps) {
      await sleep(clock, step.afterMs);
      const went = await this.#call(thread, step);
      // Who was refused for hours comes back when there is something to be had, and asks for something else.
      if (went.is === 'failed') await sleep(clock, Math.min(went.retryAfterMs ?? 0, longestBreakMs));
      await Promise.all(step.agents.map((agent) => this.play(agent)));
    }
  }

  /** A call with the client's own repeats: to the person that is one. */
  async #call(thread: Thread, step: Step): Promise<Went> {
    const { clock } = this.#stage;
    const began = clock.now();
    let attempts = 0;
    for (let retry = 1; ; retry += 1) {
      const went = await oneCall(this.#stage, thread, step);
      attempts += went.attempts;
      const pause = went.is === 'served' ? undefined : this.#pauseBefore(retry, went);
      if (pause !== undefined) {
        await sleep(clock, pause);
        continue;
      }
      const answering = went.is === 'served' ? step.answerMs : 0;
      this.#count(thread, { went, attempts, waitedMs: Math.max(0, clock.now() - began - answering) });
      return went;
    }
  }

  /**
   * How Claude Code waits before its next try (ms): `retry-after` is a floor, above a minute it gives up; so it does
   * where it is told to, and on what is about the request.
   */
  #pauseBefore(retry: number, { status, retryAfterMs = 0, shouldRetry }: Went & { is: 'failed' }) {
    const mayRetry = shouldRetry ?? (status === 408 || status === 409 || status === 429 || status >= 500);
    if (!mayRetry || retry > mostRetries || retryAfterMs > longestRetryAfterMs) return undefined;
    const backoffMs = Math.min(500 * 2 ** (retry - 1), 32_000);
    return Math.max(retryAfterMs, backoffMs) * (1 + this.#stage.random() / 4);
  }

  #count(
    { session }: Thread,
    { went, attempts, waitedMs }: { went: Went; attempts: number; waitedMs: number },
  ): void {
    const sums = this.bySession.get(session) ?? noSums();
    this.bySession.set(session, sums);
    sums.calls += 1;
    sums.attempts += attempts;
    sums.waitedMs += waitedMs;
    sums.longestWaitMs = Math.max(sums.longestWaitMs, waitedMs);
    if (went.is === 'failed') {
      sums.failed += 1;
      return;
    }
    const { accountId, usage, cost, warm } = went;
    const home = this.#homes.get(session);
    this.#homes.set(session, accountId);
    sums.served += 1;
    if (home !== undefined && home !== accountId) sums.moved += 1;
    sums.output += usage.output;
    sums.cacheRead += usage.cacheRead;
    sums.cacheWrite += usage.cacheWrite5m + usage.cacheWrite1h;
    sums.cacheLost += Math.max(0, warm - usage.cacheRead);
    sums.microUsd += cost.microUsd;
    if (cost.basis === 'unknown') sums.unpriced += 1;
    this.byAccount.set(accountId, (this.byAccount.get(accountId) ?? 0) + 1);
  }
}
