import type { RunningView } from '../../admin/contract-usage.ts';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { LineLog } from '../../base/log.ts';
import type { Hearer } from './channel.ts';
import { Desk, type DeskOptions, type Traffic } from './desk.ts';
import { watchSigns } from './signs-of-life.ts';
import type { Beginning, OwnerSpeech, WorkerSpeech } from './speech.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface CrewOptions {
  readonly count: number;
  readonly desk: DeskOptions;
  /** Starts one; what it says goes to the hearer. */
  readonly start: (hearer: Hearer<WorkerSpeech>) => WorkerProcess;
  /** With what one begins, as things are now. */
  readonly beginning: () => Beginning;
  readonly clock: Clock;
  readonly log: LineLog;
}

interface Member {
  readonly desk: Desk;
  readonly process: WorkerProcess;
}

/** After the death of a worker another one begins at once; where they die one after the other, later and later (ms). */
const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** One that has lived for so long did not die of how it began (ms). */
const soundAfterMs = 60_000;
/** How long one may take to begin (ms). */
const beginWithinMs = 20_000;
/** How long somebody who looks, or changes something, waits for all to be of one mind (ms). */
const patienceMs = 1_000;
/** How long one that was told to stop may take beyond what its answers may take (ms). */
const stopWithinMs = 5_000;

/** The workers, each served at a desk of its own; one that dies is replaced. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #members = new Set<Member>();
  #pauseMs = firstPauseMs;
  #isStopping = false;
  /** The program on disk is another one by now. */
  #isOutdated = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Resolves when all of them listen. @throws Error that of one which cannot */
  async open(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#options.count }, () => this.#add()));
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  /** Process ids, the one that began first in front. */
  get pids(): number[] {
    return [...this.#members].map(({ process }) => process.pid);
  }

  /** What goes on in all of them together that only they know of. */
  get traffic(): Traffic {
    const sum = { calls: 0, streams: 0, heldBytes: 0 };
    for (const { desk } of this.#members) {
      sum.calls += desk.traffic.calls;
      sum.streams += desk.traffic.streams;
      sum.heldBytes += desk.traffic.heldBytes;
    }
    return sum;
  }

  /** The calls that are inside, without those of a worker that does not say so in time. */
  async running(): Promise<RunningView[]> {
    const found = new Map<Member, RunningView[]>();
    await this.#inTime(async (member) => {
      found.set(member, await member.process.channel.ask('running', undefined).catch(() => []));
    });
    return [...this.#members].flatMap((member) => found.get(member) ?? []);
  }

  tell(what: OwnerSpeech['tells']): void {
    for (const { process } of this.#members) {
      process.channel.tell(what);
      // Who hears nothing any more must not go on by what it once heard.
      if (process.channel.dropped > 0) process.kill();
    }
  }

  /** Resolves when all that they had to say by now is taken in here; one that hangs is not waited for long. */
  caughtUp(): Promise<void> {
    return this.#inTime(({ process }) => process.channel.ask('news', undefined).catch(() => undefined));
  }

  /** Resolves when all have taken in what they were told so far; one that hangs is not waited for long. */
  heard(): Promise<void> {
    return this.#inTime(({ process }) => process.channel.flush());
  }

  async #inTime(work: (member: Member) => Promise<void>): Promise<void> {
    const enough = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(patienceMs, () => {
      enough.resolve();
    });
    await Promise.race([Promise.all([...this.#members].map(work)), enough.promise]);
    cancel();
  }

  /** No worker is replaced any more, and each stops listening; resolves when all are gone, `withinMs` at the latest. */
  async close(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#members].map((member) => this.#stop(member, graceMs)));
  }

  /** Ends all of them as they are. */
  cut(): void {
    this.#isStopping = true;
    for (const { process } of this.#members) process.kill();
  }

  /** @throws Error where it does not listen */
  async #add(): Promise<void> {
    await this.#begin(this.#start());
  }

  /** @throws Error where the system starts no process */
  #start(): Member {
    const { start, desk: options, clock, log } = this.#options;
    const desk: Desk = new Desk(options, () => member.process.channel);
    const member: Member = { desk, process: start(desk) };
    this.#members.add(member);
    const { process } = member;
    const since = clock.monotonic();
    void process.ended.then((how) => {
      this.#members.delete(member);
      desk.close();
      if (this.#isStopping) return;
      if (this.#isOutdated) {
        log.error('a worker ended; none takes its place until the proxy is restarted', {
          pid: process.pid,
          how,
        });
        return;
      }
      log.error('a worker ended; another one takes its place', { pid: process.pid, how });
      if (clock.monotonic() - since > soundAfterMs) this.#pauseMs = firstPauseMs;
      this.#replaceLater();
    });
    return member;
  }

  /** @throws Error where it does not listen; it is ended then */
  async #begin({ process }: Member): Promise<void> {
    const { beginning, clock, log } = this.#options;
    const tooLate = clock.after(beginWithinMs, () => {
      process.kill();
    });
    try {
      const said = await process.channel.ask('begin', beginning());
      if (said.is === 'another-build') {
        this.#isOutdated = true;
        throw new Error('the program was updated while this process ran: restart it');
      }
    } catch (error) {
      process.kill();
      throw error;
    } finally {
      tooLate();
    }
    log.info('a worker listens', { pid: process.pid });
    const isAlive = (): Promise<void> => process.channel.ask('alive', undefined);
    const end = (): void => {
      log.error('a worker gives no sign of life; it is ended', { pid: process.pid });
      process.kill();
    };
    void process.ended.then(watchSigns(isAlive, end, clock));
  }

  #replaceLater(): void {
    const { clock } = this.#options;
    clock.after(this.#pauseMs, () => {
      if (!this.#isStopping && !this.#isOutdated) this.#replace();
    });
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
  }

  #replace(): void {
    const onFailure = (error: unknown): void => {
      this.#options.log.error('a worker could not begin', { reason: messageOf(error) });
    };
    let member: Member;
    try {
      member = this.#start();
    } catch (error) {
      onFailure(error);
      // There is none whose end would call for the next one.
      this.#replaceLater();
      return;
    }
    this.#begin(member).catch(onFailure);
  }

  async #stop({ process }: Member, graceMs: number): Promise<void> {
    const tooLate = this.#options.clock.after(graceMs + stopWithinMs, () => {
      process.kill();
    });
    await process.channel.ask('drain', undefined).catch(() => undefined);
    process.release();
    await process.ended;
    tooLate();
  }
}
