/** How long a prefix stays in the prompt cache after it was last used. */
export type KeptFor = '5m' | '1h';

/** One call of a thread. Sizes are tokens. */
export interface Step {
  /** Since the answer before it was over; of the first one, since its thread began (ms). */
  readonly afterMs: number;
  readonly model: string;
  /** The whole prompt. */
  readonly prompt: number;
  /** The beginning of it that the calls before have sent: what a warm cache spares. */
  readonly known: number;
  /** The beginning of it that other sessions send as well: tools and system. */
  readonly common: number;
  /** What has a beginning in common: it changes when the conversation is summed up and starts over. */
  readonly chapter: number;
  readonly output: number;
  readonly keptFor: KeptFor;
  /** How long the upstream takes to answer it (ms). */
  readonly answerMs: number;
  /** Subagents it starts; the next call waits for them. */
  readonly agents: readonly Thread[];
}

/** A conversation: each call waits for the answer before it. */
export interface Thread {
  readonly session: string;
  /** Undefined for the main thread of the session. */
  readonly agent: string | undefined;
  /** After the traffic began, or, of a subagent, after the call that started it was answered (ms). */
  readonly beginsMs: number;
  readonly steps: readonly Step[];
}

/** Calls as clients make them, whoever serves them. */
export interface Traffic {
  /** When it begins (ms since the epoch). */
  readonly start: number;
  readonly threads: readonly Thread[];
}

/** How many calls there are, subagents' included. */
export function callsIn(threads: readonly Thread[]): number {
  let calls = 0;
  for (const { steps } of threads)
    for (const { agents } of steps) calls += 1 + (agents.length === 0 ? 0 : callsIn(agents));
  return calls;
}
