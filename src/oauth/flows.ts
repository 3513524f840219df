import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import type { FlowView } from './flow.ts';
import { tooLate } from './device.ts';
import type { RunningFlow } from './running-flow.ts';

/** Flows that may be open at once. */
const mostOpen = 32;
/** Flows remembered, those that are over included. */
const mostKept = 128;
/** How long an ended flow can still be looked at (ms): a page that is loaded again tells how it went. */
const keptMs = 5 * 60_000;

const stopping = 'The proxy stops.';

interface Entry {
  readonly flow: RunningFlow;
  /** What a person pastes goes here; undefined where nothing can be pasted. */
  readonly paste: ((text: string) => Promise<void>) | undefined;
}

/** All sign-ins of this process, by id. They end by themselves, are bounded in number, and later forgotten. */
export class Flows {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #timers = new Map<string, () => void>();
  /** Places taken by flows that are about to begin. */
  #beginning = 0;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a place for a flow until it is kept or given up. @throws Problem sign-ins-full */
  reserve(): () => void {
    if (this.#isClosed) throw new Problem('sign-ins-full', stopping, 'Start it, and begin again.');
    const open = [...this.#entries.values()].filter(({ flow }) => !flow.isOver).length;
    if (open + this.#beginning >= mostOpen) {
      const fix = 'Finish or cancel one, or wait some minutes: each ends by itself.';
      throw new Problem('sign-ins-full', `${mostOpen} sign-ins are open already.`, fix);
    }
    this.#beginning += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#beginning -= 1;
      isTaken = false;
    };
  }

  keep(flow: RunningFlow, paste: Entry['paste']): void {
    this.#entries.set(flow.id, { flow, paste });
    this.#dropOldest();
    const expire = this.#clock.after(flow.expiresAt - this.#clock.now(), () => {
      // One that is asking for its tokens right now still gets them.
      if (flow.view.state.is === 'needs-user') flow.fail('expired', tooLate);
    });
    this.#timers.set(flow.id, expire);
    if (this.#isClosed) flow.fail('cancelled', stopping);
    void flow.ended.then(() => {
      expire();
      if (!this.#entries.has(flow.id)) return;
      this.#timers.set(
        flow.id,
        this.#clock.after(keptMs, () => {
          this.#forget(flow.id);
        }),
      );
    });
  }

  all(): FlowView[] {
    return [...this.#entries.values()].map(({ flow }) => flow.view);
  }

  find(id: string): RunningFlow | undefined {
    return this.#entries.get(id)?.flow;
  }

  /** @throws Problem sign-in-unknown */
  get(id: string): RunningFlow {
    return this.#entry(id).flow;
  }

  /** @throws Problem sign-in-unknown, sign-in-over, and what the flow says of the text */
  async paste(id: string, text: string): Promise<FlowView> {
    const { flow, paste } = this.#entry(id);
    if (paste === undefined) {
      const fix = 'Enter the code it shows at the address it shows; nothing is pasted.';
      throw new Problem('pasted-code-unclear', 'This sign-in takes no code.', fix);
    }
    await paste(text);
    return flow.view;
  }

  /** Ends every flow that waits for a person, and resolves when those that ask for tokens have them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#entries.values()].filter(({ flow }) => !flow.isOver);
    for (const { flow } of open) {
      if (flow.view.state.is === 'needs-user') flow.fail('cancelled', stopping);
    }
    await Promise.all(open.map(({ flow }) => flow.ended));
    for (const id of this.#entries.keys()) this.#forget(id);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    const fix = 'Begin again; a sign-in is forgotten some minutes after its end.';
    throw new Problem('sign-in-unknown', 'There is no such sign-in.', fix);
  }

  #dropOldest(): void {
    for (const [id, { flow }] of this.#entries) {
      if (this.#entries.size <= mostKept) return;
      if (flow.isOver) this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.#entries.delete(id);
  }
}
