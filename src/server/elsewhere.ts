import type { RunningView } from '../admin/contract-usage.ts';
import type { Traffic } from './workers/desk.ts';
import type { Workers, WorkersOptions } from './workers/open.ts';

const nothing: Traffic = { calls: 0, streams: 0, heldBytes: 0 };

/** What goes on in further processes of this proxy; most have none, and nothing of it is loaded then. */
export class Elsewhere {
  #workers: Workers | undefined;

  /** What this process does not count itself. */
  get traffic(): Traffic {
    return this.#workers?.traffic ?? nothing;
  }

  get pids(): readonly number[] {
    return this.#workers?.pids ?? [];
  }

  /** The calls that are inside. */
  async running(): Promise<readonly RunningView[]> {
    return (await this.#workers?.running()) ?? [];
  }

  /** @throws Error where a worker cannot listen */
  async open(options: WorkersOptions): Promise<void> {
    const { Workers } = await import('./workers/open.ts');
    this.#workers = await Workers.open(options);
  }

  /** Resolves when all that they had to say by now is taken in here. */
  async caughtUp(): Promise<void> {
    await this.#workers?.caughtUp();
  }

  /** Resolves when all have taken in what they were told so far. */
  async heard(): Promise<void> {
    await this.#workers?.heard();
  }

  /** Their connections end with their next answers. */
  leave(): void {
    this.#workers?.leave();
  }

  /** Lets running answers end; resolves when all are gone. */
  async close(): Promise<void> {
    await this.#workers?.close();
  }

  /** Ends them as they are. */
  cut(): void {
    this.#workers?.cut();
  }
}
