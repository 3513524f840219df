import type { SuccessionView } from '../admin/contract.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Listener } from '../wire/listener.ts';
import type { Corridor } from './corridor.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Again } from './succession.ts';

/** How long connections may still come that were on their way to the process before (ms). */
const lastArrivalsMs = 1_000;

/** What knows of a successor. */
export interface Left extends Pick<Corridor, 'remember'> {
  readonly door: Pick<Listener, 'descriptor' | 'port' | 'leave'>;
  readonly elsewhere: Elsewhere;
  /** When this process began to succeed another one, on the monotonic clock (ms); undefined where it does not. */
  readonly since: number | undefined;
}

export interface LeavingOptions {
  /** How this program is started again beside itself; left out, it is not. */
  readonly again?: Again | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Has this process drain, and end. */
  readonly stop: () => void;
}

/** How a proxy leaves its place to another process. */
export class Leaving {
  readonly #options: LeavingOptions;
  readonly #stopping = new AbortController();
  #successor: Promise<SuccessionView> | undefined;

  constructor(options: LeavingOptions) {
    this.#options = options;
  }

  /** This process is told to stop: nobody takes its place any more, and who was about to is ended. */
  giveUp(): void {
    this.#stopping.abort();
  }

  /** Once is enough, however many ask; one that fails may be tried again. @throws Problem succession-… */
  toSuccessor(left: Left): Promise<SuccessionView> {
    this.#successor ??= this.#leaveTo(left).catch((error: unknown) => {
      this.#successor = undefined;
      throw error;
    });
    return this.#successor;
  }

  /** Another process takes the place of this one, which then drains. @throws Problem succession-… */
  async #leaveTo({ door, elsewhere, remember, since }: Left): Promise<SuccessionView> {
    const { startSuccessor, unsupported } = await import('./succession.ts');
    const { again, clock, log, stop } = this.#options;
    const { signal } = this.#stopping;
    if (again === undefined || signal.aborted) throw unsupported();
    const sockets = 1 + elsewhere.pids.length;
    const successor = await startSuccessor({ ...again, door, sockets, since, remember, clock, signal });
    log.info('another process serves', { pid: successor.pid, url: successor.url });
    door.leave();
    elsewhere.leave();
    clock.after(lastArrivalsMs, stop);
    return successor;
  }
}
