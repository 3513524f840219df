import type { Clock } from './clock.ts';
import { entryFrom, logLevels, prettyLine, sealedLine, type LogFacts, type LogLevel } from './log-line.ts';

export { logLevels, type LogFacts, type LogLevel } from './log-line.ts';

/** Writes one line an event. `event` is a fixed phrase, so that lines can be counted; facts vary. */
export interface Log {
  debug(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** How `write` gets them. `json`: one object a line; `pretty`: for a person at a terminal. */
  readonly format: 'json' | 'pretty';
  readonly colour: boolean;
  readonly clock: Clock;
  readonly write?: ((line: string) => void) | undefined;
  /** Gets the same lines as JSON. */
  readonly keep?: ((line: string) => void) | undefined;
}

/** A level that a command asked for, until a moment (ms since 1970). */
export interface HeldLevel {
  readonly level: LogLevel;
  readonly until: number;
}

/** A log whose level can be changed while it runs. */
export class LineLog implements Log {
  /** Of the settings. */
  level: LogLevel;
  readonly #options: LogOptions;
  #held: (HeldLevel & { readonly cancel: () => void }) | undefined;

  constructor(options: LogOptions) {
    this.#options = options;
    this.level = options.level;
  }

  /** What was asked for beside the settings; undefined where they hold. */
  get held(): HeldLevel | undefined {
    return this.#held;
  }

  /** Writes from `level` on for `ms`, whatever the settings say. */
  hold(level: LogLevel, ms: number): void {
    const { clock } = this.#options;
    this.release();
    const cancel = clock.after(ms, () => {
      this.release();
    });
    this.#held = { level, until: clock.now() + ms, cancel };
  }

  /** Back to the settings. */
  release(): void {
    this.#held?.cancel();
    this.#held = undefined;
  }

  /** From which level on lines are written now. */
  get least(): LogLevel {
    return this.#held?.level ?? this.level;
  }

  /** Writes a line that another process of ours has made, as it is kept. */
  relay(json: string): void {
    const { format, colour, write, keep } = this.#options;
    keep?.(json);
    if (write === undefined) return;
    const entry = format === 'json' ? undefined : entryFrom(json);
    write(entry === undefined ? json : prettyLine(entry, { colour }));
  }

  debug(event: string, facts: LogFacts = {}): void {
    this.#line('debug', event, facts);
  }

  info(event: string, facts: LogFacts = {}): void {
    this.#line('info', event, facts);
  }

  warn(event: string, facts: LogFacts = {}): void {
    this.#line('warn', event, facts);
  }

  error(event: string, facts: LogFacts = {}): void {
    this.#line('error', event, facts);
  }

  #line(level: LogLevel, event: string, facts: LogFacts): void {
    if (logLevels.indexOf(level) < logLevels.indexOf(this.least)) return;
    const { format, colour, clock, write, keep } = this.#options;
    const { json, entry } = sealedLine({ at: clock.now(), level, event, facts });
    keep?.(json);
    write?.(format === 'json' ? json : prettyLine(entry, { colour }));
  }
}

/** A log that says nothing: for tests and for commands that print their own answer. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}
