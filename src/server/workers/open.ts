import type { RunningView } from '../../admin/contract-usage.ts';
import type { Corridor } from '../corridor.ts';
import type { Parts } from '../parts.ts';
import { Crew } from './crew.ts';
import type { Traffic } from './desk.ts';
import { Granting } from './granting.ts';
import type { AnswerOwn } from './own-requests.ts';
import { shareOf } from './share.ts';
import { buildWords, type Beginning, type Picture } from './speech.ts';
import { startWorker } from './worker-process.ts';

export interface WorkersOptions extends Parts {
  readonly corridor: Corridor;
  readonly answerOwn: AnswerOwn;
  /** The words that start this program again. */
  readonly program: readonly string[];
  /** The one that this process listens on. */
  readonly port: number;
}

/** What changes by itself is looked at that often: rests that are over, a level that was held (ms). */
const lookMs = 250;

/** The workers of a running proxy, and what they have to hear of it. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #crew: Crew;
  readonly #granting: Granting;
  /** What they were last told of accounts that cannot serve. */
  #lacking = '';
  #level: Beginning['level'];
  #isWatched: boolean;
  #isLooking = false;
  #cancelLook = (): void => {};
  #closed: Promise<void> | undefined;

  private constructor(options: WorkersOptions) {
    const { corridor, stores, live, program, env, processes, clock, log } = options;
    const { gateway, pool, sessions, budgets, tokens, capture } = corridor;
    this.#options = options;
    this.#level = log.least;
    this.#isWatched = corridor.onlookers.any;
    this.#granting = new Granting({
      pool,
      budgets,
      leftBy: (session) => sessions.leftBy(session),
      ttlMs: () => live.settings.routing.sessionTtlSeconds * 1_000,
      onMoved: (session, number) => {
        this.#crew.tell({ is: 'moved', session, number });
      },
    });
    const { bindings, accounts, keys } = stores;
    const desk = {
      gateway,
      grantFor: this.#granting.grantFor,
      budgets,
      accounts,
      keys,
      bindings,
      refresher: tokens.refresher,
      capture: capture.loaded,
      answerOwn: options.answerOwn,
      log,
    };
    this.#crew = new Crew({
      count: processes - 1,
      desk,
      start: (hearer) => startWorker(program, env, hearer, clock),
      beginning: () => this.#beginning(),
      clock,
      log,
    });
  }

  /** Starts them; resolves when all listen. @throws Error where one of them cannot */
  static async open(options: WorkersOptions): Promise<Workers> {
    const workers = new Workers(options);
    options.closing.push(workers.#follow());
    await workers.#crew.open();
    return workers;
  }

  get pids(): readonly number[] {
    return this.#crew.pids;
  }

  /** What goes on in them that this process does not count itself. */
  get traffic(): Traffic {
    return this.#crew.traffic;
  }

  /** The calls that are inside. */
  running(): Promise<readonly RunningView[]> {
    return this.#crew.running();
  }

  /** Resolves when all that they had to say by now is taken in here. */
  caughtUp(): Promise<void> {
    return this.#crew.caughtUp();
  }

  /** Resolves when all have taken in what they were told so far. */
  heard(): Promise<void> {
    return this.#crew.heard();
  }

  /** Their connections end with their next answers: another process takes the place of this one. */
  leave(): void {
    this.#crew.tell({ is: 'leave' });
  }

  /** Lets their running answers end within `server.drain_seconds`; resolves when all are gone. */
  close(): Promise<void> {
    this.#closed ??= this.#crew.close(this.#options.live.settings.server.drainSeconds * 1_000);
    return this.#closed;
  }

  /** Ends them as they are. */
  cut(): void {
    this.#crew.cut();
  }

  /** Tells them of all changes from now on; returns the way to stop. */
  #follow(): () => void {
    const { corridor, stores, live, processes } = this.#options;
    const { pool, sessions } = corridor;
    const crew = this.#crew;
    live.onChange((settings) => {
      crew.tell({ is: 'settings', settings: shareOf(settings, processes) });
      this.#tellPicture();
    });
    pool.onChange = () => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      // Once for all that one answer teaches, and before anybody else is served.
      queueMicrotask(() => {
        this.#isLooking = false;
        this.#look();
      });
    };
    const keep = sessions.onBind;
    sessions.onBind = (session, home) => {
      keep?.(session, home);
      this.#granting.bound(session, home.accountId);
    };
    const unfollow = [
      stores.accounts.onChange(() => {
        this.#tellPicture();
      }),
      stores.keys.onChange(() => {
        crew.tell({ is: 'keys', keys: stores.keys.hashed() });
      }),
    ];
    this.#lookLater();
    return () => {
      pool.onChange = undefined;
      this.#cancelLook();
      for (const stop of unfollow) stop();
    };
  }

  #look(): void {
    const hasChanged = this.#granting.look();
    if (lackingIn(this.#granting) !== this.#lacking) this.#tellPicture();
    else if (hasChanged) this.#crew.tell({ is: 'open', open: this.#granting.open });
  }

  #lookLater(): void {
    const { clock, log } = this.#options;
    this.#cancelLook = clock.after(lookMs, () => {
      this.#look();
      if (log.least !== this.#level) {
        this.#level = log.least;
        this.#crew.tell({ is: 'level', level: log.least });
      }
      this.#tellWatched();
      this.#lookLater();
    });
  }

  #tellWatched(): void {
    const isWatched = this.#options.corridor.onlookers.any;
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.#crew.tell({ is: 'watched', isWatched });
  }

  #tellPicture(): void {
    this.#crew.tell({ is: 'picture', picture: this.#picture() });
  }

  #picture(): Picture {
    this.#granting.look();
    this.#lacking = lackingIn(this.#granting);
    const accounts = this.#options.stores.accounts.list();
    const { open } = this.#granting;
    return { accounts, lacks: this.#granting.lacks(), open, number: this.#granting.nextNumber() };
  }

  #beginning(): Beginning {
    const { stores, live, log, port, processes, corridor } = this.#options;
    return {
      build: buildWords,
      settings: shareOf(live.settings, processes),
      picture: this.#picture(),
      keys: stores.keys.hashed(),
      level: log.least,
      isWatched: corridor.onlookers.any,
      port,
    };
  }
}

function lackingIn(granting: Granting): string {
  return JSON.stringify([...granting.lacks()]);
}
