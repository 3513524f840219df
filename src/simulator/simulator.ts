import type { Answer, Call, Handler } from '../http/call.ts';
import { isAdminPath, serveAdmin } from './admin.ts';
import type { FaultRule } from './fault-rules.ts';
import type { KeyChange } from './keys.ts';
import { settle, type SimulatorOptions } from './options.ts';
import type { SignIns } from './oauth-sign-ins.ts';
import type { SeenCall } from './record.ts';
import { resetWorld, stateOf, type SimulatorState } from './state.ts';
import { visitApi } from './visiting.ts';
import { makeWorld } from './world.ts';

/** A simulated Claude API: a handler of calls, and what a test or a command wants to see and to turn. */
export interface Simulator {
  /** Answers calls; hand it to a listener, or calls to it. */
  readonly handle: Handler;
  /** The newest calls, oldest first. Entries change while a call runs. */
  readonly calls: readonly SeenCall[];
  /**
   * Makes matching calls misbehave.
   *
   * @returns takes the rule back
   * @throws ScenarioError for a scenario that does not exist
   */
  fault(rule: FaultRule): () => void;
  /** The same as a queue for one key: its first message plays the first scenario, and so on; then it is well. */
  script(key: string, scenarios: readonly string[]): () => void;
  clearFaults(): void;
  /** Changes limits, windows or validity of a key; its buckets begin full again. */
  change(key: string, change: KeyChange): void;
  /** The provider of its own that people sign in to. */
  readonly signIns: SignIns;
  /** Forgets all calls. */
  forget(): void;
  /** Forgets everything else: caches, threads, files, batches, sessions, what limits have been used. */
  reset(): void;
  state(): SimulatorState;
  /** Resolves as soon as `check` says yes; it is asked now and after every beginning and end of a call. */
  until(check: (simulator: Simulator) => boolean): Promise<void>;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  const world = makeWorld(settle(options));
  const simulator: Simulator = {
    handle: (call: Call): Promise<Answer> =>
      world.settings.admin && isAdminPath(call.target) ? serveAdmin(call, world) : visitApi(call, world),
    get calls() {
      return world.record.calls;
    },
    fault: (rule) => world.rules.add(rule, world.clock.now()),
    script: (key, scenario) => world.rules.add({ key, scenario }, world.clock.now()),
    clearFaults() {
      world.rules.clear();
    },
    change(name, change) {
      const key = world.keys.named(name);
      if (key === undefined) throw new Error(`There is no key "${name}".`);
      key.change(change, world.clock.now());
    },
    signIns: world.signIns,
    forget() {
      world.record.clear();
    },
    reset() {
      resetWorld(world);
    },
    state: () => stateOf(world),
    until: (check) => world.record.until(() => check(simulator)),
  };
  return simulator;
}
