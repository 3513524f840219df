import type { Clock } from './clock.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts of one line. Values are for machines: no bodies, no credentials, no header lists. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line an event. `event` is a fixed phrase, so that lines can be counted; facts vary. */
export interface Log {
  debug(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line; `pretty`: for a person at a terminal. */
  readonly format: 'json' | 'pretty';
  readonly colour: boolean;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}

/** A log whose level can be changed while it runs. */
export class LineLog implements Log {
  level: LogLevel;
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
    this.level = options.level;
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
    if (logLevels.indexOf(level) < logLevels.indexOf(this.level)) return;
    const { format, colour, clock, write } = this.#options;
    const time = new Date(clock.now()).toISOString();
    if (format === 'json') write(jsonLine(time, level, event, facts));
    else write(prettyLine(time, level, event, facts, colour));
  }
}

/** The facts follow time, level and event without being copied. */
function jsonLine(time: string, level: LogLevel, event: string, facts: LogFacts): string {
  const rest = JSON.stringify(facts).slice(1);
  const comma = rest === '}' ? '' : ',';
  return harmless(`{"time":"${time}","level":"${level}","event":${JSON.stringify(event)}${comma}${rest}\n`);
}

/** A log that says nothing: for tests and for commands that print their own answer. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

const colourOf = { debug: 90, info: 36, warn: 33, error: 31 } as const satisfies Record<LogLevel, number>;

function prettyLine(time: string, level: LogLevel, event: string, facts: LogFacts, colour: boolean): string {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const pairs = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${paint(90, `${name}=`)}${plainValue(value)}`);
  const clockTime = time.slice(11, 23);
  return `${paint(90, clockTime)} ${paint(colourOf[level], level.padEnd(5))} ${[event, ...pairs].join(' ')}\n`;
}

/** Quotes what would break the line apart or, from a stranger, drive the terminal. */
function plainValue(value: LogFacts[string]): string {
  const text = String(value);
  return /^[\x21\x23-\x7e]+$/.test(text) ? text : harmless(JSON.stringify(text));
}

/**
 * JSON leaves characters as they are that terminals obey (DEL, the C1 controls) and that turn the order of
 * what is shown around or hide it (Unicode's format characters and line separators).
 */
function harmless(json: string): string {
  // Nearly every line is plain ASCII; the full look at Unicode costs more than writing the line.
  if (!/[^\n\x20-\x7e]/.test(json)) return json;
  return json.replaceAll(/[\x7f-\x9f\u2028\u2029\p{Cf}]/gu, escaped);
}

/** In UTF-16 units, as JSON writes what it escapes. */
function escaped(character: string): string {
  let text = '';
  for (let at = 0; at < character.length; at += 1)
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return text;
}
