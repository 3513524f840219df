import type { Clock } from '../base/clock.ts';

/**
 * Says that what runs from now on runs often. The binary starts with a compiler that holds back
 * (`scripts/build.ts`): code that runs once, at the start, is interpreted, and no memory goes into making it
 * faster. From source the policy is the usual one already. A proxy says it with the first call: what it does while
 * nobody calls is done as well by the interpreter.
 */
export function startIsOver(): void {
  Bun.unsafe.setJITPolicy(1);
}

/** Long enough for whoever has waited for the proxy to have made their first call (ms). */
const settledMs = 1_000;

/**
 * Lets go of what only the start needed: the compiled form of functions that ran once, some two megabytes. The runtime
 * drops that of all functions, and makes it anew from the source for those that are called again.
 *
 * @returns takes that back
 */
export function letGoOfStart(clock: Clock): () => void {
  return clock.after(settledMs, () => {
    // Nothing is dropped while a collection is underway, as one often is after a start on a single cpu.
    Bun.gc(true);
    Bun.shrink();
  });
}
